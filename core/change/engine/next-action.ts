import { propagationMilliseconds } from '../../base/limits.ts';
import type { Step } from '../content/change.ts';
import { undoSteps } from '../content/undo-steps.ts';
import type { EventBody, Failure, UndoOutcome } from '../life/events.ts';
import { doneIn, type JournalLine, journalOf, sendingSince, wasSent } from '../life/journal.ts';
import type { ChangeRecord } from '../life/life.ts';

/** A step as it is sent: `before` is what must stand there right before. `existingId` is that of the SCP, or of the resource in IAM, that it is written over; null: there is nothing yet. */
export interface Write extends Step {
  readonly existingId: string | null;
  /** Targets from which an SCP is detached first: it would be left without a statement, and AWS keeps no such SCP. */
  readonly detachFrom?: readonly string[];
  /** What it takes away binds nobody: nobody's doing is undone by it, however long ago it was begun. */
  readonly bindsNobody?: boolean;
}

/** What a roll back journals of a step: what came of it, and a sentence for people. Applying has nothing to tell. */
export interface Told {
  readonly outcome: UndoOutcome;
  readonly detail: string;
  /** The text that is left, where it is not the earlier one. */
  readonly text?: string;
}

/** What a kind of change says of one step, by what shows now. */
export type Judgement =
  /** Nothing is to be written: it shows already, or is rightly left undone. */
  | { readonly verdict: 'done'; readonly told: Told | null }
  | { readonly verdict: 'write'; readonly write: Write; readonly told: Told | null }
  | { readonly verdict: 'stop'; readonly failure: Failure }
  /** Only a person can tell what has become of a write. */
  | { readonly verdict: 'unknown'; readonly detail: string };

/** What the journal keeps of a step that shows. */
export interface ReadBack {
  /** The id of the SCP that the step is about; null for other resources. */
  readonly policyId: string | null;
  /** A text that AWS gives otherwise than it was sent. */
  readonly text?: string;
}

/** What the journal says of the step that is judged. */
export interface Begun {
  /** A write of it was begun whose outcome is not known. */
  readonly isOpen: boolean;
  /** A write of it was begun that AWS did not refuse: what shows is ours. */
  readonly isOurs: boolean;
}

/** Judges one step; each kind of change has its own. */
export type Judge = (step: Step, begun: Begun) => Judgement;

/** How long to wait between two steps, in milliseconds: what one grants must hold everywhere before the next takes away. */
export type PauseBetween = (done: Step, next: Step) => number;

/** What to do next with a change that is being applied or rolled back. */
export type NextAction =
  | { readonly action: 'send'; readonly index: number; readonly write: Write; readonly told: Told | null }
  | { readonly action: 'journal-done'; readonly index: number; readonly told: Told | null }
  /** The next write is not due before this instant (epoch ms). */
  | { readonly action: 'wait'; readonly until: number }
  | { readonly action: 'finished' }
  | { readonly action: 'interrupted'; readonly detail: string }
  | { readonly action: 'stop'; readonly failure: Failure };

/** How long after a journalled sending the product may go on by itself, in milliseconds: later, somebody may have undone the write by hand. */
const resumeMilliseconds = 60_000;

/** The steps that a change is carried out by, with the journal of it: those of its content, or the same undone. Throws unless it is being applied or rolled back. */
export function underWay({ content, id, state }: ChangeRecord): {
  readonly direction: 'apply' | 'roll-back';
  readonly steps: readonly Step[];
  readonly journal: readonly JournalLine[];
} {
  if (state.status === 'applying')
    return { direction: 'apply', steps: content.steps, journal: state.journal };
  if (state.status === 'rolling-back')
    return { direction: 'roll-back', steps: undoSteps(content.steps), journal: state.undoJournal };
  throw new Error(`${id} is ${state.status}: nothing of it is to be written`);
}

