import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sendOutbox } from '../../flow/send-outbox.ts';
import { execute, lambdaError } from '../support/state-machine.ts';
import { type Child, openChild } from './child.ts';
import { invokeReview, type ReviewPoint, reviewPoints } from './killable-review.ts';
import type { KillOrder } from './killed-review-child.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { openStory, type Story } from './story.ts';
import { twoUnits } from './two-units.ts';

/** All points with LONG=1, else one of each part: a page of the organization, a report, the end of an invocation, what is decided, what is told. */
const sample: readonly ReviewPoint[] = [
  'page-stored',
  'report-made',
  'time-ran-out',
  'change-stored',
  'findings-stored',
];

let child: Child;
let story: Story;
let start: Snapshot;

beforeAll(async () => {
  child = await openChild('test/flow/killed-review-child.ts');
  story = await openStory({ scenario: twoUnits });
  start = await takeSnapshot(story);
});
afterAll(async () => {
  await story?.close();
  child?.close();
});

test.each(process.env.LONG ? reviewPoints : sample)(
  'a review of several invocations that is killed at the point "%s" is decided and told once, and loses one job at most',
  async (point) => {
    await start.restore();
    const before = { events: story.sandbox.events().length, mails: story.sandbox.messages().length };
    const jobsBefore = story.count('GenerateOrganizationsAccessReport');
    let killed = false;
    let invocations = 0;
    const { result } = await execute('review-until-done.asl.json', {}, `execution-${point}`, {
      Review: async (payload) => {
        invocations += 1;
        const reviewId = `rev-${point}-${invocations}`;
        if (killed) return invokeReview(payload, story.ports, story.configuration, reviewId);
        const offset = story.ports.clock.now() - Date.now();
        const order: KillOrder = { payload, reviewId, point, offset };
        const answer = await child.run(order);
        if (answer !== null) return answer;
        killed = true;
        throw lambdaError('Sandbox.Timedout');
      },
    });
    const reviewId = `rev-${point}-1`;
    // Killed after it was all over, it finds that nothing is left to do.
    expect({ killed, result }).toMatchObject({
      ...{ killed: true, result: { status: point === 'over' ? 'covered' : 'completed', reviewId } },
    });
    const jobs = story.count('GenerateOrganizationsAccessReport') - jobsBefore;
    expect(jobs).toBe(point === 'report-made' ? 3 : 2);

    const { changes, outbox, reviews, runs } = story.ports.stores;
    expect(await reviews.reviewsSince('o-exampleorg1', 0)).toMatchObject([
      { id: reviewId, status: 'completed' },
    ]);
    expect(await changes.listByStatus(['proposed'])).toHaveLength(1);
    expect(await runs.progress(reviewId)).toMatchObject({ reportsDone: 2, outcome: { status: 'completed' } });
    // As the sweep does a minute later: what the killed invocation stored and could not send.
    await sendOutbox(story.ports);
    expect([...(await outbox.listEvents()), ...(await outbox.listMessages())]).toEqual([]);
    const events = story.sandbox.events().slice(before.events);
    const ids = events.map(({ detail }) => (detail as { readonly eventId: string }).eventId);
    const types = new Map(events.map(({ detailType }, index) => [ids[index], detailType]));
    expect([...types.values()].filter((type) => type === 'SCP Change Proposed')).toHaveLength(1);
    expect([...types.values()].filter((type) => type === 'Access Review Completed')).toHaveLength(1);
    // Between sending and noting that it was sent nobody can know: the same event goes out again, with its id.
    if (point !== 'event-sent') expect(ids).toHaveLength(types.size);
    const mails = story.sandbox.messages().slice(before.mails);
    expect(mails).toHaveLength(point === 'mail-sent' ? 2 : 1);
  },
  60_000,
);
