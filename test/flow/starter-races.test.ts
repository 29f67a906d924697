import { afterEach, describe, expect, test } from '@jest/globals';
import type { Starter } from '../../core/change/life/starter.ts';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { reviewAndPublish } from '../../flow/publish.ts';
import { development } from './organization.ts';
import { anaSession } from './ports.ts';
import { openStory, type Story } from './story.ts';

let story: Story;
afterEach(() => story.close());

describe('an approver whose own review proposes while that of the schedule writes', () => {
  test.each([
    ['is seen by the look after the writes', false],
    ['is not forgotten where a message is sent in that moment', true],
  ])('%s', async (_, isDisturbed) => {
    story = await openStory();
    const { changes } = story.ports.stores;
    let ofAna: readonly string[] = [];
    let isFirst = true;
    const create = async (change: StoredChange) => {
      if (isFirst) {
        isFirst = false;
        story.advance(90);
        const startedBy = { type: 'principal', arn: anaSession } as const;
        const scope = '222222222222';
        const { run } = await reviewAndPublish(story.ports, { scope }, story.configuration, { startedBy });
        ofAna = run.decision.changes.map(({ id }) => id);
      }
      return changes.create(change);
    };
    let isNext = isDisturbed;
    const save = async (change: StoredChange, version: number) => {
      if (isNext && change.record.revision === 2) {
        isNext = false;
        await story.link(change.record.id, 'ben', 'decide');
      }
      return changes.save(change, version);
    };
    const stores = { ...story.ports.stores, changes: { ...changes, create, save } };
    const startedBy = { type: 'schedule' } as const;
    await reviewAndPublish({ ...story.ports, stores }, { scope: development }, story.configuration, {
      startedBy,
    });
    const [own] = (await changes.listByStatus(['proposed'])).filter(({ id }) => !ofAna.includes(id));
    expect(ofAna).toHaveLength(1);
    const { starter } = (await story.load(own?.id ?? '')).record;
    expect(starter).toMatchObject({ type: 'principal', approverId: 'ana' } satisfies Partial<Starter>);
    await story.approve(own?.id ?? '', anaSession);
    expect((await story.load(own?.id ?? '')).record.state.status).toBe('proposed');
  });

  test('is counted when the change is applied, where the run ended before it could look', async () => {
    story = await openStory();
    const { changes } = story.ports.stores;
    let ofAna: readonly string[] = [];
    const create = async (change: StoredChange) => {
      story.advance(90);
      const startedBy = { type: 'principal', arn: anaSession } as const;
      const { run } = await reviewAndPublish(story.ports, { scope: '222222222222' }, story.configuration, {
        startedBy,
      });
      ofAna = run.decision.changes.map(({ id }) => id);
      await changes.create(change);
      throw new Error('the function ends here');
    };
    const stores = { ...story.ports.stores, changes: { ...changes, create } };
    const run = reviewAndPublish({ ...story.ports, stores }, { scope: development }, story.configuration, {
      startedBy: { type: 'schedule' },
    });
    await expect(run).rejects.toThrow('the function ends here');
    const [own] = (await changes.listByStatus(['proposed'])).filter(({ id }) => !ofAna.includes(id));
    await story.approve(own?.id ?? '', anaSession);
    expect(await story.outcome(own?.id ?? '')).toBe('superseded');
    expect(await story.reason(own?.id ?? '')).toMatchObject({ code: 'STARTER_ALONE' });
  });
});
