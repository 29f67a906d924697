import { canonicalJson } from '../../base/canonical-json.ts';
import { list } from '../../base/counted.ts';
import { propagationMilliseconds } from '../../base/limits.ts';
import { sha256 } from '../../base/sha256.ts';
import type { Step } from '../../change/content/change.ts';
import { identityPartOf, identityResource } from '../../change/content/identity-content.ts';
import { isSameValue } from '../../change/content/resource-types.ts';
import type { ChangeEvent, EventBody } from '../../change/life/events.ts';
import { driftEndedCode, openDrift } from '../../change/life/history-facts.ts';
import { type ChangeRecord, nextInstant } from '../../change/life/life.ts';
import { grantsAction, grantsService } from '../../identity/granted-services.ts';
import { resourceKey, valueIn } from '../../identity/identity-values.ts';
import { type PolicyDocument, parsePolicy } from '../../policy/document.ts';
import type { IdentitiesSeen } from '../kind.ts';
import { wordsFor } from './apply-step.ts';

/** So many services, actions or resources are named. */
const most = 10;

/**
 * What has happened to an applied change that nobody decided: somebody gave again what it took away. It is said once for
 * each way in which the account differs, and once when that ends. `written`: all changes of ours that may have written.
 */
export function watchApplied(
  record: ChangeRecord,
  seen: IdentitiesSeen,
  written: readonly ChangeRecord[],
): readonly ChangeEvent[] {
  const { content, revision, state } = record;
  if (content.kind !== 'iam' || identityPartOf(content).accountId !== seen.account.accountId) return [];
  if (state.status !== 'applied' || seen.readSince < state.appliedAt + propagationMilliseconds.everywhere)
    return [];
  const detail = driftOf(record, state.appliedAt, seen, written);
  if (detail === openDrift(record)) return [];
  const body: EventBody =
    detail === null
      ? { type: 'noted', code: driftEndedCode, detail: 'what the change took away is not granted any more' }
      : { type: 'drift-detected', detail };
  const at = nextInstant(record, seen.now);
  return [{ at, actor: { type: 'system', id: 'review' }, revision, ...body }];
}

/** What is granted again, in one sentence that is the same for the same difference, or null. */
function driftOf(
  { content, id }: ChangeRecord,
  appliedAt: number,
  { account }: IdentitiesSeen,
  written: readonly ChangeRecord[],
): string | null {
  const others = written.filter((other) => other.id !== id && lastWrite(other) > appliedAt);
  const rewritten = new Set(others.flatMap((other) => other.content.steps.map(keyOf)));
  const found = content.steps.flatMap((step) => {
    // Where another change of ours wrote later, what stands there is its doing.
    if (rewritten.has(keyOf(step))) return [];
    const value = valueIn(account, identityResource(step.resource));
    const words = differenceIn(step, value, content);
    return words === null ? [] : [{ words, value, key: keyOf(step) }];
  });
  if (found.length === 0) return null;
  const seen = sha256(canonicalJson(found)).slice(0, 12);
  const parts = found.slice(0, most).map(({ words }) => words);
  const more = found.length > most ? `; and ${found.length - most} more` : '';
  return `somebody changed what this change wrote: ${parts.join('; ')}${more} (seen: ${seen})`;
}

/** How one resource differs from what was applied, where that gives access; null: it does not. */
function differenceIn(
  step: Step,
  value: string | null,
  { identity, services }: ChangeRecord['content'],
): string | null {
  const resource = identityResource(step.resource);
  if (isSameValue(step.resource, value, step.after)) return null;
  const words = wordsFor(resource);
  if (step.after === null) return `${words} is there again`;
  if (value === null)
    return resource.type === 'inline-policy' && step.before === null ? `${words} is gone` : null;
  const now = documentIn(value);
  const applied = documentIn(step.after);
  const isBack = (grants: (document: PolicyDocument) => boolean): boolean =>
    now !== null && applied !== null && grants(now) && !grants(applied);
  const back = [
    ...services.filter((namespace) => isBack((document) => grantsService(document, namespace))),
    ...(identity?.actions ?? []).filter((action) => isBack((document) => grantsAction(document, action))),
  ];
  return back.length > 0 ? `${words} grants ${list(back, most)} again` : `${words} was edited`;
}

/** When the journals of a change say that it wrote last (epoch ms); 0: never. */
function lastWrite({ state }: ChangeRecord): number {
  if (!('journal' in state)) return 0;
  const entries = [...state.journal, ...('undoJournal' in state ? state.undoJournal : [])];
  return Math.max(0, ...entries.map(({ at }) => at));
}

function keyOf({ resource }: Step): string {
  const isOfIdentities = resource.type !== 'policy-text' && resource.type !== 'attachment';
  return isOfIdentities ? resourceKey(resource) : '';
}

function documentIn(text: string): PolicyDocument | null {
  const parsed = parsePolicy(text);
  return parsed.ok ? parsed.value : null;
}
