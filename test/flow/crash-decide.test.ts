import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sendOutbox } from '../../flow/send-outbox.ts';
import { type Killer, openKiller } from './crash-kill.ts';
import { anaSession, approvalOf } from './ports.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { openStory, type Story } from './story.ts';

let killer: Killer;
let story: Story;
let id: string;
let start: Snapshot;
beforeAll(async () => {
  killer = await openKiller();
  story = await openStory();
  id = await story.propose();
  start = await takeSnapshot(story);
});
afterAll(async () => {
  killer.close();
  await story.close();
});

describe('killed during a decision', () => {
  test.each<{
    does: 'approve' | 'exempt';
    point: 'before-save' | 'after-save';
    status: string;
    revision: number;
    event: string | null;
  }>([
    { does: 'approve', point: 'before-save', status: 'proposed', revision: 1, event: null },
    { does: 'approve', point: 'after-save', status: 'approved', revision: 1, event: 'SCP Change Approved' },
    { does: 'exempt', point: 'before-save', status: 'proposed', revision: 1, event: null },
    { does: 'exempt', point: 'after-save', status: 'proposed', revision: 2, event: 'SCP Change Proposed' },
  ])('$does, $point: all of it or nothing, and what happened is told', async (row) => {
    await start.restore();
    const shown = approvalOf(await story.load(id));
    const before = story.sandbox.events().length;
    await killer.kill(story, { changeId: id, does: row.does, point: row.point, time: 1, configuration: {} });
    expect(story.sandbox.events()).toHaveLength(before);
    const { record } = await story.load(id);
    expect({ status: record.state.status, revision: record.revision }).toEqual({
      status: row.status,
      revision: row.revision,
    });
    await sendOutbox(story.ports);
    expect(story.eventTypes().slice(before)).toEqual(row.event === null ? [] : [row.event]);
    // Whoever was cut off may ask again; whoever was heard is told that it is decided.
    const again = await story.ask(id, { principalArn: anaSession }, shown);
    expect(again.refusals).toHaveLength(row.event === null ? 0 : 1);
  });
});
