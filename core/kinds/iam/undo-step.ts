import { sha256 } from '../../base/sha256.ts';
import type { ChangeContent, Step } from '../../change/content/change.ts';
import { identityPartOf, identityResource, identityStepsOf } from '../../change/content/identity-content.ts';
import { isSameValue } from '../../change/content/resource-types.ts';
import type { Begun, Judge, Judgement } from '../../change/engine/next-action.ts';
import type { Failure, UndoOutcome } from '../../change/life/events.ts';
import { journalOf, wasSent } from '../../change/life/journal.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { PrincipalName } from '../../identity/account-identities.ts';
import { policyArnOf, resourceKey } from '../../identity/identity-values.ts';
import { wordsFor, writeOf } from './apply-step.ts';
import { type LiveIdentities, liveValue } from './live.ts';
import { putBackStatements } from './put-back.ts';
import { wasNamed } from './roll-back-proof.ts';

/**
 * Judges steps that are undone: what we left is taken back to what was there. What somebody edited since gets back
 * exactly the statements that we took out, or nothing is written. What others did, and what other applied changes left,
 * stays.
 */
export function judgeUndo(
  record: ChangeRecord,
  live: LiveIdentities,
  others: readonly ChangeRecord[],
): Judge {
  return (step, begun) => {
    const words = wordsFor(identityResource(step.resource));
    const value = liveValue(live, step.resource);
    if (!sentByUs(record, step))
      return nothing('kept', `${words} was as it should be before this change wrote`);
    if (isSameValue(step.resource, value, step.after)) {
      const detail = `${words} is as it was already`;
      return nothing(begun.isOpen ? outcomeOf(step) : 'already-undone', detail);
    }
    const later = others.find((other) => writtenLater(record, other, step));
    if (later) return nothing('kept', `${words} was written by ${later.id} since: roll that back first`);
    const bearers = step.after === null ? bearersSince(record, live, step) : [];
    if (bearers.length > 0)
      return nothing('kept', `${words} stays: it was attached to ${bearers.join(', ')} since`);
    if (value === null && live.gone.length > 0)
      return nothing('kept', `${words} stays away: ${live.gone.join(', ')} was deleted since`);
    if (step.after === null && live.gone.length > 0)
      return nothing(
        'kept',
        `${words} stays, since it may stand for ${live.gone.join(', ')}, which was deleted since`,
      );
    const renewed = renewedSince(record, live, step);
    if (renewed !== null) return { verdict: 'stop', failure: renewed };
    if (isSameValue(step.resource, value, step.before))
      return write(step, step.after, value, outcomeOf(step), `${words} ${undoneWords(step)}`);
    return editedSince(step, value, words, begun);
  };
}

/**
 * Who came to bear a policy that this change made; nobody for other resources. AWS's list of bearers may be late: whom this
 * change attached it to, and whose own list shows it no more, is none.
 */
function bearersSince(
  { content }: ChangeRecord,
  live: LiveIdentities,
  { resource }: Step,
): readonly string[] {
  const arn = policyArnOf(identityResource(resource));
  if (arn === null) return [];
  const gone = identityStepsOf(content).flatMap(({ resource: of }) =>
    of.type === 'policy-attachment' && of.policyArn === arn && liveValue(live, of) === null
      ? [principalWords(of.principal)]
      : [],
  );
  return (live.bearers.get(arn) ?? []).filter((bearer) => !gone.includes(bearer));
}

/** Why a policy is not attached again: it grants something else than people were shown, since after the roll back was proved. */
function renewedSince(
  record: ChangeRecord,
  live: LiveIdentities,
  { after, resource: of }: Step,
): Failure | null {
  const resource = identityResource(of);
  if (resource.type !== 'policy-attachment' || after === null) return null;
  const { policyArn: arn } = resource;
  const text = live.values.get(arn) ?? null;
  if (text === null || isAsShown(record.content, arn, text)) return null;
  const named = `${arn}@${sha256(text)}`;
  if (wasNamed(record, named, live.needed)) return null;
  const detail = `what ${arn} grants was changed while the roll back ran, and would come back with it: ask for the roll back again, or put it back by hand`;
  return { code: 'ROLL_BACK_WIDENS', detail, named: [named] };
}

