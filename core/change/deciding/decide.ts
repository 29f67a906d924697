import type { Approver } from '../../base/configuration.ts';
import { dayMilliseconds } from '../../base/limits.ts';
import { mailboxHash } from '../../base/mailbox.ts';
import { ok, type Result, refused } from '../../base/result.ts';
import { approvalsMissing, isApprovalOf } from '../life/approvals.ts';
import type { Actor, Approval, ChangeEvent } from '../life/events.ts';
import { approvalsOf, type ChangeRecord, nextInstant, notUnderstood } from '../life/life.ts';
import type { People } from '../life/starter.ts';
import type { Channel } from '../links/links.ts';
import type { DecisionRefusal } from '../links/refusal.ts';
import { type Decision, type DecisionInput, decisionLimits, parseDecision } from './decision-fields.ts';
import { longestAgainst } from './exemption-days.ts';
import { isNoteDecision, judgeNote } from './notes.ts';
import { decisionVerb, whyNotOnOwn } from './own-access.ts';
import { coversTargets } from './scope.ts';

/** Who asks, how, and when: never taken from what the request itself says. */
export interface PersonContext {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly approver: Pick<Approver, 'id' | 'scopes'> & Partial<Pick<Approver, 'email' | 'principals'>>;
  readonly actor: Actor;
  readonly channel: Channel;
}

/** A person among those whom the configuration names. */
export interface ActContext extends PersonContext, People {}

/** What a decision depends on beside the change. */
export interface DecisionContext extends ActContext {
  readonly coolingMinutes: number;
  readonly rejectionDays: number;
  /** Checks that must be accepted one by one where they are not proven. */
  readonly requireProven: readonly string[];
}

/** Judges one decision: the events to record, or why it is refused. A refusal changes and spends nothing. */
export function decide(
  record: ChangeRecord,
  input: DecisionInput,
  context: DecisionContext,
): Result<readonly [ChangeEvent, ...ChangeEvent[]], DecisionRefusal> {
  const refusal =
    ofLaterVersion(record) ?? notDecidable(record, input, context) ?? outOfScope(record, context);
  if (refusal) return refused(refusal);
  const verb = decisionVerb(input.decision);
  const own = verb === null ? null : whyNotOnOwn(record, verb, context);
  if (own) return refused(own);
  if (isNoteDecision(input.decision)) {
    const note = judgeNote(record, input, context);
    return note.ok ? ok([{ ...head(record, context), ...note.value }]) : note;
  }
  const parsed = parseDecision(input, record.content, context.requireProven, context.now);
  if ('refusals' in parsed) return refused(...parsed.refusals);
  const { decision } = parsed;
  if (decision.decision === 'approve') return approve(record, decision.accepted, context);
  return ok([endingEvent(record, decision, context)]);
}

function notDecidable(
  record: ChangeRecord,
  input: DecisionInput,
  context: PersonContext,
): DecisionRefusal | null {
  const { state } = record;
  if (state.status === 'expired') return expired('nobody decided in time');
  if (state.status !== 'proposed') {
    return { code: 'ALREADY_DECIDED', detail: `this change is ${state.status.replaceAll('-', ' ')} already` };
  }
  if (context.now >= state.expiresAt) return expired('nobody decided in time');
  if (input.digest === undefined || input.digest === '') {
    return {
      code: 'MISSING_FIELD',
      field: 'digest',
      detail: 'digest is missing: it says which text was read',
    };
  }
  if (input.digest !== record.content.digest) {
    return {
      code: 'OTHER_DIGEST',
      detail: `the change was revised since you opened it: read revision ${record.revision}, then decide`,
    };
  }
  if (state.withdrawn.length > 0) {
    return { code: 'OTHER_DIGEST', detail: 'services were exempted: the next revision is being made' };
  }
  return null;
}

function approve(
  record: ChangeRecord,
  accepted: readonly string[],
  context: DecisionContext,
): Result<readonly [ChangeEvent, ...ChangeEvent[]], DecisionRefusal> {
  const earlier = approvalsOf(record);
  if (earlier.some((approval) => isApprovalOf(approval, context.approver))) {
    return refused({
      code: 'ALREADY_DECIDED',
      detail: 'you approved this revision already: one person counts once',
    });
  }
  const { approver, actor, channel, now } = context;
  const approval: Approval = {
    approverId: approver.id,
    actor,
    channel,
    at: now,
    accepted,
    ...mailboxOf(approver),
  };
  const recorded: ChangeEvent = { ...head(record, context), type: 'approval-recorded', approval };
  if (approvalsMissing(record, [...earlier, approval], context) > 0) return ok([recorded]);
  const applyNotBefore = now + context.coolingMinutes * 60_000;
  return ok([recorded, { ...head(record, context), type: 'approved', applyNotBefore }]);
}

function endingEvent(
  record: ChangeRecord,
  decision: Exclude<Decision, { readonly decision: 'approve' }>,
  context: DecisionContext,
): ChangeEvent {
  const approverId = context.approver.id;
  const { reason } = decision;
  const exempting = (services: readonly string[], until: number): ChangeEvent => {
    const said = { approverId, services, reason, until, ...mailboxOf(context.approver) };
    return { ...head(record, context), type: 'services-exempted', ...said };
  };
  switch (decision.decision) {
    case 'reject': {
      const days = Math.min(context.rejectionDays, longestAgainst(record.content));
      const notAgainBefore = context.now + days * dayMilliseconds;
      return { ...head(record, context), type: 'rejected', approverId, reason, notAgainBefore };
    }
    case 'snooze':
      return { ...head(record, context), type: 'snoozed', approverId, reason, until: decision.until };
    case 'exempt':
      return exempting(decision.services, decision.until);
    // What is not kept rests as long as if it had been rejected, but never longer than a person may exempt it.
    case 'narrow': {
      const days = Math.min(context.rejectionDays, decisionLimits.exemptDays);
      return exempting(decision.services, context.now + days * dayMilliseconds);
    }
  }
}

/** What an event keeps of who caused it, to tell apart people who had one id after each other. */
export function mailboxOf({ email }: Partial<Pick<Approver, 'email'>>): { readonly mailbox?: string } {
  return email === undefined ? {} : { mailbox: mailboxHash(email) };
}

/** Why this person may not act on the change, or null if the scopes cover every target. */
export function outOfScope(record: ChangeRecord, { approver }: PersonContext): DecisionRefusal | null {
  const targetIds = record.content.targets.map(({ id }) => id);
  if (coversTargets(approver, targetIds, record.targetPaths)) return null;
  return {
    code: 'OUT_OF_SCOPE',
    detail: `the scopes of ${approver.id} do not cover every target of this change`,
  };
}

/** Why nobody may decide anything about a change whose history holds events of a later version; null where there are none. */
export function ofLaterVersion(record: ChangeRecord): DecisionRefusal | null {
  const why = notUnderstood(record);
  return why === null ? null : { code: 'LATER_VERSION', detail: `nothing can be decided here: ${why}` };
}

/** The head of an event that a person causes now. */
export function head(
  record: ChangeRecord,
  { now, actor }: PersonContext,
): Pick<ChangeEvent, 'at' | 'actor' | 'revision'> {
  return { at: nextInstant(record, now), actor, revision: record.revision };
}

function expired(detail: string): DecisionRefusal {
  return { code: 'EXPIRED', detail: `the time to decide is over: ${detail}` };
}
