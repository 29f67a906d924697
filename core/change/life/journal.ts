import type { ChangeEvent } from './events.ts';
import type { ChangeState, JournalEntry, UndoJournalEntry } from './state.ts';

/** What both journals say of a step. */
export interface JournalLine {
  readonly step: number;
  readonly phase: 'sending' | 'refused' | 'not-written' | 'done';
  /** Epoch milliseconds. */
  readonly at: number;
}

/** When the write of a step was first begun whose outcome may still be unknown (epoch milliseconds), or null if there is none. A refusal answers the sending before it, and none that is older. A person who says that nothing was written answers all. */
export function sendingSince(journal: readonly JournalLine[], step: number): number | null {
  const open: number[] = [];
  for (const line of journal) {
    if (line.step !== step) continue;
    if (line.phase === 'refused') open.pop();
    else if (line.phase === 'not-written') open.length = 0;
    else if (line.phase === 'sending') open.push(line.at);
  }
  // The first sending counts: trying again must not push the bound away from itself.
  return open[0] ?? null;
}

/** Whether a write of this step was begun that AWS did not refuse: what shows of it is ours, even if a person took it for not written. */
export function wasSent(journal: readonly JournalLine[], step: number): boolean {
  let sent = 0;
  for (const line of journal) {
    if (line.step !== step) continue;
    if (line.phase === 'refused') sent -= 1;
    else if (line.phase === 'sending') sent += 1;
  }
  return sent > 0;
}

/** The lines by which a person's word ends every write that was begun and whose outcome is open. `at` in epoch milliseconds. */
export function notWritten(
  journal: readonly JournalLine[],
  at: number,
): readonly { readonly step: number; readonly phase: 'not-written'; readonly at: number }[] {
  const steps = [...new Set(journal.map(({ step }) => step))];
  return steps
    .filter(
      (step) =>
        sendingSince(journal, step) !== null && !journal.some((line) => line.step === step && isDone(line)),
    )
    .map((step) => ({ step, phase: 'not-written', at }));
}

/** How many steps are done. */
export function doneIn(journal: readonly Pick<JournalLine, 'phase'>[]): number {
  return journal.filter(isDone).length;
}

/** Whether a line of a journal says that its step is done. */
export function isDone(entry: Pick<JournalLine, 'phase'>): boolean {
  return entry.phase === 'done';
}

/** Whether neither applying a change nor rolling it back wrote anything, as far as both journals tell. */
export function wroteNothing(
  journal: readonly JournalEntry[],
  undoJournal: readonly UndoJournalEntry[],
): boolean {
  return (
    journal.every(({ phase }) => phase !== 'done') &&
    undoJournal.every((entry) => entry.phase !== 'done' || ['kept', 'already-undone'].includes(entry.outcome))
  );
}

/** Whether a roll back ended with every step left as it was: nothing was rolled back, and something stands in its way. */
export function keptEverything(undoJournal: readonly UndoJournalEntry[]): boolean {
  const outcomes = undoJournal.flatMap((entry) => (entry.phase === 'done' ? [entry.outcome] : []));
  return outcomes.length > 0 && outcomes.every((outcome) => outcome === 'kept');
}

/** Whether anything of a journal was written, or may have been. */
export function mayHaveWritten(journal: readonly JournalLine[]): boolean {
  return journal.some(({ step, phase }) => phase === 'done' || sendingSince(journal, step) !== null);
}

/** The versions of policies that writes of a revision were to delete, after their texts were kept: whether each is gone, only AWS knows. */
export function versionsKept(
  history: readonly ChangeEvent[],
  revision: number,
): readonly Extract<ChangeEvent, { readonly type: 'version-kept' }>[] {
  return history.flatMap((event) =>
    event.type === 'version-kept' && event.revision === revision ? [event] : [],
  );
}

/** The journal of applying, empty where a state has none. */
export function journalOf(state: ChangeState): readonly JournalEntry[] {
  return 'journal' in state ? state.journal : [];
}

/** The journal of rolling back, empty where a state has none. */
export function undoJournalOf(state: ChangeState): readonly UndoJournalEntry[] {
  return 'undoJournal' in state ? state.undoJournal : [];
}

/** The id of the SCP that the journal says was created, or null. */
export function createdPolicyId(journal: readonly JournalEntry[]): string | null {
  for (const entry of journal) if (entry.phase === 'done' && entry.policyId !== null) return entry.policyId;
  return null;
}

/** How long a change may stand half done before somebody is called, in milliseconds: what passes by itself has passed by then. */
export const halfDoneMilliseconds = 15 * 60_000;

/** Since when a change is half done (epoch ms): a roll back since it was asked for, an apply since its first write. Null for any other. */
export function halfDoneSince(state: ChangeState): number | null {
  if (state.status === 'rolling-back') return state.request.at;
  if (state.status !== 'applying' || !mayHaveWritten(state.journal)) return null;
  return state.journal[0]?.at ?? null;
}