/** Whether a policy grants what it did when people were shown the change, or what the change made of it. */
function isAsShown(content: ChangeContent, arn: string, text: string): boolean {
  const own = content.steps.find((step) => policyArnOf(identityResource(step.resource)) === arn);
  if (own) return [own.before, own.after].some((shown) => isSameValue(own.resource, text, shown));
  const was = identityPartOf(content).comesBack[arn];
  return was === undefined || was === sha256(text);
}

/** A user, group or role as `readBearers` names it. */
function principalWords({ name, type }: PrincipalName): string {
  return `${type} ${name}`;
}

/** Somebody has changed since what we left. */
function editedSince(step: Step, value: string | null, words: string, { isOpen }: Begun): Judgement {
  const { after, before } = step;
  if (value === null || before === null || after === null) {
    // A policy of ours that somebody made his own, or something of his that went: neither is ours to write.
    return nothing('kept', `somebody changed ${words} since: it stays as it is`);
  }
  const back = putBackStatements({ earlier: after, applied: before, now: value });
  if (back.kind === 'there') {
    const detail = `${words} was edited since, and what this change took out is in it again`;
    return nothing(isOpen ? 'restored' : 'already-undone', detail);
  }
  if (back.kind === 'refused') {
    const detail = `${words} was edited since, and what this change took out cannot be put back exactly: ${back.why}. ${byHand(back.missing)}`;
    return { verdict: 'stop', failure: { code: 'TEXT_CHANGED', detail } };
  }
  const detail = `${words} was edited since: only what this change took out is put back`;
  return write(step, back.text, value, 'restored', detail);
}

/** So much of a text is said in a sentence: what is longer stands on the page of the change. */
const longestPatch = 1_500;

function byHand(missing: readonly string[]): string {
  const patch = missing.map((text) => JSON.stringify(JSON.parse(text))).join(', ');
  return patch !== '' && patch.length <= longestPatch
    ? `By hand: put these statements back: ${patch}`
    : 'By hand: put back what stands in its text before the change';
}

function write(
  step: Step,
  after: string | null,
  value: string | null,
  outcome: UndoOutcome,
  detail: string,
): Judgement {
  return { verdict: 'write', write: writeOf({ ...step, after }, value), told: { outcome, detail } };
}

function nothing(outcome: UndoOutcome, detail: string): Judgement {
  return { verdict: 'done', told: { outcome, detail } };
}

function outcomeOf({ after, resource: { type } }: Step): UndoOutcome {
  if (after !== null) return 'restored';
  if (type === 'managed-policy') return 'deleted';
  return type === 'policy-attachment' ? 'detached' : 'removed';
}

function undoneWords(step: Step): string {
  if (step.after === null) return `is ${outcomeOf(step)} again`;
  return step.before === null ? 'is back' : 'has its earlier text again';
}

/** What was found done without our sending was somebody else's doing. */
function sentByUs({ content, state }: ChangeRecord, { resource }: Step): boolean {
  const key = resourceKey(identityResource(resource));
  const index = content.steps.findIndex((step) => resourceKey(identityResource(step.resource)) === key);
  return wasSent(journalOf(state), index);
}

/** Another applied change that wrote the same resource after this one: its value stands upon ours. */
function writtenLater(record: ChangeRecord, other: ChangeRecord, { resource }: Step): boolean {
  const key = resourceKey(identityResource(resource));
  const isSame = other.content.steps.some((step) => resourceKey(identityResource(step.resource)) === key);
  return isSame && appliedAt(other) > appliedAt(record);
}

function appliedAt({ history }: ChangeRecord): number {
  return history.findLast(({ type }) => type === 'applied')?.at ?? 0;
}
