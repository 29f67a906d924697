import { afterEach, expect, test } from '@jest/globals';
import type { CollectionStore } from '../../adapters/collection-ports.ts';
import { reviewAndPublish } from '../../flow/publish.ts';
import { runReview } from '../../flow/review.ts';
import { moveAccount, recordUse } from '../../sandbox/tree.ts';
import { openStory, type Story } from './story.ts';
import { left, mover, right, twoUnits } from './two-units.ts';

let story: Story | undefined;
afterEach(async () => {
  await story?.close();
  story = undefined;
});

const reviewId = 'rev-1';

async function open(): Promise<Story> {
  story = await openStory({ scenario: twoUnits });
  return story;
}

/** Runs the review; it ends with an error right after so many answers were kept, as a function that is killed does. */
async function run(own: Story, dyingAfter = Number.POSITIVE_INFINITY) {
  const { collections } = own.ports.stores;
  let kept = 0;
  const dying: CollectionStore = {
    ...collections,
    keep: async (request, answer) => {
      await collections.keep(request, answer);
      kept += 1;
      if (kept >= dyingAfter) throw new Error('killed');
    },
  };
  const ports = { ...own.ports, stores: { ...own.ports.stores, collections: dying } };
  const { run: done } = await reviewAndPublish(ports, { scope: 'r-ex01' }, own.configuration, { reviewId });
  return { kept, ...done };
}

test('a review that is killed after every single answer goes on under its id, and asks for no report twice', async () => {
  const own = await open();
  const event = { scope: 'r-ex01', dryRun: true };
  const whole = (await runReview(own.ports, event, own.configuration)).result;
  const jobs = own.count('GenerateOrganizationsAccessReport');
  const startedAt = own.ports.clock.now();
  // The first run reads the tree; each further one reads it again, and is killed after one question more.
  for (const answers of [1, 2, 2]) {
    await expect(run(own, answers)).rejects.toThrow('killed');
    own.advance(60);
  }
  const { kept, result } = await run(own);
  // Its reading is later than every report: nothing is left to look at.
  expect(kept).toBe(1);
  expect(own.count('GenerateOrganizationsAccessReport')).toBe(2 * jobs);
  expect(Date.parse(result.asOf)).toBeLessThan(startedAt + 59_000);
  expect(result.status).toBe('completed');
  const found = ({ findings }: typeof result) =>
    findings.map(({ entityId, serviceNamespace, status }) => [entityId, serviceNamespace, status]);
  expect(found(result)).toEqual(found(whole));
  const edits = ({ changes }: typeof result) => changes.map(({ after, targets }) => [after, targets]);
  expect(edits(result)).toEqual(edits(whole));
  expect(jobs).toBe(2);
});

test('an account that moved while nobody looked is asked about anew', async () => {
  const own = await open();
  await expect(run(own, 3)).rejects.toThrow('killed');
  const jobs = own.count('GenerateOrganizationsAccessReport');
  moveAccount(own.sandbox.world, mover, right);
  recordUse(own.sandbox.world, { accountId: mover, service: 'lex', daysAgo: 0 });
  const { facts } = await run(own);
  expect(facts.tree.entities.get(mover)?.parentId).toBe(right);
  expect(facts.movesDuringReview).toEqual(new Map([[mover, new Set([left])]]));
  expect(own.count('GenerateOrganizationsAccessReport')).toBeGreaterThan(jobs);
  expect(facts.reports.find(({ entityId }) => entityId === right)).toMatchObject({ status: 'completed' });
});
