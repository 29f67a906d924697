import type { ChangeContent } from '../content/change.ts';
import { isBySameApprover } from './approvals.ts';
import type { ChangeEvent, ChangeEventType } from './events.ts';
import { doneIn, isDone, journalOf, mayHaveWritten, sendingSince, undoJournalOf } from './journal.ts';
import { type ChangeState, type ChangeStatus, endedStatuses } from './state.ts';
import { approvalsIn, goesOn, requestIn, withdrawnOf, withEntry, withUndoEntry } from './state-parts.ts';

/** What of a change an event's effect depends on beside the state: what it would do, and what happened before. */
export interface EffectContext {
  readonly content: ChangeContent;
  readonly history: readonly ChangeEvent[];
}

type EventOf<Type extends ChangeEventType> = Extract<ChangeEvent, { readonly type: Type }>;

/** What one type of event does to a change. `in` and `unless` are asked when an event is added, never when a history is loaded. */
export interface EventEffect<Type extends ChangeEventType> {
  /** The states in which it may happen. */
  readonly in: readonly ChangeStatus[] | 'always' | 'never';
  /** What forbids it even then: a step out of order, a second approval by one person, too few approvals … */
  readonly unless?: (state: ChangeState, event: EventOf<Type>, context: EffectContext) => boolean;
  /** The state after it. It has an answer for every state, whatever today's rules say. */
  readonly to: (state: ChangeState, event: EventOf<Type>, context: EffectContext) => ChangeState;
}

/** The effect of every type of event. */
export type EventEffects = { readonly [Type in ChangeEventType]: EventEffect<Type> };

const same = (state: ChangeState): ChangeState => state;
const wrote = (state: ChangeState): boolean => mayHaveWritten(journalOf(state));
const openAgain = (_: ChangeState, event: EventOf<'proposed' | 'revised'>): ChangeState => ({
  status: 'proposed',
  proposedAt: event.at,
  expiresAt: event.expiresAt,
  approvals: [],
  withdrawn: [],
  reminders: 0,
  remindedAt: null,
});

