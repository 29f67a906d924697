import type { Step } from '../../change/content/change.ts';
import { editOf } from '../../change/content/edit.ts';
import type { Begun, Judge, Judgement } from '../../change/engine/next-action.ts';
import type { UndoOutcome } from '../../change/life/events.ts';
import { journalOf, wasSent } from '../../change/life/journal.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { JournalEntry } from '../../change/life/state.ts';
import { removeDeny } from '../../policy/deny-statement.ts';
import { meansTheSame } from '../../policy/same-meaning.ts';
import { appliedText } from './applied.ts';
import type { LivePolicy } from './live-policy.ts';

type Live = NonNullable<LivePolicy>;

/** Judges steps that are undone: the earlier text if ours still stands, else exactly what this change added and no other also added; of a new SCP what we attached, then itself if nobody else uses it. `servicesOfOthers`: what other applied changes of the same SCP deny too; `giveBacks`: those that were applied to it. */
export function judgeUndo(
  record: ChangeRecord,
  live: LivePolicy,
  servicesOfOthers: readonly string[],
  giveBacks: readonly ChangeRecord[],
): Judge {
  const { policyName } = editOf(record.content);
  return (step, begun) => {
    const { resource } = step;
    if (live === null) {
      const isDelete = resource.type === 'policy-text' && step.after === null;
      const ifSent = isDelete ? 'deleted' : 'already-undone';
      return nothing(begun, 'already-undone', `${policyName} does not exist any more`, ifSent);
    }
    const undoing: Undoing = {
      ...{ record, step, begun, live, servicesOfOthers },
      ownTexts: [record, ...giveBacks].map(appliedText),
      scp: `${policyName} (${live.id})`,
    };
    if (resource.type === 'attachment') return detach(undoing, resource.targetId);
    return step.after === null ? remove(undoing) : restore(undoing, step.after);
  };
}

/** One step that is undone, and all that it depends on. `scp` names the SCP in a sentence. */
interface Undoing {
  readonly record: ChangeRecord;
  readonly step: Step;
  readonly begun: Begun;
  readonly live: Live;
  readonly servicesOfOthers: readonly string[];
  /** What this change and the give-backs of the same SCP left in it. */
  readonly ownTexts: readonly string[];
  readonly scp: string;
}

function restore(undoing: Undoing, earlier: string): Judgement {
  const { begun, live, record, scp } = undoing;
  if (meansTheSame(live.text, earlier))
    return nothing(begun, 'already-undone', `${scp} has its earlier text already`, 'restored');
  if (meansTheSame(live.text, appliedText(record)))
    return write(undoing, earlier, 'restored', `${scp} has its earlier text again`);
  return takeOut(undoing, `${scp} was edited since`);
}

function detach(undoing: Undoing, targetId: string): Judgement {
  const { begun, live, record, scp, servicesOfOthers } = undoing;
  if (servicesOfOthers.length > 0)
    return nothing(begun, 'kept', `${scp} stays attached to ${targetId}: ${others(servicesOfOthers)}`);
  if (!live.targetIds.includes(targetId))
    return nothing(begun, 'already-undone', `${scp} is not attached to ${targetId}`, 'detached');
  if (!attachedByUs(record, targetId))
    return nothing(begun, 'kept', `${targetId} was attached by somebody else`);
  return write(undoing, null, 'detached', `${scp} is detached from ${targetId}`);
}

function remove(undoing: Undoing): Judgement {
  const { begun, live, ownTexts, record, scp, servicesOfOthers } = undoing;
  if (!createdByUs(journalOf(record.state), live.id))
    return nothing(begun, 'kept', `${scp} was not made by this change`);
  if (servicesOfOthers.length > 0) return takeOut(undoing, `${scp} stays: ${others(servicesOfOthers)}`);
  if (live.targetIds.length > 0)
    return nothing(begun, 'kept', `${scp} is still attached to ${live.targetIds.join(', ')}`);
  if (!ownTexts.some((text) => meansTheSame(live.text, text)))
    return nothing(begun, 'kept', `somebody edited ${scp} since it was made`);
  return write(undoing, null, 'deleted', `${scp} is deleted`);
}

/** Takes out exactly what this change added and no other applied change also added; `why` begins the sentence that says so. */
function takeOut(undoing: Undoing, why: string): Judgement {
  const { begun, live, record, servicesOfOthers } = undoing;
  const { services } = record.content;
  const mine = services.filter((service) => !servicesOfOthers.includes(service));
  const shared = services.filter((service) => servicesOfOthers.includes(service));
  const sharedNote =
    shared.length === 0 ? '' : `; ${shared.join(', ')} stays denied by another applied change`;
  if (mine.length === 0)
    return nothing(begun, 'kept', `${why}, and nothing of it is this change's alone${sharedNote}`);
  const removal = removeDeny(live.text, { services: mine });
  if (!removal.ok) {
    const { code, detail } = removal.reasons[0];
    return { verdict: 'stop', failure: { code, detail } };
  }
  const { removedServices, text } = removal.value;
  if (removedServices.length === 0) {
    const detail = `${why}, and denies none of it any more${sharedNote}`;
    return nothing(begun, 'already-undone', detail, 'removed');
  }
  const detail = `${why}: only ${removedServices.join(', ')} is taken out of it${sharedNote}`;
  return write(undoing, text, 'removed', detail);
}

function write(
  { live, step: { resource } }: Undoing,
  after: string | null,
  outcome: UndoOutcome,
  detail: string,
): Judgement {
  const before = resource.type === 'attachment' ? 'attached' : live.text;
  return {
    verdict: 'write',
    write: { resource, policyId: live.id, before, after },
    told: { outcome, detail },
  };
}

// `ifSent` is the outcome where our own write was journalled as begun: after a crash it shows, and it was ours.
function nothing(
  { isOpen }: Begun,
  outcome: UndoOutcome,
  detail: string,
  ifSent: UndoOutcome = outcome,
): Judgement {
  return { verdict: 'done', told: { outcome: isOpen ? ifSent : outcome, detail } };
}

function others(services: readonly string[]): string {
  return `other applied changes deny ${services.join(', ')} in it`;
}

// A step counts as ours if we sent it: one that was found done without our sending was somebody else's.
function attachedByUs(record: ChangeRecord, targetId: string): boolean {
  const index = record.content.steps.findIndex(
    ({ resource }) => resource.type === 'attachment' && resource.targetId === targetId,
  );
  return wasSent(journalOf(record.state), index);
}

function createdByUs(journal: readonly JournalEntry[], policyId: string): boolean {
  return journal.some(
    (entry) => entry.phase === 'done' && entry.policyId === policyId && wasSent(journal, entry.step),
  );
}
