import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sendOutbox } from '../../flow/send-outbox.ts';
import { type Killer, openKiller } from './crash-kill.ts';
import { type IamStory, openIamStory } from './iam-story.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

const stories = [
  { name: 'the text of a policy', scenario: 'group-to-used-services', event: { group: 'Development' } },
  { name: 'attachments and a deletion', scenario: 'which-policy', event: { user: 'nikhilj' } },
] as const;

/** Points that come up once a step, and those that come up once. */
const perStep = ['sending-journalled', 'written', 'shown', 'done-journalled', 'before-save', 'after-save'];
const once = { apply: ['started', 'all-done', 'finished'], 'roll-back': ['all-done', 'finished'] } as const;

/** How many steps the changes have: with LONG=1 each is killed at, at every point; else each point comes once, over both stories in turns. */
const stepsOf = { 'group-to-used-services': 1, 'which-policy': 2 } as const;

let killer: Killer;
beforeAll(async () => {
  killer = await openKiller();
});
afterAll(() => killer.close());

describe.each(stories)('$name', ({ event, scenario }) => {
  const turn = stories.findIndex((story) => story.scenario === scenario);
  describe.each(['apply', 'roll-back'] as const)('killed during %s', (does) => {
    let story: IamStory;
    let id: string;
    let start: Snapshot;
    let wanted: unknown;
    beforeAll(async () => {
      story = await openIamStory({ scenario });
      const untouched = await story.access();
      const { changes } = (await story.reviewIdentities({ ...event, thresholdDays: 90 })).run.decision;
      const [longest] = [...changes].sort((one, other) => other.steps.length - one.steps.length);
      if (!longest || longest.steps.length < stepsOf[scenario]) throw new Error('too few steps');
      id = longest.id;
      await story.approveFully(id);
      const approved = await takeSnapshot(story);
      expect(await story.outcome(id)).toBe('applied');
      wanted = await story.access();
      if (does === 'apply') await approved.restore();
      else {
        await story.rollBack(id);
        wanted = untouched;
      }
      await sendOutbox(story.ports);
      start = await takeSnapshot(story);
    });
    afterAll(() => story.close());

    const rows = [
      ...once[does].map((point) => ({ point, time: 1 })),
      ...perStep.flatMap((point, index) => {
        const times = [...Array(stepsOf[scenario]).keys()].map((time) => time + 1);
        const chosen = process.env.LONG ? times : [times[index % times.length] ?? 1];
        return chosen.map((time) => ({ point, time }));
      }),
    ].filter((_, index) => process.env.LONG || index % stories.length === turn);
    test.each(rows)('at $point ($time)', async ({ point, time }) => {
      await start.restore();
      await killer.kill(story, { changeId: id, does, point, time, configuration: {} });
      // The lock of the dead outlives it for two seconds.
      story.advance(3);
      const ended = does === 'apply' ? 'applied' : 'rolled-back';
      await story.apply();
      expect([(await story.load(id)).record.state.status, await story.reason(id)]).toEqual([ended, null]);
      expect(await story.access()).toEqual(wanted);
    });

    // What was begun and does not show a minute later was lost, or taken back by hand: a person decides.
    test('late after a write that was begun and lost', async () => {
      await start.restore();
      await killer.kill(story, {
        changeId: id,
        does,
        point: 'sending-journalled',
        time: 1,
        configuration: {},
      });
      story.advance(120);
      expect(await story.outcome(id)).toBe('interrupted');
    });
  });
});
