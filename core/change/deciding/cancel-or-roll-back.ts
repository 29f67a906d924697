import { ok, type Result, refused } from '../../base/result.ts';
import type { ChangeEvent } from '../life/events.ts';
import { mayHaveWritten } from '../life/journal.ts';
import type { ChangeRecord } from '../life/life.ts';
import type { DecisionRefusal } from '../links/refusal.ts';
import { head, ofLaterVersion, outOfScope, type PersonContext } from './decide.ts';
import { parseReason } from './decision-fields.ts';

/** What a cancel or roll-back form says, untrusted and unparsed. */
export interface CancelOrRollBackInput {
  readonly reason?: string;
}

/** Takes an approval back before anything was written, while it cools or is held up. Later only a roll back helps: whether a write that was begun went through, nobody knows. */
export function cancel(
  record: ChangeRecord,
  input: CancelOrRollBackInput,
  context: PersonContext,
): Result<readonly [ChangeEvent], DecisionRefusal> {
  const later = ofLaterVersion(record);
  if (later) return refused(later);
  const { state } = record;
  if (state.status !== 'approved' && state.status !== 'applying') {
    return refused({
      code: 'ALREADY_DECIDED',
      detail: `this change is ${state.status.replaceAll('-', ' ')}: there is nothing to cancel`,
    });
  }
  if (mayHaveWritten(state.journal)) {
    const detail = 'a part of this change was written, or may have been: roll it back once it has ended';
    return refused({ code: 'ALREADY_DECIDED', detail });
  }
  const refusal = outOfScope(record, context);
  if (refusal) return refused(refusal);
  const given = input.reason?.trim() ?? '';
  const reason = given === '' ? null : parseReason(given);
  if (reason !== null && typeof reason !== 'string') return refused(reason);
  return ok([{ ...head(record, context), type: 'cancelled', approverId: context.approver.id, reason }]);
}

/** Asks to undo what was written: within the roll-back time, by an approver whose scopes cover every target, with a reason. */
export function requestRollBack(
  record: ChangeRecord,
  input: CancelOrRollBackInput,
  context: PersonContext,
): Result<readonly [ChangeEvent], DecisionRefusal> {
  const later = ofLaterVersion(record);
  if (later) return refused(later);
  const { state } = record;
  const undoable =
    state.status === 'applied' ||
    ((state.status === 'apply-failed' || state.status === 'interrupted') && mayHaveWritten(state.journal));
  if (!undoable) {
    return refused({
      code: 'ALREADY_DECIDED',
      detail: `this change is ${state.status.replaceAll('-', ' ')}: there is nothing to roll back`,
    });
  }
  if (state.status === 'applied' && context.now >= state.rollBackUntil) {
    return refused({
      code: 'EXPIRED',
      detail: 'the time to roll back is over: change the SCP by a new proposal',
    });
  }
  const refusal = outOfScope(record, context);
  if (refusal) return refused(refusal);
  const reason = parseReason(input.reason);
  if (typeof reason !== 'string') return refused(reason);
  return ok([
    { ...head(record, context), type: 'roll-back-requested', approverId: context.approver.id, reason },
  ]);
}

/** Lets an interrupted change go on, because an approver whose scopes cover every target has looked and says that the write whose outcome is open did not take place. It approves nothing. */
export function resume(
  record: ChangeRecord,
  input: CancelOrRollBackInput,
  context: PersonContext,
): Result<readonly [ChangeEvent], DecisionRefusal> {
  const later = ofLaterVersion(record);
  if (later) return refused(later);
  const { state } = record;
  if (state.status !== 'interrupted') {
    return refused({
      code: 'ALREADY_DECIDED',
      detail: `this change is ${state.status.replaceAll('-', ' ')}: there is nothing to resume`,
    });
  }
  const refusal = outOfScope(record, context);
  if (refusal) return refused(refusal);
  const reason = parseReason(input.reason);
  if (typeof reason !== 'string') return refused(reason);
  return ok([{ ...head(record, context), type: 'resumed', approverId: context.approver.id, reason }]);
}
