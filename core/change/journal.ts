import type { JournalEntry } from './state.ts';

/** What both journals say of a step. */
export interface JournalLine {
  readonly step: number;
  readonly phase: 'sending' | 'refused' | 'done';
  /** Epoch milliseconds. */
  readonly at: number;
}

/** When the write of a step was first begun whose outcome may still be unknown (epoch milliseconds), or null if there is none: a refusal settles the sending before it, and none that is older. */
export function sendingSince(journal: readonly JournalLine[], step: number): number | null {
  const open: number[] = [];
  for (const line of journal) {
    if (line.step !== step) continue;
    if (line.phase === 'refused') open.pop();
    else if (line.phase === 'sending') open.push(line.at);
  }
  // The first sending counts: trying again must not push the bound away from itself.
  return open[0] ?? null;
}

/** Whether anything of a journal was written, or may have been. */
export function mayHaveWritten(journal: readonly JournalLine[]): boolean {
  return journal.some(({ step, phase }) => phase === 'done' || sendingSince(journal, step) !== null);
}

/** The id of the SCP that the journal says was created, or null. */
export function createdPolicyId(journal: readonly JournalEntry[]): string | null {
  for (const entry of journal) if (entry.phase === 'done' && entry.policyId !== null) return entry.policyId;
  return null;
}
