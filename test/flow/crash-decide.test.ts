import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sendOutbox } from '../../flow/send-outbox.ts';
import table from '../cases/flow/crash-decide.json' with { type: 'json' };
import { type Killer, openKiller } from './crash-kill.ts';
import { type RequestKind, requestOf } from './crash-requests.ts';
import { benUser } from './ports.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { openStory, type Story } from './story.ts';

let killer: Killer;
beforeAll(async () => {
  killer = await openKiller();
});
afterAll(() => killer.close());

/** What happened before somebody asks. */
const before: Readonly<Record<string, (story: Story, id: string) => Promise<unknown>>> = {
  proposed: async () => undefined,
  'approved by ana': (story, id) => story.approve(id),
  applied: async (story, id) => {
    await story.approve(id);
    await story.outcome(id);
  },
};

describe.each(table)(
  'killed during a decision, $requiredApprovals to approve',
  ({ requiredApprovals, rows }) => {
    let story: Story;
    let id: string;
    let start: Snapshot;
    beforeAll(async () => {
      story = await openStory({ configuration: { requiredApprovals } });
      id = await story.propose();
      await sendOutbox(story.ports);
      start = await takeSnapshot(story);
    });
    afterAll(() => story.close());

    test.each(rows)(
      '$does, once $after, $point: all of it or nothing, and what happened is told',
      async (row) => {
        await start.restore();
        await before[row.after]?.(story, id);
        await sendOutbox(story.ports);
        const shown = await story.load(id);
        const events = story.sandbox.events().length;
        const does = row.does as RequestKind;
        await killer.kill(story, {
          ...{ changeId: id, does, point: row.point, time: 1, configuration: { requiredApprovals } },
        });
        expect(story.sandbox.events()).toHaveLength(events);
        const now = await story.load(id);
        const isRecorded = row.point === 'after-save';
        if (!isRecorded) expect(now).toEqual(shown);
        expect({
          ...{ status: now.record.state.status, revision: now.record.revision },
          approvals: 'approvals' in now.record.state ? now.record.state.approvals.length : null,
        }).toEqual({ status: row.status, revision: row.revision, approvals: row.approvals });
        await sendOutbox(story.ports);
        expect(story.eventTypes().slice(events)).toEqual(row.event === null ? [] : [row.event]);
        // Whoever was cut off may ask again; whoever was heard is told that it is decided.
        const request = requestOf(does, shown, story.ports.clock.now());
        const again = await story.ask(id, { principalArn: benUser }, request);
        expect(again.refusals).toHaveLength(isRecorded ? 1 : 0);
      },
    );
  },
);
