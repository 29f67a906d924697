import { list } from '../../../base/counted.ts';
import type { Step } from '../../../change/content/change.ts';
import { editOf } from '../../../change/content/edit.ts';
import type { Begun, Judge, Judgement } from '../../../change/engine/next-action.ts';
import type { UndoOutcome } from '../../../change/life/events.ts';
import { journalOf, wasSent } from '../../../change/life/journal.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import type { JournalEntry } from '../../../change/life/state.ts';
import { ourDeniedServices, removeDeny } from '../../../policy/deny-statement.ts';
import { parsePolicy } from '../../../policy/document.ts';
import { meansTheSame } from '../../../policy/same-meaning.ts';
import type { LivePolicy } from '../ours/live-policy.ts';
import { appliedText } from '../ours/own-policy.ts';
import { claimKey, isDeniedByOthers, revisionKey, type Stands } from '../ours/stands.ts';
import { stillDenied } from '../watching/denied-again.ts';

type Live = NonNullable<LivePolicy>;

/**
 * Judges steps that are undone: the earlier text comes back if ours still stands and nothing of ours was written over
 * it. Else exactly that goes which this change added and no other change still denies. Of a new SCP what we attached,
 * then itself. An SCP of ours that denies nothing else goes, whichever change empties it. `stands`: by all changes of
 * ours that wrote the SCP, this one among them.
 */
export function judgeUndo(record: ChangeRecord, live: LivePolicy, stands: Stands): Judge {
  const { policyName } = editOf(record.content);
  return (step, begun) => {
    const { resource } = step;
    if (live === null) {
      const isMade = step.after === null || stands.isMadeByUs;
      const ifSent = resource.type === 'policy-text' && isMade ? 'deleted' : 'already-undone';
      return nothing(begun, 'already-undone', `${policyName} does not exist any more`, ifSent);
    }
    const undoing: Undoing = { record, step, begun, live, stands, scp: `${policyName} (${live.id})` };
    if (resource.type === 'attachment') return detach(undoing, resource.targetId);
    return step.after === null ? remove(undoing) : restore(undoing, step.after);
  };
}

/** Whether what a change left stands as it left it, with nothing of ours written over it: then its earlier text is what was there. */
export function isOnTop(record: ChangeRecord, { text }: Live, stands: Stands): boolean {
  const key = revisionKey({ changeId: record.id, revision: record.revision });
  if (stands.begun === key && meansTheSame(text, editOf(record.content).after)) return true;
  return stands.onTop === key && typeof stands.text === 'string' && meansTheSame(text, stands.text);
}

/** One step that is undone, and all that it depends on. `scp` names the SCP in a sentence. */
interface Undoing {
  readonly record: ChangeRecord;
  readonly step: Step;
  readonly begun: Begun;
  readonly live: Live;
  readonly stands: Stands;
  readonly scp: string;
}

function restore(undoing: Undoing, earlier: string): Judgement {
  const { begun, live, record, scp, stands } = undoing;
  if (meansTheSame(live.text, earlier))
    return nothing(begun, 'already-undone', `${scp} has its earlier text already`, 'restored');
  if (isOnTop(record, live, stands))
    return write(undoing, earlier, 'restored', `${scp} has its earlier text again`);
  const isOurs = typeof stands.text === 'string' && meansTheSame(live.text, stands.text);
  return takeOut(undoing, isOurs ? `${scp} was written by other changes since` : `${scp} was edited since`);
}

function detach(undoing: Undoing, targetId: string): Judgement {
  const { begun, live, record, scp, stands } = undoing;
  const needed = neededByOthers(undoing, targetId);
  const why = `${scp} stays attached to ${targetId} while ${others(stands, needed, record)}`;
  if (needed.length > 0) return nothing(begun, 'kept', why);
  if (!live.targetIds.includes(targetId))
    return nothing(begun, 'already-undone', `${scp} is not attached to ${targetId}`, 'detached');
  if (!attachedByUs(record, targetId))
    return nothing(begun, 'kept', `${targetId} was attached by somebody else`);
  return write(undoing, null, 'detached', `${scp} is detached from ${targetId}`);
}

