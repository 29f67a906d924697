import type { Configuration } from '../../base/configuration.ts';
import { isoTime } from '../../base/iso-time.ts';
import { dayMilliseconds } from '../../base/limits.ts';
import type { Failure } from '../life/events.ts';
import { mayHaveWritten } from '../life/journal.ts';
import type { ChangeRecord } from '../life/life.ts';

/**
 * Why an approval is too old for a first write at an instant (epoch ms), or null. It ages from the end of its cooling:
 * a freeze, `mode` or AWS may hold a change up for long, and people decided on what they saw then. What may have written something goes on.
 */
export function approvalTooOld(
  { history, state }: Pick<ChangeRecord, 'history' | 'state'>,
  { approvalMaxAgeDays }: Pick<Configuration, 'approvalMaxAgeDays'>,
  now: number,
): Failure | null {
  if (state.status !== 'approved' && state.status !== 'applying') return null;
  if (mayHaveWritten(state.journal)) return null;
  const approved = history.findLast((event) => event.type === 'approved');
  if (!approved || now - approved.applyNotBefore <= approvalMaxAgeDays * dayMilliseconds) return null;
  const detail = `approved on ${isoTime(approved.at)} and due since ${isoTime(approved.applyNotBefore)}, which is more than ${approvalMaxAgeDays} days (approvalMaxAgeDays) ago: it has to be approved anew`;
  return { code: 'APPROVAL_TOO_OLD', detail };
}