/** The step that comes next, in the direction in which the change is carried out; null: all are done. Throws unless it is being applied or rolled back. */
export function stepDue(record: ChangeRecord): Step | null {
  const { journal, steps } = underWay(record);
  return steps[doneIn(journal)] ?? null;
}

/** Says what comes next, from the journal, the steps and what shows now; the same answer after a crash as without one. Throws unless the change is being applied or rolled back. */
export function nextAction(
  record: ChangeRecord,
  judge: Judge,
  now: number,
  pauseBetween: PauseBetween = () => 0,
): NextAction {
  const { journal, steps } = underWay(record);
  const index = doneIn(journal);
  const step = steps[index];
  if (step === undefined) return { action: 'finished' };
  const sentAt = sendingSince(journal, index);
  const judged = judge(step, { isOpen: sentAt !== null, isOurs: wasSent(journal, index) });
  switch (judged.verdict) {
    case 'done':
      if (sentAt === null && judged.told?.outcome === 'already-undone' && mayBeLate(record, step, now))
        return { action: 'wait', until: now + readAgainMilliseconds };
      return { action: 'journal-done', index, told: judged.told };
    case 'stop':
      return { action: 'stop', failure: judged.failure };
    case 'unknown':
      return { action: 'interrupted', detail: judged.detail };
    case 'write': {
      const { told, write } = judged;
      const dueAt = sentAt === null ? dueAfterPause(steps, journal, index, pauseBetween) : now;
      if (dueAt > now) return { action: 'wait', until: dueAt };
      const isYoung = sentAt === null || now - sentAt < resumeMilliseconds;
      if (isYoung || write.bindsNobody) return { action: 'send', index, write, told };
      const seconds = Math.floor((now - sentAt) / 1000);
      const detail = `a write that was sent ${seconds} s ago is not visible in AWS: it was lost, or somebody reverted it`;
      return { action: 'interrupted', detail };
    }
  }
}

/** How often it is read again what may not show our own write yet, in milliseconds. */
const readAgainMilliseconds = 5_000;

/** Whether what looks undone may be our own write that does not show yet: AWS reads what was written with a delay. */
function mayBeLate({ content, state }: ChangeRecord, { resource }: Step, now: number): boolean {
  const journal = journalOf(state);
  const index = content.steps.findIndex((step) => step.resource === resource);
  if (!wasSent(journal, index)) return false;
  const lastWrite = Math.max(...journal.flatMap(({ at, phase }) => (phase === 'refused' ? [] : [at])));
  return now - lastWrite < propagationMilliseconds.ownReads;
}

/** When a step may be sent: so long after the one before it was journalled as done. */
function dueAfterPause(
  steps: readonly Step[],
  journal: readonly JournalLine[],
  index: number,
  pauseBetween: PauseBetween,
): number {
  const [before, step] = [steps[index - 1], steps[index]];
  const doneAt = journal.findLast(({ phase }) => phase === 'done')?.at;
  if (before === undefined || step === undefined || doneAt === undefined) return 0;
  return doneAt + pauseBetween(before, step);
}

/** The event that journals a step as begun. */
export function sendingEvent(record: ChangeRecord, step: number): EventBody {
  const isApplying = underWay(record).direction === 'apply';
  return { type: isApplying ? 'step-sending' : 'roll-back-step-sending', step };
}

/** The event that journals a step as not written. */
export function refusedEvent(record: ChangeRecord, step: number, failure: Failure): EventBody {
  const isApplying = underWay(record).direction === 'apply';
  return { type: isApplying ? 'step-refused' : 'roll-back-step-refused', step, failure };
}

/** The event that journals a step as done: what a roll back tells of it, or else what was read back. */
export function doneEvent(index: number, told: Told | null, readBack: ReadBack): EventBody {
  if (told !== null) {
    const wrote = told.outcome !== 'kept' && told.outcome !== 'already-undone';
    const text = wrote && readBack.text !== undefined ? { text: readBack.text } : {};
    return { type: 'roll-back-step-done', step: index, ...told, ...text };
  }
  return { type: 'step-done', step: index, ...readBack };
}