function remove(undoing: Undoing): Judgement {
  const { begun, live, record, scp, stands } = undoing;
  if (!createdByUs(journalOf(record.state), live.id))
    return nothing(begun, 'kept', `${scp} was not made by this change`);
  const services = neededByOthers(undoing);
  if (services.length > 0) return takeOut(undoing, `${scp} stays: ${others(stands, services, record)}`);
  // What it stayed attached for may have been rolled back or given back since: then this takes it away, as whoever comes last does.
  const ours = live.targetIds.filter((id) => stands.attachedTo.has(id));
  if (ours.length > 0) return takeOut(undoing, `${scp} is attached to ${ours.join(', ')}`);
  if (live.targetIds.length > 0)
    return nothing(begun, 'kept', `${scp} is still attached to ${live.targetIds.join(', ')}`);
  if (!isOwnText(undoing)) return nothing(begun, 'kept', `somebody edited ${scp} since it was made`);
  return write(undoing, null, 'deleted', `${scp} is deleted`);
}

/** Takes out exactly what this change added and no other change still denies; `why` begins the sentence that says so. */
function takeOut(undoing: Undoing, why: string): Judgement {
  const { begun, live, record, stands } = undoing;
  const { services } = record.content;
  const shared = neededInstead(undoing).filter((service) => services.includes(service));
  // What was given back and is denied again, whoever put it into a statement of ours, nobody else would ever take out.
  const mine = services.filter((service) => !shared.includes(service));
  const sharedNote = shared.length === 0 ? '' : `; ${others(stands, shared, record)}`;
  if (mine.length === 0)
    return nothing(begun, 'kept', `${why}, and nothing of it is this change's alone${sharedNote}`);
  const removal = removeDeny(live.text, { services: mine });
  const still = stillDenied(removal.ok ? removal.value.text : live.text, mine);
  const byHand =
    still.length === 0
      ? ''
      : `; a statement that is not ours, or that somebody edited, denies ${list(still)}: take it out by hand`;
  const what = shared.length === 0 ? 'any of it' : 'the rest of it';
  const isGone = `${why}, and no statement as we wrote it denies ${what} any more${sharedNote}${byHand}`;
  const gone = (): Judgement => {
    const judged = nothing(begun, 'already-undone', isGone, 'removed');
    return begun.isOpen && judged.verdict === 'done' && judged.told
      ? { ...judged, told: { ...judged.told, text: live.text } }
      : judged;
  };
  if (!removal.ok) {
    const { code, detail } = removal.reasons[0];
    return code === 'EMPTY_POLICY' ? emptied(undoing) : { verdict: 'stop', failure: { code, detail } };
  }
  const { removedServices, text } = removal.value;
  if (removedServices.length === 0) return gone();
  const detail = `${why}: only ${removedServices.join(', ')} is taken out of it${sharedNote}${byHand}`;
  return write(undoing, text, 'removed', detail);
}

/**
 * The SCP would be left without a statement, which AWS does not take. One that a change of ours made is detached from what ours
 * attached it to, and deleted if nobody else made it his.
 */
