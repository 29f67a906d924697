import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import { sendOutbox } from '../../flow/send-outbox.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { type Killer, openKiller } from './crash-kill.ts';
import { everyKind, everyKindEvent, everyKindScenario } from './iam-every-kind.ts';
import { type IamStory, openIamStory } from './iam-story.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

type Does = 'apply' | 'roll-back';

interface Row {
  readonly point: string;
  /** The point kills when it comes up so often. */
  readonly time: number;
}

/** Points that come up once a step, and those that come up once. */
const perStep = ['sending-journalled', 'written', 'shown', 'done-journalled', 'before-save', 'after-save'];
const once = { apply: ['started', 'all-done', 'finished'], 'roll-back': ['all-done', 'finished'] } as const;

interface Crashed {
  readonly name: string;
  readonly scenario: Scenario | string;
  readonly event: Parameters<IamStory['reviewIdentities']>[0];
  readonly few: boolean;
  readonly changes: readonly { readonly title: string; readonly steps: number }[];
}

/** One sandbox a scenario. `few`: without LONG=1 one point is enough, another for each change. */
const scenarios: readonly Crashed[] = [
  {
    ...{
      name: 'a new version',
      scenario: 'group-to-used-services',
      event: { group: 'Development', thresholdDays: 90 },
    },
    ...{ few: false, changes: [{ title: 'Narrow ExampleDevelopment', steps: 1 }] },
  },
  {
    ...{
      name: 'attachments and a deletion',
      scenario: 'which-policy',
      event: { user: 'nikhilj', thresholdDays: 90 },
      few: false,
    },
    changes: [{ title: 'Detach App-Dev-ElasticTranscoder from group app-dev and delete it', steps: 2 }],
  },
  {
    ...{ name: 'each other kind', scenario: everyKindScenario, event: everyKindEvent, few: true },
    changes: [
      { title: everyKind.membership, steps: 1 },
      { title: everyKind.inline, steps: 1 },
      { title: everyKind.copy, steps: 5 },
      { title: everyKind.quarantine, steps: 1 },
      { title: everyKind.deletion, steps: 2 },
    ],
  },
];

let killer: Killer;
beforeAll(async () => {
  killer = await openKiller();
});
afterAll(() => killer.close());

describe.each(scenarios)('$name', ({ changes, event, few, name, scenario }) => {
  const turn = scenarios.findIndex((each) => each.name === name);
  let story: IamStory;
  let proposed: Snapshot;
  let untouched: unknown;
  beforeAll(async () => {
    story = await openIamStory({ scenario });
    untouched = await story.access();
    await story.reviewIdentities(event);
    proposed = await takeSnapshot(story);
  });
  afterAll(() => story.close());

  const cases = changes.flatMap((change, index) =>
    (['apply', 'roll-back'] as const).map((does) => ({ ...change, does, index })),
  );
  describe.each(cases)('$title, killed during $does', ({ does, index, steps, title }) => {
    let id: string;
    let start: Snapshot;
    let wanted: unknown;
    beforeAll(async () => {
      await proposed.restore();
      id = await story.idOf(title);
      await story.approveFully(id);
      const approved = await takeSnapshot(story);
      expect([await story.outcome(id), await story.reason(id)]).toEqual(['applied', null]);
      expect((await story.load(id)).record.content.steps).toHaveLength(steps);
      wanted = await story.access();
      expect(wanted).not.toEqual(untouched);
      if (does === 'apply') await approved.restore();
      else {
        await story.rollBack(id);
        wanted = untouched;
      }
      await sendOutbox(story.ports);
      start = await takeSnapshot(story);
    });

    const kill = async ({ point, time }: Row): Promise<void> => {
      await start.restore();
      await killer.kill(story, { changeId: id, does, point, time, configuration: {} });
    };

    test.each(rowsOf({ does, few, index, steps, turn }))('at $point ($time)', async (row) => {
      await kill(row);
      // The lock of the dead outlives it for two seconds.
      story.advance(3);
      const ended = does === 'apply' ? 'applied' : 'rolled-back';
      await story.apply();
      const { record } = await story.load(id);
      expect([record.state.status, await story.reason(id)]).toEqual([ended, null]);
      expect(await story.access()).toEqual(wanted);
      for (const seconds of secondsBeforeTaking(record, does)) expect(seconds).toBeGreaterThanOrEqual(60);
    });

    // What was begun and does not show a minute later was lost, or taken back by hand: a person decides.
    if (few && !process.env.LONG) return;
    test('late after a write that was begun and lost', async () => {
      await kill({ point: 'sending-journalled', time: 1 });
      story.advance(120);
      expect(await story.outcome(id)).toBe('interrupted');
    });
  });
});

/** Where a change is killed: everywhere with LONG=1; else each point comes once over the first two scenarios in turns, and one point for each change of the third. */
function rowsOf(given: {
  readonly does: Does;
  readonly few: boolean;
  readonly turn: number;
  readonly index: number;
  readonly steps: number;
}): readonly Row[] {
  const { does, few, index, steps, turn } = given;
  const rows = [
    ...once[does].map((point) => ({ point, time: 1 })),
    ...perStep.flatMap((point, at) => {
      const times = [...Array(steps).keys()].map((time) => time + 1);
      const chosen = process.env.LONG ? times : [times[(at + index) % steps] ?? 1];
      return chosen.map((time) => ({ point, time }));
    }),
  ];
  if (process.env.LONG) return rows;
  if (!few) return rows.filter((_, at) => at % 2 === turn);
  return rows.slice((index * 2 + (does === 'apply' ? 0 : 3)) % rows.length).slice(0, 1);
}

/** By the journal, how long the first step that takes waited for the last one that grants; empty where a change does not do both. */
function secondsBeforeTaking({ content, history }: ChangeRecord, does: Does): readonly number[] {
  const steps = does === 'apply' ? content.steps : [...content.steps].reverse();
  const isGrant = steps.map(({ after, before }) => (does === 'apply' ? before === null : after === null));
  const firstTake = isGrant.indexOf(false);
  if (firstTake < 1 || isGrant.indexOf(true) > firstTake) return [];
  const [sending, done] =
    does === 'apply'
      ? (['step-sending', 'step-done'] as const)
      : (['roll-back-step-sending', 'roll-back-step-done'] as const);
  const sent = history.find((event) => event.type === sending && event.step === firstTake);
  const granted = history.find((event) => event.type === done && event.step === firstTake - 1);
  if (!sent || !granted) throw new Error('the journal misses a step');
  return [(sent.at - granted.at) / 1000];
}
