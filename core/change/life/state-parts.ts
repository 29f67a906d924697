import type { Approval, ChangeEvent } from './events.ts';
import { notWritten } from './journal.ts';
import type { ChangeState, JournalEntry, RollBackRequest, UndoJournalEntry } from './state.ts';

/** Approvals that a state holds; none where it holds none. */
export function approvalsIn(state: ChangeState): readonly Approval[] {
  return 'approvals' in state ? state.approvals : [];
}

/** Services that were exempted and that the text still denies. */
export function withdrawnOf(state: ChangeState): readonly string[] {
  return state.status === 'proposed' ? state.withdrawn : [];
}

/** The state with one more line in its journal; the same state where it has none. */
export function withEntry(state: ChangeState, entry: JournalEntry): ChangeState {
  return 'journal' in state ? { ...state, journal: [...state.journal, entry] } : state;
}

/** The state with one more line in its journal of the roll back; the same state where it has none. */
export function withUndoEntry(state: ChangeState, entry: UndoJournalEntry): ChangeState {
  return 'undoJournal' in state ? { ...state, undoJournal: [...state.undoJournal, entry] } : state;
}

/** Due at once, from the first step that is not done: nothing of the approval changes, and all is proved again. */
export function goesOn(state: ChangeState, at: number, history: readonly ChangeEvent[]): ChangeState {
  if (state.status !== 'interrupted') return state;
  const { approvals, journal, undoJournal } = state;
  if (state.during === 'apply') {
    const approvedAt = history.findLast(({ type }) => type === 'approved')?.at ?? at;
    const closed = [...journal, ...notWritten(journal, at)];
    return { status: 'approved', approvals, approvedAt, applyNotBefore: at, journal: closed };
  }
  const request = requestIn(history);
  if (request === null) return state;
  return {
    status: 'rolling-back',
    approvals,
    request,
    journal,
    undoJournal: [...undoJournal, ...notWritten(undoJournal, at)],
  };
}

/** Who asked last for a roll back, and why; null: nobody. */
export function requestIn(history: readonly ChangeEvent[]): RollBackRequest | null {
  const asked = history.findLast((event) => event.type === 'roll-back-requested');
  if (asked?.type !== 'roll-back-requested') return null;
  return { approverId: asked.approverId, reason: asked.reason, at: asked.at };
}
