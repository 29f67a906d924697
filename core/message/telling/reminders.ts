import type { Configuration } from '../../base/configuration.ts';
import { coversTargets } from '../../change/deciding/scope.ts';
import { hasHandedOver } from '../../change/life/history-facts.ts';
import type { ChangeRecord } from '../../change/life/life.ts';

/** When a reminder is due, as parts of the time between proposal and end: two at most. */
const moments = [0.5, 0.85] as const;
/** The least distance of two reminders, as a part of the same time: one that is late does not bring the next one along. */
const leastDistance = 0.2;

/** A reminder joins another one that is due so much earlier, in milliseconds: people get one message for both. */
export const joinMilliseconds = 3_600_000;

/** The approvers to remind of a change now: those who may decide and have not, at each moment once. Empty: nobody. `now` in epoch milliseconds; `ahead`: so much earlier than usual, in milliseconds. */
export function remindersDue(
  record: ChangeRecord,
  { approvers }: Configuration,
  now: number,
  ahead = 0,
): readonly string[] {
  const { content, state, targetPaths } = record;
  if (state.status !== 'proposed' || now >= state.expiresAt) return [];
  const moment = moments[state.reminders];
  if (moment === undefined) return [];
  const whole = state.expiresAt - state.proposedAt;
  if (now + ahead < state.proposedAt + moment * whole) return [];
  if (state.remindedAt !== null && now < state.remindedAt + leastDistance * whole) return [];
  const answered = state.approvals.map(({ approverId }) => approverId);
  const targetIds = content.targets.map((target) => target.id);
  return approvers
    .filter(({ id }) => !answered.includes(id) && !hasHandedOver(record, id))
    .filter((approver) => coversTargets(approver, targetIds, targetPaths))
    .map((approver) => approver.id);
}
