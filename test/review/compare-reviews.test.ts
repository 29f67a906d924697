import { expect, test } from '@jest/globals';
import { compareReviews, type Pair } from '../../core/review/compare-reviews.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import table from '../cases/review/compare.json' with { type: 'json' };

type Found = readonly (readonly [service: string, path: string])[];

const lastOf = (path: string): string => path.split('/').at(-1) ?? '';

function resultOf(reviewId: string, found: Found, judged: readonly string[]): ReviewResult {
  return {
    ...{ reviewId, organizationId: 'o', asOf: '2026-11-28T00:00:00.000Z', status: 'completed' },
    ...{ scope: { name: 'Root' }, thresholdDays: 180 },
    totals: { found: found.length, outcomes: { proposed: 0 } },
    findings: found.map(([serviceNamespace, entityPath]) => {
      return { entityId: lastOf(entityPath), entityPath, serviceNamespace, kind: 'lapsed', status: 'open' };
    }),
    entities: [
      ...judged.map((id) => ({ id, report: { jobId: 'job', completedAt: '', services: 1 } })),
      { id: 'failed', report: { failed: { code: 'X', message: 'x' } } },
    ],
  } as unknown as ReviewResult;
}

test.each(table)('$name', ({ after, before, expected, judged }) => {
  const shown = (pairs: readonly Pair[]): readonly string[] =>
    pairs.map(({ entityId, serviceNamespace }) => `${serviceNamespace} ${entityId}`);
  const comparison = compareReviews(
    resultOf('rev-1', before as unknown as Found, judged),
    resultOf('rev-2', after as unknown as Found, judged),
  );
  const { gone, new: added, open, unknown } = comparison;
  expect({ new: shown(added), gone: shown(gone), open: shown(open), unknown: shown(unknown) }).toEqual(
    expected,
  );
  expect([comparison.earlier.found, comparison.later.found]).toEqual([before.length, after.length]);
});