/** What every event does to a change: one entry each, or it does not compile. */
export const eventEffects: EventEffects = {
  // Applied and then undone by hand: the same edit may be asked for again. What was written can be rolled back first.
  proposed: {
    in: [...endedStatuses, 'applied'],
    unless: (state) => state.status === 'apply-failed' && wrote(state),
    to: openAgain,
  },
  revised: { in: ['proposed'], to: openAgain },
  'version-kept': { in: ['applying', 'rolling-back'], to: same },
  notifying: { in: 'always', to: same },
  notified: { in: 'always', to: same },
  'notify-failed': { in: 'always', to: same },
  'reminder-sent': {
    in: ['proposed'],
    to: (state, { at }) =>
      state.status === 'proposed' ? { ...state, reminders: state.reminders + 1, remindedAt: at } : state,
  },
  noted: { in: 'always', to: same },
  'targets-moved': { in: 'always', to: same },
  'approval-recorded': {
    in: ['proposed'],
    unless: (state, { approval }) =>
      withdrawnOf(state).length > 0 ||
      approvalsIn(state).some((earlier) => isBySameApprover(earlier, approval)),
    to: (state, { approval }) =>
      state.status === 'proposed' ? { ...state, approvals: [...state.approvals, approval] } : state,
  },
  approved: {
    in: ['proposed'],
    // Whether the right people approved was decided then: a history must not depend on the configuration of now.
    unless: (state, _, { content }) =>
      withdrawnOf(state).length > 0 || approvalsIn(state).length < content.requiredApprovals,
    to: (state, { applyNotBefore, at }) => ({
      status: 'approved',
      approvals: approvalsIn(state),
      approvedAt: at,
      applyNotBefore,
      journal: [],
    }),
  },
  rejected: {
    in: ['proposed'],
    to: (_, { approverId, at, notAgainBefore, reason }) => ({
      status: 'rejected',
      approverId,
      reason,
      rejectedAt: at,
      notAgainBefore,
    }),
  },
  snoozed: {
    in: ['proposed'],
    to: (_, { approverId, at, reason, until }) => ({
      status: 'snoozed',
      approverId,
      reason,
      snoozedAt: at,
      until,
    }),
  },
  'services-exempted': {
    in: ['proposed'],
    unless: (_, { services }, { content }) => services.some((service) => !content.services.includes(service)),
    to: (state, { services }) =>
      state.status === 'proposed'
        ? { ...state, approvals: [], withdrawn: [...new Set([...state.withdrawn, ...services])].sort() }
        : state,
  },
  'exemption-lifted': { in: 'always', to: same },
  asked: { in: ['proposed'], to: same },
  'handed-over': { in: ['proposed'], to: same },
  expired: { in: ['proposed'], to: (_, { at }) => ({ status: 'expired', expiredAt: at }) },
  superseded: {
    in: ['proposed', 'approved', 'applying', 'interrupted', 'snoozed'],
    // What was written can be rolled back, so a change that may have written something never just ends.
    unless: wrote,
    to: (_, { at, reason }) => ({ status: 'superseded', supersededAt: at, reason }),
  },
  // Applying may be held up before its first write: by a freeze, or by AWS.
  cancelled: {
    in: ['approved', 'applying'],
    unless: wrote,
    to: (_, { approverId, at, reason }) => ({ status: 'cancelled', approverId, reason, cancelledAt: at }),
  },
  'apply-started': {
    in: ['approved'],
    to: (state, { at }) => ({
      status: 'applying',
      approvals: approvalsIn(state),
      startedAt: at,
      journal: journalOf(state),
    }),
  },
  'step-sending': {
    in: ['applying'],
    unless: (state, { step }, { content }) => isOutOfOrder(journalOf(state), step, content),
    to: (state, { at, step }) => withEntry(state, { step, phase: 'sending', at }),
  },
  'step-done': {
    in: ['applying'],
    unless: (state, { step }, { content }) => isOutOfOrder(journalOf(state), step, content),
    to: (state, { at, policyId, step, text }) =>
      withEntry(state, { step, phase: 'done', at, policyId, ...(text === undefined ? {} : { text }) }),
  },
  'step-refused': {
    in: ['applying'],
    unless: (state, { step }) => sendingSince(journalOf(state), step) === null,
    to: (state, { at, step }) => withEntry(state, { step, phase: 'refused', at }),
  },
  applied: {
    in: ['applying'],
    unless: (state, _, { content }) => doneIn(journalOf(state)) < content.steps.length,
    to: (state, { at, rollBackUntil }) => ({
      status: 'applied',
      approvals: approvalsIn(state),
      appliedAt: at,
      rollBackUntil,
      journal: journalOf(state),
    }),
  },
  'apply-failed': {
    in: ['approved', 'applying'],
    to: (state, { at, failure }) => ({
      status: 'apply-failed',
      approvals: approvalsIn(state),
      failedAt: at,
      failure,
      journal: journalOf(state),
    }),
  },
  interrupted: {
    in: ['applying', 'rolling-back'],
    to: (state, { at, detail }) => stopped(state, at, detail),
  },
  resumed: {
    in: ['interrupted'],
    unless: (state, _, { history }) =>
      state.status === 'interrupted' && state.during === 'roll-back' && requestIn(history) === null,
    to: (state, { at }, { history }) => goesOn(state, at, history),
  },
  'roll-back-requested': {
    in: ['applied', 'apply-failed', 'interrupted'],
    unless: (state) => !wrote(state),
    to: (state, { approverId, at, reason }) => ({
      status: 'rolling-back',
      approvals: approvalsIn(state),
      request: { approverId, reason, at },
      journal: journalOf(state),
      undoJournal: undoJournalOf(state).filter(isDone),
    }),
  },
  'roll-back-step-sending': {
    in: ['rolling-back'],
    unless: (state, { step }, { content }) => isOutOfOrder(undoJournalOf(state), step, content),
    to: (state, { at, step }) => withUndoEntry(state, { step, phase: 'sending', at }),
  },
  'roll-back-step-done': {
    in: ['rolling-back'],
    unless: (state, { step }, { content }) => isOutOfOrder(undoJournalOf(state), step, content),
    to: (state, { at, detail, outcome, step }) =>
      withUndoEntry(state, { step, phase: 'done', at, outcome, detail }),
  },
  'roll-back-step-refused': {
    in: ['rolling-back'],
    unless: (state, { step }) => sendingSince(undoJournalOf(state), step) === null,
    to: (state, { at, step }) => withUndoEntry(state, { step, phase: 'refused', at }),
  },
  'roll-back-failed': {
    in: ['rolling-back'],
    to: (state, { at, failure }) => stopped(state, at, `${failure.code}: ${failure.detail}`),
  },
  'rolled-back': {
    in: ['rolling-back'],
    unless: (state, _, { content }) => doneIn(undoJournalOf(state)) < content.steps.length,
    to: (state, { actor, at }, { history }) => ({
      status: 'rolled-back',
      request: requestIn(history) ?? { approverId: actor.id, reason: '', at },
      rolledBackAt: at,
      journal: journalOf(state),
      undoJournal: undoJournalOf(state),
    }),
  },
  'drift-detected': { in: ['applied', 'rolled-back'], to: same },
  'denied-access-observed': { in: ['applied'], to: same },
  'came-under-denial': { in: ['applied'], to: same },
  // Written by a later version: what it did to the state, this one cannot know.
  unknown: { in: 'never', to: same },
};

function isOutOfOrder(journal: Parameters<typeof doneIn>[0], step: number, content: ChangeContent): boolean {
  return step !== doneIn(journal) || step >= content.steps.length;
}

function stopped(state: ChangeState, at: number, detail: string): ChangeState {
  const during = state.status === 'rolling-back' ? 'roll-back' : 'apply';
  return {
    status: 'interrupted',
    during,
    approvals: approvalsIn(state),
    interruptedAt: at,
    detail,
    journal: journalOf(state),
    undoJournal: undoJournalOf(state),
  };
}
