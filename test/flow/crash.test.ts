import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Edit, editOf } from '../../core/change/content/edit.ts';
import { sendOutbox } from '../../flow/send-outbox.ts';
import type { WorldPolicy } from '../../sandbox/world.ts';
import table from '../cases/flow/crash.json' with { type: 'json' };
import { type Killer, openKiller } from './crash-kill.ts';
import { withIdByHand } from './moments.ts';
import { development } from './organization.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { openStory, type Story } from './story.ts';

const endings = ['atOnce', 'late', 'undoneByHand', 'undoneByHandLate', 'edited'] as const;
type Ending = (typeof endings)[number];

type Row = Readonly<Record<Ending, string>> & {
  readonly point: string;
  readonly time: number;
};

/** One kind of change, set up once; each crash starts from the same snapshot. */
interface Stage {
  readonly story: Story;
  readonly id: string;
  readonly start: Snapshot;
  readonly content: Edit;
  readonly configuration: Readonly<Record<string, unknown>>;
}

const kinds = ['update-policy', 'create-policy'] as const;

/** Where a change is killed in `npm test`: at every point once, both ways, and in every step: a text, a new SCP and its attachment. */
const sample: Readonly<Record<string, readonly string[]>> = {
  'apply update-policy': ['started 1', 'written 1', 'finished 1'],
  'apply create-policy': ['sending-journalled 1', 'shown 2', 'done-journalled 1', 'all-done 1'],
  'roll-back update-policy': ['sending-journalled 1', 'done-journalled 1'],
  'roll-back create-policy': ['written 2', 'shown 1', 'all-done 1', 'finished 1'],
};

/** The rows of a kind: all with LONG=1. */
function rowsOf(does: 'apply' | 'roll-back', kind: (typeof kinds)[number]): readonly Row[] {
  const name = `${does} ${kind}` as const;
  const rows: readonly Row[] = table[name];
  if (process.env.LONG) return rows;
  return (sample[name] ?? []).map((at) => {
    const row = rows.find(({ point, time }) => `${point} ${time}` === at);
    if (!row) throw new Error(`${name}: no row for ${at}`);
    return row;
  });
}

test('npm test kills at every point, both ways', () => {
  for (const does of ['apply', 'roll-back'] as const) {
    const points = (names: readonly string[]) => [...new Set(names.map((name) => name.split(' ')[0]))].sort();
    const chosen = kinds.flatMap((kind) => sample[`${does} ${kind}`] ?? []);
    const all = kinds.flatMap((kind) => table[`${does} ${kind}`].map(({ point }) => point));
    expect(points(chosen)).toEqual(points(all));
  }
});

/** Every way to go on with LONG=1, else two for each point, in turns. */
function endingsOf(does: 'apply' | 'roll-back', { point, time }: Row): readonly Ending[] {
  if (process.env.LONG) return endings;
  const rows: readonly Row[] = table[`${does} create-policy`];
  const first = rows.findIndex((other) => other.point === point && other.time === time);
  return endings.filter((_, index) => index === Math.max(0, first) % 5 || index === (first + 2) % 5);
}

let killer: Killer;
beforeAll(async () => {
  killer = await openKiller();
});
afterAll(() => killer.close());

const subject = ({ story: { sandbox }, content }: Stage): WorldPolicy | undefined =>
  [...sandbox.world.policies.values()].find(({ name }) => name === content.policyName);

describe.each(kinds)('%s', (kind) => {
  describe.each(['apply', 'roll-back'] as const)('killed during %s', (does) => {
    let stage: Stage;
    beforeAll(async () => {
      const configuration = kind === 'create-policy' ? { editablePolicies: ['Nothing'] } : {};
      const story = await openStory({ configuration });
      const id = await story.approved();
      if (does === 'roll-back') {
        await story.outcome(id);
        await story.rollBack(id);
      }
      await sendOutbox(story.ports);
      const content = editOf((await story.load(id)).record.content);
      stage = { story, id, configuration, content, start: await takeSnapshot(story) };
    });
    afterAll(() => stage.story.close());

    test.each(rowsOf(does, kind))('at $point ($time)', async (row) => {
      const { story, id, start, configuration } = stage;
      await start.restore();
      const before = story.sandbox.events().length;
      await killer.kill(story, { changeId: id, does, point: row.point, time: row.time, configuration });
      expect(story.sandbox.events().slice(before)).toEqual([]);
      const crashed = await takeSnapshot(story);
      for (const ending of endingsOf(does, row)) {
        await crashed.restore();
        expect([ending, await play(stage, does, ending)]).toEqual([ending, row[ending]]);
      }
    });
  });
});

/** Restarts after a crash, some way; answers the status and checks what holds however it ends. */
async function play(stage: Stage, does: 'apply' | 'roll-back', ending: Ending): Promise<string> {
  const { story, id } = stage;
  const policy = subject(stage);
  story.advance(ending === 'late' || ending === 'undoneByHandLate' ? 90 : 3);
  if (ending.startsWith('undoneByHand')) undoByHand(stage, does);
  const edited = ending === 'edited' && policy ? withIdByHand(policy.content) : null;
  if (edited !== null) story.edit(edited, policy?.id);

  const events = story.sandbox.events().length;
  const calls = story.sandbox.calls().length;
  await story.apply();
  await story.apply();
  await sendOutbox(story.ports);
  const { status } = (await story.load(id)).record.state;

  const sent = new Set(
    story.sandbox
      .events()
      .slice(events)
      .map((event) => event.detailType),
  );
  expect([...sent]).toEqual([
    {
      applied: 'SCP Change Applied',
      superseded: 'SCP Change Superseded',
      'rolled-back': 'SCP Change Rolled Back',
    }[String(status)] ?? 'SCP Change Apply Failed',
  ]);
  const writes = story.sandbox
    .calls()
    .slice(calls)
    .filter(({ operation }) => /^(Update|Create|Attach|Detach|Delete)Policy$/.test(operation));
  expect(new Set(writes.map(({ operation }) => operation)).size).toBe(writes.length);
  if (status === 'interrupted') expect(writes).toEqual([]);
  if (edited !== null) expectKept(subject(stage)?.content, edited, does);
  return status;
}

/** Undoes by hand what the crashed run may have written. */
function undoByHand(stage: Stage, does: 'apply' | 'roll-back'): void {
  const { content, story } = stage;
  const policy = subject(stage);
  if (content.before !== null) story.edit(does === 'apply' ? content.before : content.after);
  else if (does === 'roll-back') policy?.targets.add(development);
  else if (policy) story.sandbox.world.policies.delete(policy.id);
}

/** His edit stays: nothing of ours was written over it, except that a roll back takes our own statement out. */
function expectKept(now: string | undefined, edited: string, does: 'apply' | 'roll-back'): void {
  if (does === 'apply') expect(now).toBe(edited);
  else expect(now).toContain('by-hand');
}
