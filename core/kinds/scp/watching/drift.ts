import { list } from '../../../base/counted.ts';
import { dayMilliseconds } from '../../../base/limits.ts';
import { listAt } from '../../../base/lists.ts';
import { baseDigest } from '../../../change/content/digest.ts';
import { editOf } from '../../../change/content/edit.ts';
import type { EventBody } from '../../../change/life/events.ts';
import { driftEndedCode, openDriftEvent } from '../../../change/life/history-facts.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';
import { entityOf, type OrganizationTree } from '../../../organization/organization.ts';
import { parsePolicy } from '../../../policy/document.ts';
import { canonicalPolicy, meansTheSame } from '../../../policy/same-meaning.ts';
import type { PolicyTarget, ServiceControlPolicy } from '../../../policy/service-control-policy.ts';
import { newlyFree } from '../drafting/newly-free.ts';
import { areSameTargets, reachOf } from '../drafting/reach.ts';
import { deniesEverybody } from '../ours/intents.ts';
import { appliedText, policyIdOf } from '../ours/own-policy.ts';
import type { Stands } from '../ours/stands.ts';
import { deniedAgain, deniedByEdited } from './denied-again.ts';
import { appliedEditFrom, isPutBack } from './put-back.ts';
import {
  isLeftStanding,
  noLongerDenied,
  notTaken,
  showsOwnWrites,
  textLeft,
  type WatchFacts,
} from './watch-facts.ts';

/** So many services or targets are named. */
const most = 10;

/** What is new about how the SCP of an applied change stands: it differs in another way than was told last, or no longer. */
export function driftNews(
  record: ChangeRecord,
  facts: Pick<WatchFacts, 'policies' | 'readSince' | 'stands' | 'tellers' | 'tree'>,
): readonly EventBody[] {
  const policy = facts.policies.find(({ id }) => id === policyIdOf(record));
  // An SCP that is attached but was not read tells nothing: neither a drift nor its end.
  if (policy && policy.targets.length > 0 && policy.text === null) return [];
  const stands = facts.stands.get(policyIdOf(record) ?? '');
  const before = openDriftEvent(record);
  // What was read before our own write showed everywhere does not tell that a difference is over.
  if (before !== null && !showsOwnWrites(stands, facts.readSince)) return [];
  const detail = driftOf(record, stands, facts);
  const elsewhere = attachedElsewhere(record, policy, facts.tree);
  // A give-back starts from the text and the targets, and what earlier versions told has neither.
  const isTold =
    (elsewhere.attached === undefined || before?.attached !== undefined) &&
    (!policy?.text || before?.text !== undefined);
  if (detail === (before?.detail ?? null) && (detail === null || isTold)) return [];
  if (detail !== null) {
    return [
      {
        type: 'drift-detected',
        detail,
        ...elsewhere,
        ...(policy?.text ? { text: policy.text } : {}),
        ...(isPutBack(appliedEditFrom(record, facts), policy?.text ?? null) ? { putBack: true } : {}),
      },
    ];
  }
  const how = record.state.status === 'applied' ? 'applied' : 'left';
  // A later write of ours started from what was edited, and people approved that.
  const isTakenOver = stands?.last && stands.last.wroteAt > (before?.at ?? 0);
  const as = isTakenOver ? `as ${stands.last.changeId} left it` : `as it was ${how} again`;
  const ended = { type: 'noted', code: driftEndedCode, detail: `the SCP is ${as}` } as const;
  return [elsewhere.attached === undefined ? ended : { ...ended, ofTextAlone: true }];
}

/** What an SCP is attached to and where that lies, if it is not what the change says: a give-back starts from that. */
function attachedElsewhere(
  { content: { asOf, targets: expected, thresholdDays } }: ChangeRecord,
  policy: ServiceControlPolicy | undefined,
  tree: OrganizationTree,
): Pick<Extract<EventBody, { readonly type: 'drift-detected' }>, 'attached'> {
  const { targets } = policy ?? { targets: [] };
  if (targets.length === 0) return { attached: null };
  if (areSameTargets(targets, expected) || !targets.every(({ id }) => tree.entities.has(id))) return {};
  const targetPaths = Object.fromEntries(targets.map(({ id }) => [id, entityOf(tree, id).path]));
  return { attached: { ...reachOf(tree, targets, asOf - thresholdDays * dayMilliseconds), targetPaths } };
}

