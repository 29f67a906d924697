import type { UndoStep } from '../../change/content/change.ts';
import type { UndoOutcome } from '../../change/life/events.ts';
import { sendingSince, wasSent } from '../../change/life/journal.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { JournalEntry } from '../../change/life/state.ts';
import { removeDeny } from '../../policy/deny-statement.ts';
import { meansTheSame } from '../../policy/same-meaning.ts';
import { type LivePolicy, lostWriteDetail, resumeMilliseconds } from './apply-plan.ts';

/** One write of a roll back, with the exact text. `expected` is what must stand there right before it is sent. */
export type UndoWrite =
  | {
      readonly kind: 'update-policy';
      readonly policyId: string;
      readonly expected: string;
      readonly text: string;
    }
  | { readonly kind: 'detach-policy'; readonly policyId: string; readonly targetId: string }
  | { readonly kind: 'delete-policy'; readonly policyId: string; readonly expected: string };

/** What to do next with a change that is being rolled back. */
export type NextUndoAction =
  | {
      readonly action: 'send';
      readonly index: number;
      readonly write: UndoWrite;
      /** What to journal once the write shows. */
      readonly outcome: UndoOutcome;
      readonly detail: string;
    }
  /** Nothing is to be written for this step: journal it as done with this outcome. */
  | {
      readonly action: 'journal-done';
      readonly index: number;
      readonly outcome: UndoOutcome;
      readonly detail: string;
    }
  | { readonly action: 'finished' }
  | { readonly action: 'interrupted'; readonly detail: string }
  | { readonly action: 'refused'; readonly code: string; readonly detail: string };

