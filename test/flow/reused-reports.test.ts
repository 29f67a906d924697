import { expect, test } from '@jest/globals';
import { accountOf, underRootAllow } from '../support/worlds.ts';
import { development } from './organization.ts';
import { storyOfTest } from './story-of-test.ts';

const open = storyOfTest();

/** Three OUs that use a service each on another day, so that the root decides one of them alone. */
const names = ['One', 'Two', 'Three'];
const ids = names.map((_, index) => `ou-ex01-unit000${index}`);
const threeUnits = underRootAllow(
  names.map((name, index) => ({
    ...{ ou: ids[index] as string, name },
    children: [
      accountOf(`22222222222${index}`, name, { s3: { daysAgo: 1 + index }, lex: { daysAgo: 3 + index } }),
      accountOf(`22222222223${index}`, `${name}-2`, { s3: { daysAgo: 1 + index } }),
    ],
  })),
  [...ids, ...names.flatMap((_, index) => [`22222222222${index}`, `22222222223${index}`])],
);

test('the reports of an earlier review are used again with their own times, but not for a change', async () => {
  const story = await open();
  const { ports, review, sandbox } = story;
  const first = await review('r-ex01');
  const jobs = first.run.reportsAsked;
  expect(jobs).toBeGreaterThan(1);
  const targets = new Set(first.run.decision.changes.flatMap((change) => change.targets.map(({ id }) => id)));
  story.advance(3_600);
  const second = await review('r-ex01');
  expect(second.run.result.findings).toEqual(first.run.result.findings);
  // What a change rests on is asked freshly, and nothing else.
  const reused = second.run.facts.reusedEntityIds ?? new Set();
  expect(second.run.reportsAsked).toBe(targets.size);
  for (const id of targets) expect(reused.has(id)).toBe(false);
  const timeIn = ({ run }: typeof first, id: string) =>
    run.facts.reports.flatMap((report) =>
      report.entityId === id && report.status === 'completed' ? [report.completedAt] : [],
    );
  expect(reused.size).toBeGreaterThan(0);
  for (const id of reused) expect(timeIn(second, id)).toEqual(timeIn(first, id));
  expect([...targets].every((id) => (timeIn(second, id)[0] ?? 0) > (timeIn(first, id)[0] ?? 0))).toBe(true);

  // Past the freshness nothing unused is taken from it.
  story.advance(24 * 3_600);
  const third = await review('r-ex01');
  expect([...(third.run.facts.reusedEntityIds ?? [])]).toEqual([]);
  expect(third.run.reportsAsked).toBeLessThanOrEqual(jobs);
  const { notes } = await ports.stores.evidence.load(sandbox.world.organizationId);
  expect(notes.get(development)?.reviewId).toBe(third.run.result.reviewId);
});

test('a budget of jobs ends a review as partial, and what it left is asked first by the next one', async () => {
  const story = await open({ scenario: threeUnits, configuration: { jobBudget: 2 } });
  const { run } = await story.review('r-ex01');
  expect(run.reportsAsked).toBe(2);
  expect(run.result.status).toBe('partial');
  const [pending] = run.result.entities.filter(({ report }) => 'pending' in report);
  expect(run.result.refusals).toContainEqual({
    ...{ code: 'EVIDENCE_MISSING', entityId: pending?.id },
    detail: `${pending?.id} was not asked: its budget of 2 reports is spent`,
  });
  const { waitingSince } = await story.ports.stores.evidence.load(story.sandbox.world.organizationId);
  expect(waitingSince.has(pending?.id ?? '')).toBe(true);
  // A review of another OU, asked for in between, takes nobody's turn away.
  const other = run.result.entities.find(({ id, report }) => id.startsWith('ou-') && !('pending' in report));
  await story.review(other?.id ?? '');
  const kept = await story.ports.stores.evidence.load(story.sandbox.world.organizationId);
  expect(kept.waitingSince.get(pending?.id ?? '')).toBe(waitingSince.get(pending?.id ?? ''));
  const next = await story.review('r-ex01');
  expect(next.run.facts.reports.map(({ entityId }) => entityId)).toContain(pending?.id);
  expect(next.run.reportsAsked).toBeLessThanOrEqual(2);
});
