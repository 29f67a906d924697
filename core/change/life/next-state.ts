import type { ChangeContent } from '../content/change.ts';
import { isBySameApprover } from './approvals.ts';
import type { ChangeEvent } from './events.ts';
import { mayHaveWritten, notWritten, sendingSince } from './journal.ts';
import type { ChangeState } from './state.ts';

/** What of a change the next state depends on beside its state. */
export interface StateContext {
  readonly content: ChangeContent;
  readonly history: readonly ChangeEvent[];
}

/** The state after an event within one revision, or null if the event contradicts what the state holds (a step out of order, a second approval by one person, too few approvals …). */
export function nextState(
  state: ChangeState,
  event: ChangeEvent,
  { content, history }: StateContext,
): ChangeState | null {
  switch (event.type) {
    case 'notified':
    case 'notify-failed':
    case 'noted':
    case 'drift-detected':
    case 'denied-access-observed':
    case 'exemption-lifted':
      return state;
    case 'expired':
      return { status: 'expired', expiredAt: event.at };
    case 'superseded':
      // What was written can be rolled back, so a change that may have written something never just ends.
      if ('journal' in state && mayHaveWritten(state.journal)) return null;
      return { status: 'superseded', supersededAt: event.at, reason: event.reason };
    case 'rejected':
      return {
        status: 'rejected',
        approverId: event.approverId,
        reason: event.reason,
        rejectedAt: event.at,
        notAgainBefore: event.notAgainBefore,
      };
    case 'snoozed':
      return {
        status: 'snoozed',
        approverId: event.approverId,
        reason: event.reason,
        snoozedAt: event.at,
        until: event.until,
      };
    case 'cancelled':
      if ('journal' in state && mayHaveWritten(state.journal)) return null;
      return {
        status: 'cancelled',
        approverId: event.approverId,
        reason: event.reason,
        cancelledAt: event.at,
      };
  }
  switch (state.status) {
    case 'proposed':
      return afterProposed(state, event, content);
    case 'approved':
      if (event.type === 'apply-started') {
        const { approvals, journal } = state;
        return { status: 'applying', approvals, startedAt: event.at, journal };
      }
      if (event.type !== 'apply-failed') return null;
      return {
        status: 'apply-failed',
        approvals: state.approvals,
        failedAt: event.at,
        failure: event.failure,
        journal: state.journal,
      };
    case 'applying':
      return afterApplying(state, event, content);
    case 'applied':
    case 'apply-failed':
    case 'interrupted':
      if (event.type === 'resumed' && state.status === 'interrupted')
        return afterResumed(state, event.at, history);
      if (event.type !== 'roll-back-requested' || !mayHaveWritten(state.journal)) return null;
      return {
        status: 'rolling-back',
        approvals: state.approvals,
        request: { approverId: event.approverId, reason: event.reason, at: event.at },
        journal: state.journal,
        undoJournal: state.status === 'interrupted' ? state.undoJournal.filter(isDone) : [],
      };
    case 'rolling-back':
      return afterRollingBack(state, event, content);
    default:
      return null;
  }
}

type StateOf<Status extends ChangeState['status']> = Extract<ChangeState, { readonly status: Status }>;

function afterProposed(
  state: StateOf<'proposed'>,
  event: ChangeEvent,
  content: ChangeContent,
): ChangeState | null {
  switch (event.type) {
    case 'reminder-sent':
      return { ...state, reminders: state.reminders + 1, remindedAt: event.at };
    case 'services-exempted': {
      if (!event.services.every((service) => content.services.includes(service))) return null;
      return {
        ...state,
        approvals: [],
        withdrawn: [...new Set([...state.withdrawn, ...event.services])].sort(),
      };
    }
    case 'approval-recorded': {
      if (state.withdrawn.length > 0) return null;
      if (state.approvals.some((earlier) => isBySameApprover(earlier, event.approval))) return null;
      return { ...state, approvals: [...state.approvals, event.approval] };
    }
    case 'approved':
      // Whether the right people approved was decided then: a history must not depend on the configuration of now.
      if (state.withdrawn.length > 0 || state.approvals.length < content.requiredApprovals) return null;
      return {
        status: 'approved',
        approvals: state.approvals,
        approvedAt: event.at,
        applyNotBefore: event.applyNotBefore,
        journal: [],
      };
    default:
      return null;
  }
}