/** What a roll back depends on beside the change. */
export interface UndoContext {
  readonly live: LivePolicy;
  /** Services that other applied changes of the same SCP deny too: they stay. */
  readonly servicesOfOthers: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

type Undone = { readonly outcome: UndoOutcome; readonly detail: string };
type Plan =
  | (Undone & { readonly write: UndoWrite })
  | (Undone & { readonly write: null; readonly ifSent: UndoOutcome })
  | { readonly refused: { readonly code: string; readonly detail: string } };

/** Says what comes next: the earlier text if ours still stands, else exactly what this change added and no other also added; of a new SCP what we attached, then itself if nobody else uses it. Throws unless the change is being rolled back. */
export function nextUndoAction(record: ChangeRecord, context: UndoContext): NextUndoAction {
  const { state, content } = record;
  if (state.status !== 'rolling-back') {
    throw new Error(`${record.id} is ${state.status}: nothing of it is to be rolled back`);
  }
  const index = state.undoJournal.filter(({ phase }) => phase === 'done').length;
  const step = content.undoSteps[index];
  if (step === undefined) return { action: 'finished' };
  const plan = planOf(record, state.journal, step, context);
  const sentAt = sendingSince(state.undoJournal, index);
  if ('refused' in plan) return { action: 'refused', ...plan.refused };
  if (plan.write === null) {
    const { outcome, ifSent, detail } = plan;
    return { action: 'journal-done', index, outcome: sentAt === null ? outcome : ifSent, detail };
  }
  if (sentAt !== null && context.now - sentAt >= resumeMilliseconds) {
    return { action: 'interrupted', detail: lostWriteDetail(context.now - sentAt) };
  }
  return { action: 'send', index, ...plan };
}

function planOf(
  record: ChangeRecord,
  journal: readonly JournalEntry[],
  step: UndoStep,
  { live, servicesOfOthers }: UndoContext,
): Plan {
  if (live === null) {
    const ifSent = step.kind === 'delete-policy' ? 'deleted' : 'already-undone';
    return nothing('already-undone', `${record.content.policyName} does not exist any more`, ifSent);
  }
  const scp = `${record.content.policyName} (${live.id})`;
  switch (step.kind) {
    case 'restore-policy':
      return restorePlan(step, record.content, servicesOfOthers, live);
    case 'detach-policy': {
      if (servicesOfOthers.length > 0)
        return nothing('kept', `${scp} stays attached to ${step.targetId}: ${others(servicesOfOthers)}`);
      if (!live.targetIds.includes(step.targetId)) {
        return nothing('already-undone', `${scp} is not attached to ${step.targetId}`, 'detached');
      }
      if (!attachedByUs(record, journal, step.targetId)) {
        return nothing('kept', `${step.targetId} was attached by somebody else`);
      }
      const write = { kind: 'detach-policy', policyId: live.id, targetId: step.targetId } as const;
      return { write, outcome: 'detached', detail: `${scp} is detached from ${step.targetId}` };
    }
    case 'delete-policy': {
      if (!createdByUs(journal, live.id)) return nothing('kept', `${scp} was not made by this change`);
      if (servicesOfOthers.length > 0)
        return takeOut(record.content, servicesOfOthers, live, `${scp} stays: ${others(servicesOfOthers)}`);
      if (live.targetIds.length > 0)
        return nothing('kept', `${scp} is still attached to ${live.targetIds.join(', ')}`);
      if (!meansTheSame(live.text, step.expected))
        return nothing('kept', `somebody edited ${scp} since it was made`);
      const write = { kind: 'delete-policy', policyId: live.id, expected: live.text } as const;
      return { write, outcome: 'deleted', detail: `${scp} is deleted` };
    }
  }
}

function restorePlan(
  step: Extract<UndoStep, { readonly kind: 'restore-policy' }>,
  content: ChangeRecord['content'],
  servicesOfOthers: readonly string[],
  live: NonNullable<LivePolicy>,
): Plan {
  const { policyId } = step;
  const scp = `${content.policyName} (${policyId})`;
  if (meansTheSame(live.text, step.content))
    return nothing('already-undone', `${scp} has its earlier text already`, 'restored');
  if (meansTheSame(live.text, step.expected)) {
    const write = { kind: 'update-policy', policyId, expected: live.text, text: step.content } as const;
    return { write, outcome: 'restored', detail: `${scp} has its earlier text again` };
  }
  return takeOut(content, servicesOfOthers, live, `${scp} was edited since`);
}

/** Takes out exactly what this change added and no other applied change also added; `why` begins the sentence that says so. */
function takeOut(
  { services }: ChangeRecord['content'],
  servicesOfOthers: readonly string[],
  live: NonNullable<LivePolicy>,
  why: string,
): Plan {
  const mine = services.filter((service) => !servicesOfOthers.includes(service));
  const shared = services.filter((service) => servicesOfOthers.includes(service));
  const sharedNote =
    shared.length === 0 ? '' : `; ${shared.join(', ')} stays denied by another applied change`;
  if (mine.length === 0)
    return nothing('kept', `${why}, and nothing of it is this change's alone${sharedNote}`);
  const removal = removeDeny(live.text, { services: mine });
  if (!removal.ok) return { refused: removal.reasons[0] };
  const { text, removedServices } = removal.value;
  if (removedServices.length === 0)
    return nothing('already-undone', `${why}, and denies none of it any more${sharedNote}`, 'removed');
  const write = { kind: 'update-policy', policyId: live.id, expected: live.text, text } as const;
  return {
    write,
    outcome: 'removed',
    detail: `${why}: only ${removedServices.join(', ')} is taken out of it${sharedNote}`,
  };
}

function others(services: readonly string[]): string {
  return `other applied changes deny ${services.join(', ')} in it`;
}

// A step counts as ours if we sent it: one that was found done without our sending was somebody else's.
function attachedByUs(record: ChangeRecord, journal: readonly JournalEntry[], targetId: string): boolean {
  const index = record.content.steps.findIndex(
    (step) => step.kind === 'attach-policy' && step.targetId === targetId,
  );
  return wasSent(journal, index);
}

function createdByUs(journal: readonly JournalEntry[], policyId: string): boolean {
  return journal.some(
    (entry) => entry.phase === 'done' && entry.policyId === policyId && wasSent(journal, entry.step),
  );
}

// `ifSent` is the outcome where our own write was journalled as begun: after a crash it shows, and it was ours.
function nothing(outcome: UndoOutcome, detail: string, ifSent: UndoOutcome = outcome): Plan {
  return { write: null, outcome, ifSent, detail };
}