function emptied(undoing: Undoing): Judgement {
  const { begun, live, scp, stands } = undoing;
  const ours = live.targetIds.filter((id) => stands.isMadeByUs && stands.attachedTo.has(id));
  const foreign = live.targetIds.filter((id) => !ours.includes(id));
  const canGo = stands.isMadeByUs && foreign.length === 0 && isOwnText(undoing);
  const from = ours.length === 0 ? '' : `detached from ${ours.join(', ')}`;
  if (canGo) {
    const how = from === '' ? 'is deleted' : `is ${from} and deleted`;
    return write(undoing, null, 'deleted', `${scp} denies nothing else: it ${how}`, ours);
  }
  const left =
    foreign.length > 0
      ? `it stays attached to ${foreign.join(', ')}, where somebody else attached it: detach it there by hand`
      : 'it is attached nowhere, and somebody edited it: it is not deleted';
  if (ours.length > 0)
    return write(undoing, live.text, 'detached', `${scp} denies nothing else: it is ${from}; ${left}`, ours);
  // Whoever detached it: what it denied is denied no more, so nothing is left that this roll back keeps.
  if (live.targetIds.length === 0) {
    const detail = `${scp} is attached nowhere, so it denies nothing: it stays`;
    return nothing(begun, 'already-undone', detail, 'detached');
  }
  if (stands.isMadeByUs) return nothing(begun, 'kept', `${scp} denies nothing else, and ${left}`, 'detached');
  const detail = `without what this change denies ${scp} would be left without a statement, which AWS does not take, and no change of ours made it: detach or delete it by hand, then roll back again`;
  return { verdict: 'stop', failure: { code: 'EMPTY_POLICY', detail } };
}

/** Whether the text is one that a change of ours left: nobody else has put anything into it. */
function isOwnText({ live, record, stands }: Undoing): boolean {
  return [...stands.texts, appliedText(record)].some((text) => meansTheSame(live.text, text));
}

/** What other changes still deny, at one target where that is asked. */
function servicesOfOthers({ record, stands }: Undoing, targetId?: string): readonly string[] {
  const services = new Set(stands.claims.map(({ service }) => service));
  return [...services].filter((service) => isDeniedByOthers(stands, service, record.id, targetId)).sort();
}

/** The same with what was taken out of this change since, where another one that may have written denies it by now. */
function neededInstead(undoing: Undoing): readonly string[] {
  const {
    record: { content, id: changeId, revision },
    stands: { doubtful, takenBy },
  } = undoing;
  const again = content.services.filter(
    (service) =>
      takenBy.has(claimKey({ changeId, revision, service })) &&
      isDeniedByOthers({ claims: doubtful }, service, changeId),
  );
  return [...new Set([...servicesOfOthers(undoing), ...again])].sort();
}

/** The same with what a change denies that may have written: where the text shows it, the SCP is not taken away from under it. */
function neededByOthers(undoing: Undoing, targetId?: string): readonly string[] {
  const { live, record, stands } = undoing;
  const parsed = parsePolicy(live.text);
  const shown = parsed.ok ? ourDeniedServices(parsed.value) : [];
  const doubtful = shown.filter((service) =>
    isDeniedByOthers({ claims: stands.doubtful }, service, record.id, targetId),
  );
  return [...new Set([...servicesOfOthers(undoing, targetId), ...doubtful])].sort();
}

function write(
  { live, step: { resource } }: Undoing,
  after: string | null,
  outcome: UndoOutcome,
  detail: string,
  detachFrom: readonly string[] = [],
): Judgement {
  const before = resource.type === 'attachment' ? 'attached' : live.text;
  return {
    verdict: 'write',
    write: {
      resource,
      existingId: live.id,
      before,
      after,
      ...(detachFrom.length > 0 ? { detachFrom } : {}),
      ...(after === null && live.targetIds.length === 0 ? { bindsNobody: true } : {}),
    },
    told: { outcome, detail, ...(outcome === 'removed' && after !== null ? { text: after } : {}) },
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

/** Which other changes deny what in it, and that it stays so. */
function others(stands: Stands, services: readonly string[], { id }: ChangeRecord): string {
  const by = [...stands.claims, ...stands.doubtful].filter(
    ({ changeId, service }) => changeId !== id && services.includes(service),
  );
  const ids = [...new Set(by.map(({ changeId }) => changeId))];
  return `other changes deny ${services.join(', ')} in it (${ids.join(', ')})`;
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