function afterApplying(
  state: StateOf<'applying'>,
  event: ChangeEvent,
  content: ChangeContent,
): ChangeState | null {
  const { approvals, journal } = state;
  const next = journal.filter(isDone).length;
  switch (event.type) {
    case 'step-sending':
      if (event.step !== next || event.step >= content.steps.length) return null;
      return { ...state, journal: [...journal, { step: event.step, phase: 'sending', at: event.at }] };
    case 'step-done': {
      if (event.step !== next || event.step >= content.steps.length) return null;
      const entry = { step: event.step, phase: 'done', at: event.at, policyId: event.policyId } as const;
      return { ...state, journal: [...journal, entry] };
    }
    case 'step-refused':
      if (sendingSince(journal, event.step) === null) return null;
      return { ...state, journal: [...journal, { step: event.step, phase: 'refused', at: event.at }] };
    case 'applied':
      if (next < content.steps.length) return null;
      return {
        status: 'applied',
        approvals,
        appliedAt: event.at,
        rollBackUntil: event.rollBackUntil,
        journal,
      };
    case 'apply-failed':
      return { status: 'apply-failed', approvals, failedAt: event.at, failure: event.failure, journal };
    case 'interrupted':
      return {
        status: 'interrupted',
        during: 'apply',
        approvals,
        interruptedAt: event.at,
        detail: event.detail,
        journal,
        undoJournal: [],
      };
    default:
      return null;
  }
}

/** Due at once, from the first step that is not done: nothing of the approval changes, and all is proved again. */
function afterResumed(
  state: StateOf<'interrupted'>,
  at: number,
  history: readonly ChangeEvent[],
): ChangeState | null {
  const { approvals, journal, undoJournal } = state;
  if (state.during === 'apply') {
    const approvedAt = history.findLast(({ type }) => type === 'approved')?.at ?? at;
    const settled = [...journal, ...notWritten(journal, at)];
    return { status: 'approved', approvals, approvedAt, applyNotBefore: at, journal: settled };
  }
  const asked = history.findLast((event) => event.type === 'roll-back-requested');
  if (asked?.type !== 'roll-back-requested') return null;
  const request = { approverId: asked.approverId, reason: asked.reason, at: asked.at };
  return {
    ...{ status: 'rolling-back', approvals, request, journal },
    undoJournal: [...undoJournal, ...notWritten(undoJournal, at)],
  };
}

function afterRollingBack(
  state: StateOf<'rolling-back'>,
  event: ChangeEvent,
  content: ChangeContent,
): ChangeState | null {
  const { approvals, journal, undoJournal, request } = state;
  const next = undoJournal.filter(isDone).length;
  switch (event.type) {
    case 'roll-back-step-sending':
      if (event.step !== next || event.step >= content.undoSteps.length) return null;
      return {
        ...state,
        undoJournal: [...undoJournal, { step: event.step, phase: 'sending', at: event.at }],
      };
    case 'roll-back-step-done': {
      if (event.step !== next || event.step >= content.undoSteps.length) return null;
      const { step, at, outcome, detail } = event;
      return { ...state, undoJournal: [...undoJournal, { step, phase: 'done', at, outcome, detail }] };
    }
    case 'roll-back-step-refused':
      if (sendingSince(undoJournal, event.step) === null) return null;
      return {
        ...state,
        undoJournal: [...undoJournal, { step: event.step, phase: 'refused', at: event.at }],
      };
    case 'rolled-back':
      if (next < content.undoSteps.length) return null;
      return { status: 'rolled-back', request, rolledBackAt: event.at, journal, undoJournal };
    case 'interrupted':
    case 'roll-back-failed': {
      const detail =
        event.type === 'interrupted' ? event.detail : `${event.failure.code}: ${event.failure.detail}`;
      return {
        status: 'interrupted',
        during: 'roll-back',
        approvals,
        interruptedAt: event.at,
        detail,
        journal,
        undoJournal,
      };
    }
    default:
      return null;
  }
}

function isDone(entry: { readonly phase: string }): boolean {
  return entry.phase === 'done';
}