/** How the SCP differs from what was applied, in one sentence that is the same for the same difference, or null. */
function driftOf(
  record: ChangeRecord,
  stands: Stands | undefined,
  facts: Pick<WatchFacts, 'policies' | 'readSince' | 'stands' | 'tellers'>,
): string | null {
  const { content } = record;
  const policyId = policyIdOf(record);
  const policy = facts.policies.find(({ id }) => id === policyId);
  const edit = editOf(content);
  const name = `${edit.policyName} (${policyId})`;
  const isOver = isTakenBack(record, stands);
  if (isOver && (!policy || stands?.text === null)) return null;
  if (!policy) return `${name} does not exist any more: nothing of this change is in force`;
  // The text of an SCP without targets is not read.
  const text = policy.targets.length > 0 ? policy.text : null;
  const parts = text === null ? [] : [...differenceOf(text, record, stands, facts, isOver)];
  const expected = content.targets.map(({ id }) => id);
  const detached = content.targets.filter(({ id }) => !policy.targets.some((target) => target.id === id));
  const added = policy.targets.filter(({ id }) => !expected.includes(id));
  // Where nothing of it is meant to be in force, what the SCP is attached to is no matter of this change.
  if (!isOver && detached.length > 0) parts.push(`it is no longer attached to ${namesOf(detached)}`);
  if (!isOver && added.length > 0)
    parts.push(`it is also attached to ${namesOf(added)}, for which nothing was proved`);
  if (parts.length === 0) return null;
  const targetIds = policy.targets.map(({ id }) => id);
  // Another layout of the same text is no other difference.
  const seen = baseDigest(canonicalPolicy(text ?? ''), targetIds).slice(0, 12);
  const how = isOver ? 'left' : 'applied';
  return `${name} is not as it was ${how}: ${parts.join('; ')} (seen: ${seen})`;
}

/** Whether a roll back or later writes of ours took out all that a change denies, or deleted the SCP: nothing of it is meant to be in force. */
function isTakenBack(record: ChangeRecord, stands: Stands | undefined): boolean {
  const { content, state } = record;
  if (state.status === 'rolled-back') return true;
  if (stands === undefined || !deniesEverybody(content)) return false;
  return stands.text === null || notTaken(record, stands).length === 0;
}

/**
 * How the text differs from what our own writes left, where these show: by what it denies less, to whom, again, or otherwise.
 * `isOver`: nothing of the change is meant to be in force, so only what is denied again tells.
 */
function differenceOf(
  text: string,
  record: ChangeRecord,
  stands: Stands | undefined,
  facts: Pick<WatchFacts, 'policies' | 'readSince' | 'stands' | 'tellers'>,
  isOver: boolean,
): readonly string[] {
  const own = typeof stands?.meant === 'string' ? stands.meant : appliedText(record);
  const { readSince } = facts;
  const teller = facts.tellers?.get(policyIdOf(record) ?? '') ?? record.id;
  const read = { text, own, stands, readSince, tellsOfOthers: teller === record.id };
  const again = showsOwnWrites(stands, readSince) ? deniedAgain(record, read) : [];
  if (isOver) return again;
  const { lost, wider } = denialsLost(text, own, record, stands);
  if (lost.length > 0) {
    const what = `its text no longer denies ${list(lost, most)}${putBackWords(text, record, facts)}`;
    return [what, ...wider, ...again];
  }
  if (again.length > 0) return [...wider, ...again];
  if (!showsOwnWrites(stands, readSince) || meansTheSame(text, own)) return [];
  if (wider.length > 0) return wider;
  return teller === record.id ? ['its text was edited; what this change denies is still denied'] : [];
}

/** What somebody put back, as the end of a sentence. */
function putBackWords(
  text: string,
  record: ChangeRecord,
  facts: Pick<WatchFacts, 'readSince' | 'stands'>,
): string {
  const edit = appliedEditFrom(record, facts);
  if (edit === null || !isPutBack(edit, text)) return '';
  if (meansTheSame(text, edit.before)) return ': it is the one from before this change again';
  const parsed = parsePolicy(text);
  const isEdited = parsed.ok && edit.standing.some((service) => deniedByEdited(parsed.value, service));
  return isEdited
    ? ': a statement of ours that somebody edited denies a part, or on a condition'
    : ': nothing of this change is left in it';
}

/** Services of the change that a text denies less than our own writes left it, and whom it leaves free of others. What a later write of ours took out is none of it. */
function denialsLost(
  text: string,
  own: string,
  record: ChangeRecord,
  stands: Stands | undefined,
): { readonly lost: readonly string[]; readonly wider: readonly string[] } {
  const services = notTaken(record, stands);
  const lost = services.filter((service) => {
    const after = textLeft(record, stands, service);
    const isLess = noLongerDenied(text, after, [service]).length > 0;
    // Denied to all but some, it is told to whom it is not.
    return isLess && newlyFree(text, after, service).length === 0;
  });
  const free = new Map<string, string[]>();
  for (const service of services.filter(
    (each) => !lost.includes(each) && isLeftStanding(record, stands, each),
  )) {
    const principals = newlyFree(text, own, service);
    if (principals.length === 0) continue;
    listAt(free, list(principals, most)).push(service);
  }
  return {
    lost,
    wider: [...free].map(([who, of]) => `its text leaves ${who} free of the denial of ${list(of, most)}`),
  };
}

function namesOf(targets: readonly PolicyTarget[]): string {
  return list(
    targets.map(({ id, name }) => `${name} (${id})`),
    most,
  );
}
