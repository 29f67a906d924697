import { expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { removeDeny } from '../../core/policy/deny-statement.ts';
import { withIdByHand } from './moments.ts';
import { baseText, developmentPolicy } from './organization.ts';
import type { Story, StoryOptions } from './story.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();
/** A story whose one change is applied and settled. */
const applied = async (options?: StoryOptions): Promise<{ readonly own: Story; readonly id: string }> => {
  const own = await open(options);
  const id = await own.approved();
  expect(await own.outcome(id)).toBe('applied');
  own.advance(600);
  return { own, id };
};
/** What a review proposes and why it refuses what was put back. */
const reviewed = async (own: Story) => {
  const { run } = await own.review();
  const { changes, refusals } = run.decision;
  return { changes, foreign: refusals.filter(({ code }) => code === 'FOREIGN_POLICY') };
};

test('what somebody put back in silence is not proposed again, in this SCP or another: he gets the patch', async () => {
  const { own, id } = await applied();
  own.edit(JSON.stringify(JSON.parse(baseText)));
  for (const round of ['the review that sees it', 'every later one']) {
    const { changes, foreign } = await reviewed(own);
    expect([round, changes]).toEqual([round, []]);
    expect(foreign).toEqual([
      expect.objectContaining({ policyId: developmentPolicy, services: ['dms', 'lex'] }),
    ]);
    expect(foreign[0]?.detail).toMatch(/a pipeline or a person \(it put back what chg-.* had changed\)/);
    expect(foreign[0]?.detail).toContain(`put ${developmentPolicy} into editablePolicies`);
    expect(foreign[0]?.patch?.after).toMatch(/DenyUnusedServices.*dms:\*.*lex:\*/s);
  }
  expect(own.eventsOf('SCP Drift Detected')).toHaveLength(1);
  // Whoever runs it goes on editing it: it stays his.
  own.edit(withIdByHand(baseText));
  const later = await reviewed(own);
  expect(later.changes).toEqual([]);
  expect(later.foreign).toHaveLength(1);
  expect((await own.load(id)).record.state.status).toBe('applied');
});

test('where the id stands in editablePolicies it is proposed again', async () => {
  const { own, id } = await applied({ configuration: { editablePolicies: ['*', developmentPolicy] } });
  own.edit(baseText);
  const { changes, foreign } = await reviewed(own);
  expect(changes.map((change) => change.id)).toEqual([id]);
  expect(foreign).toEqual([]);
  expect((await own.load(id)).record).toMatchObject({ revision: 2, state: { status: 'proposed' } });
});

test('our own roll back is nobody else taking it back', async () => {
  const { own, id } = await applied({ configuration: { rejectionDays: 1 } });
  await own.rollBack(id);
  expect(await own.outcome(id)).toBe('rolled-back');
  own.advance(182 * 86_400);
  const { changes, foreign } = await reviewed(own);
  expect(changes.map((change) => editOf(change).policyId)).toEqual([developmentPolicy]);
  expect(foreign).toEqual([]);
});

test('what somebody put back with another edit beside is his as well', async () => {
  const { own, id } = await applied();
  own.edit(withIdByHand(baseText));
  const { changes, foreign } = await reviewed(own);
  expect(changes).toEqual([]);
  expect(foreign[0]?.detail).toContain(`it put back what ${id} had changed`);
  const [told] = (await own.load(id)).record.history.filter(({ type }) => type === 'drift-detected');
  expect(told).toMatchObject({ putBack: true });
});

test('an SCP from which somebody took one service of several belongs to nobody else, until he takes it out again', async () => {
  const { own } = await applied();
  const takeOut = (): void => {
    const text = own.sandbox.world.policies.get(developmentPolicy)?.content ?? '';
    const edited = removeDeny(text, { services: ['lex'] });
    if (!edited.ok) throw new Error('nothing to take out');
    own.edit(edited.value.text);
  };
  takeOut();
  const { changes, foreign } = await reviewed(own);
  expect(changes.map(({ services }) => services)).toEqual([['lex']]);
  expect(foreign).toEqual([]);
  const [change] = changes;
  expect((await own.approve(change?.id ?? '')).refusals).toEqual([]);
  own.advance(4 * 3_600);
  expect(await own.outcome(change?.id ?? '')).toBe('applied');
  own.advance(600);
  takeOut();
  const again = await reviewed(own);
  expect(again.changes).toEqual([]);
  expect(again.foreign.map(({ services }) => services)).toEqual([['lex']]);
});

test('a new SCP that somebody deleted is proposed again', async () => {
  const { own, id } = await applied({ configuration: { editablePolicies: ['Nothing'] } });
  const made = [...own.sandbox.world.policies.values()].find(({ name }) => name.startsWith('DenyUnused'));
  own.sandbox.world.policies.delete(made?.id ?? '');
  const { changes, foreign } = await reviewed(own);
  expect(changes.map((change) => change.id)).toEqual([id]);
  expect(foreign).toEqual([]);
});
