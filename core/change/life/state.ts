import type { Approval, Failure, UndoOutcome } from './events.ts';

/** Begun, refused by AWS, or begun and, as a person says who looked, not carried out. */
type PhaseNotDone = 'sending' | 'refused' | 'not-written';

/** One line of the journal, written before and after each write: `step` counts the change's steps from 0. */
export type JournalEntry =
  | { readonly step: number; readonly phase: PhaseNotDone; readonly at: number }
  | {
      readonly step: number;
      readonly phase: 'done';
      readonly at: number;
      readonly policyId: string | null;
      /** As in `step-done`. */
      readonly text?: string;
    };

/** One line of the journal of a roll back: `step` counts the undo steps from 0. */
export type UndoJournalEntry =
  | { readonly step: number; readonly phase: PhaseNotDone; readonly at: number }
  | {
      readonly step: number;
      readonly phase: 'done';
      readonly at: number;
      readonly outcome: UndoOutcome;
      readonly detail: string;
    };

/** Who asked for a roll back, and why. */
export interface RollBackRequest {
  readonly approverId: string;
  readonly reason: string;
  readonly at: number;
}

/** Where a change stands, with what only that state has. All times are epoch milliseconds. */
export type ChangeState =
  | {
      readonly status: 'proposed';
      readonly proposedAt: number;
      readonly expiresAt: number;
      readonly approvals: readonly Approval[];
      /** Services exempted by a decision that the text still denies: nobody may approve until the next revision is there. */
      readonly withdrawn: readonly string[];
      readonly reminders: number;
      readonly remindedAt: number | null;
    }
  | {
      readonly status: 'approved';
      readonly approvals: readonly Approval[];
      readonly approvedAt: number;
      readonly applyNotBefore: number;
      /** What an interrupted attempt has left; empty before the first one. */
      readonly journal: readonly JournalEntry[];
    }
  | {
      readonly status: 'applying';
      readonly approvals: readonly Approval[];
      readonly startedAt: number;
      readonly journal: readonly JournalEntry[];
    }
  | {
      readonly status: 'applied';
      readonly approvals: readonly Approval[];
      readonly appliedAt: number;
      readonly rollBackUntil: number;
      readonly journal: readonly JournalEntry[];
    }
  | {
      readonly status: 'apply-failed';
      readonly approvals: readonly Approval[];
      readonly failedAt: number;
      readonly failure: Failure;
      readonly journal: readonly JournalEntry[];
    }
  | {
      /** The product stopped between sending and knowing, and it was too long ago to go on by itself: a person decides. */
      readonly status: 'interrupted';
      readonly during: 'apply' | 'roll-back';
      readonly approvals: readonly Approval[];
      readonly interruptedAt: number;
      readonly detail: string;
      readonly journal: readonly JournalEntry[];
      readonly undoJournal: readonly UndoJournalEntry[];
    }
  | {
      readonly status: 'rejected';
      readonly approverId: string;
      readonly reason: string;
      readonly rejectedAt: number;
      /** The same is not proposed again before this instant. */
      readonly notAgainBefore: number;
    }
  | {
      readonly status: 'snoozed';
      readonly approverId: string;
      readonly reason: string;
      readonly snoozedAt: number;
      readonly until: number;
    }
  | { readonly status: 'expired'; readonly expiredAt: number }
  | { readonly status: 'superseded'; readonly supersededAt: number; readonly reason: Failure }
  | {
      readonly status: 'cancelled';
      readonly approverId: string;
      readonly reason: string | null;
      readonly cancelledAt: number;
    }
  | {
      readonly status: 'rolling-back';
      readonly approvals: readonly Approval[];
      readonly request: RollBackRequest;
      readonly journal: readonly JournalEntry[];
      readonly undoJournal: readonly UndoJournalEntry[];
    }
  | {
      readonly status: 'rolled-back';
      readonly request: RollBackRequest;
      readonly rolledBackAt: number;
      readonly journal: readonly JournalEntry[];
      readonly undoJournal: readonly UndoJournalEntry[];
    };

/** The name of a state. */
export type ChangeStatus = ChangeState['status'];

/** States in which a change still waits for people, for its turn or for a write to end. */
export const openStatuses: readonly ChangeStatus[] = [
  'proposed',
  'approved',
  'applying',
  'interrupted',
  'rolling-back',
];

/** Every state, in the order of a life. */
export const changeStatuses = [
  'proposed',
  'approved',
  'applying',
  'applied',
  'apply-failed',
  'interrupted',
  'rejected',
  'snoozed',
  'expired',
  'superseded',
  'cancelled',
  'rolling-back',
  'rolled-back',
] as const satisfies readonly ChangeStatus[];

/** The state of a change that is in force. */
export type Applied = Extract<ChangeState, { readonly status: 'applied' }>;

/** States in which a revision has ended, unless it failed after it had written something. */
export const endedStatuses: readonly ChangeStatus[] = [
  'rejected',
  'snoozed',
  'expired',
  'superseded',
  'cancelled',
  'rolled-back',
  'apply-failed',
];
