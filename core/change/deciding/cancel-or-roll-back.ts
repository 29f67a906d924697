import { ok, type Result, refused } from '../../base/result.ts';
import type { ChangeEvent } from '../life/events.ts';
import { mayHaveWritten } from '../life/journal.ts';
import type { ChangeRecord } from '../life/life.ts';
import type { DecisionRefusal } from '../links/refusal.ts';
import { type ActContext, head, ofLaterVersion, outOfScope } from './decide.ts';
import { parseReason } from './decision-fields.ts';
import { type Verb, whyNotOnOwn } from './own-access.ts';

/** What a cancel or roll-back form says, untrusted and unparsed. */
export interface CancelOrRollBackInput {
  readonly reason?: string;
}

/** Takes an approval back before anything was written, while it cools or is held up. Later only a roll back helps: whether a write that was begun went through, nobody knows. */
export function cancel(
  record: ChangeRecord,
  input: CancelOrRollBackInput,
  context: ActContext,
): Result<readonly [ChangeEvent], DecisionRefusal> {
  const { state } = record;
  const isPending = state.status === 'approved' || state.status === 'applying';
  const refusal = refusalToAct(record, context, isPending, 'cancel');
  if (refusal) return refused(refusal);
  if (isPending && mayHaveWritten(state.journal)) {
    const detail = 'a part of this change was written, or may have been: roll it back once it has ended';
    return refused({ code: 'ALREADY_DECIDED', detail });
  }
  const given = input.reason?.trim() ?? '';
  const reason = given === '' ? null : parseReason(given);
  if (reason !== null && typeof reason !== 'string') return refused(reason);
  return ok([{ ...head(record, context), type: 'cancelled', approverId: context.approver.id, reason }]);
}

/** Asks to undo what was written: within the roll-back time, by an approver whose scopes cover every target and who gets no access by it, with a reason. */
export function requestRollBack(
  record: ChangeRecord,
  input: CancelOrRollBackInput,
  context: ActContext,
): Result<readonly [ChangeEvent], DecisionRefusal> {
  const { state } = record;
  const isUndoable =
    state.status === 'applied' ||
    ((state.status === 'apply-failed' || state.status === 'interrupted') && mayHaveWritten(state.journal));
  const refusal = refusalToAct(record, context, isUndoable, 'roll-back');
  if (refusal) return refused(refusal);
  if (state.status === 'applied' && context.now >= state.rollBackUntil) {
    const detail = 'the time to roll back is over: only a new change can take it back';
    return refused({ code: 'EXPIRED', detail });
  }
  return withReason(record, input, context, 'roll-back-requested');
}

/**
 * Lets an interrupted change go on: an approver whose scopes cover every target has looked, and says that the write
 * whose outcome is open did not take place. It approves nothing.
 */
export function resume(
  record: ChangeRecord,
  input: CancelOrRollBackInput,
  context: ActContext,
): Result<readonly [ChangeEvent], DecisionRefusal> {
  const refusal = refusalToAct(record, context, record.state.status === 'interrupted', 'resume');
  return refusal ? refused(refusal) : withReason(record, input, context, 'resumed');
}

/** Why this person may not act on the change as it stands, or null. */
function refusalToAct(
  record: ChangeRecord,
  context: ActContext,
  isPossible: boolean,
  act: Verb,
): DecisionRefusal | null {
  const later = ofLaterVersion(record);
  if (later) return later;
  if (!isPossible) {
    const status = record.state.status.replaceAll('-', ' ');
    return {
      code: 'ALREADY_DECIDED',
      detail: `this change is ${status}: there is nothing to ${act.replace('-', ' ')}`,
    };
  }
  return outOfScope(record, context) ?? whyNotOnOwn(record, act, context);
}

function withReason(
  record: ChangeRecord,
  input: CancelOrRollBackInput,
  context: ActContext,
  type: 'roll-back-requested' | 'resumed',
): Result<readonly [ChangeEvent], DecisionRefusal> {
  const reason = parseReason(input.reason);
  if (typeof reason !== 'string') return refused(reason);
  return ok([{ ...head(record, context), type, approverId: context.approver.id, reason }]);
}
