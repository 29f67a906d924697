import { describe, expect, test } from '@jest/globals';
import type { ChangeContent } from '../../core/change/content/change.ts';
import { replay } from '../../core/change/life/life.ts';
import { baseText } from './organization.ts';
import type { Story } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

/** Alters what is stored of a change, its digest left as it was. */
async function alter({ ports }: Story, id: string, how: (content: ChangeContent) => ChangeContent) {
  const { changes } = ports.stores;
  const stored = await changes.load(id);
  if (!stored) throw new Error(`there is no change ${id}`);
  const history = stored.record.history.map((event) =>
    event.type === 'proposed' || event.type === 'revised' ? { ...event, content: how(event.content) } : event,
  );
  expect(await changes.save({ ...stored, record: replay(history) }, stored.version)).toBe('saved');
}

const otherText = (content: ChangeContent): ChangeContent => ({
  ...content,
  steps: content.steps.map((step) => ({ ...step, after: step.after?.replace('lex:*', 's3:*') ?? null })),
});
const otherBefore = (content: ChangeContent): ChangeContent => ({
  ...content,
  steps: content.steps.map((step) => ({ ...step, before: '{"Version":"2012-10-17","Statement":[]}' })),
});

const otherEvidence = (content: ChangeContent): ChangeContent => ({
  ...content,
  evidence: content.evidence.map((entry) => ({ ...entry, report: null })),
});

describe('a change that is not what its digest says', () => {
  test('is not applied either where only what the proof compares with was altered', async () => {
    const own = await open();
    const id = await own.approved();
    await alter(own, id, otherEvidence);
    expect(await own.outcome(id)).toBe('superseded');
    expect(await own.reason(id)).toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(own.text()).toBe(baseText);
  });

  test('is not applied, and that is announced', async () => {
    const own = await open();
    const id = await own.approved();
    await alter(own, id, otherText);
    expect(await own.outcome(id)).toBe('superseded');
    expect(own.count('UpdatePolicy')).toBe(0);
    expect(own.text()).toBe(baseText);
    expect(own.eventsOf('SCP Change Superseded')).toMatchObject([
      { detail: { data: { changeId: id, code: 'DIGEST_MISMATCH', detail: expect.stringContaining(id) } } },
    ]);
  });

  test('is not rolled back: what would be restored is not what was there', async () => {
    const own = await open();
    const id = await own.approved();
    expect(await own.outcome(id)).toBe('applied');
    const applied = own.text();
    await alter(own, id, otherBefore);
    await own.rollBack(id);
    expect(await own.outcome(id)).toBe('interrupted');
    expect(own.text()).toBe(applied);
    expect((await own.load(id)).record.history.at(-1)).toMatchObject({
      ...{ type: 'roll-back-failed', failure: { code: 'DIGEST_MISMATCH' } },
    });
  });

  test('is ended by the next review while people still decide, and proposed once more as it should be', async () => {
    const own = await open();
    await own.review();
    const [found] = await own.ports.stores.changes.listByStatus(['proposed']);
    const id = found?.id ?? '';
    await alter(own, id, otherText);
    own.advance(60);
    await own.review();
    const { record } = await own.load(id);
    expect(record.history.map(({ type }) => type).filter((type) => type !== 'notified')).toEqual([
      ...['proposed', 'superseded', 'proposed'],
    ]);
    expect(record).toMatchObject({ revision: 2, state: { status: 'proposed' } });
    expect(own.eventsOf('SCP Change Superseded')).toMatchObject([
      { detail: { data: { code: 'DIGEST_MISMATCH' } } },
    ]);
  });
});
