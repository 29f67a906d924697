import { expect, test } from '@jest/globals';
import type { IdentitiesResult } from '../../core/review/identities/identities-result.ts';
import { partialWords } from '../../web/report/partial-words.ts';

type Report = IdentitiesResult['subjects'][number]['report'];

const made: Report = { jobId: 'job-1', completedAt: '2026-03-03T08:00:00Z', services: 2 };
const failed: Report = { failed: { code: 'REPORT_PENDING', message: 'the report was not made' } };

test.each<[string, IdentitiesResult['status'], readonly Report[], string | null]>([
  ['it looked at everything', 'completed', [made], null],
  ['a report of somebody', 'partial', [made, failed], '1 report failed, and of these identities'],
  [
    'one that nobody asked for in time, or that failed, of a policy',
    'partial',
    [made],
    'others share is missing: what',
  ],
])('what a review of identities could not look at: %s', (_, status, reports, says) => {
  const subjects = reports.map((report, index) => ({
    ...{ type: 'user' as const, name: `user-${index}`, arn: `arn:aws:iam::111111111111:user/user-${index}` },
    ...{ path: '/', report, inUse: [] },
  }));
  const words = partialWords({ status, subjects });
  if (says === null) expect(words).toBeNull();
  else expect(words).toContain(says);
});
