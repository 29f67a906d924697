import { counted } from '../../core/base/counted.ts';
import type { IdentitiesResult } from '../../core/review/identities/identities-result.ts';

/** What a review of identities could not look at, as one sentence; null: it looked at everything. */
export function partialWords({
  status,
  subjects,
}: Pick<IdentitiesResult, 'status' | 'subjects'>): string | null {
  if (status === 'completed') return null;
  const failed = subjects.filter(({ report }) => 'failed' in report).length;
  return failed === 0
    ? 'a report of a policy or group that others share is missing: what rests on it is not proposed'
    : `${counted(failed, 'report')} failed, and of these identities nothing is known`;
}
