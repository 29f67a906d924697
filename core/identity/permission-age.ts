import { patternMatchesAction, patternTouchesService } from '../base/matching.ts';
import { type ActionNames, type ActionUniverse, universeWith } from '../policy/action-universe.ts';
import { type PolicyDocument, parsePolicy } from '../policy/document.ts';
import { accessOf } from '../policy/identity-access.ts';
import { type NewlyGranted, newlyGranted } from '../policy/newly-granted.ts';
import type { ManagedPolicy, PolicyVersion } from './account-identities.ts';
import { grantsAction, grantsService } from './granted-services.ts';

/** A service, or one action of it, that the default version grants. */
interface Wanted {
  readonly namespace: string;
  readonly action?: string;
}

/** What counts as newer. */
interface Since {
  /** Epoch milliseconds. */
  readonly cutOff: number;
  /** Names of every known action, by namespace. */
  readonly knownActions: ActionNames;
}

/**
 * Whether what the default version of a customer-managed policy grants may be newer than the cut-off, so that nobody had
 * the whole threshold to use it. Setting another default leaves no date: every version that existed then may have been in force.
 * None may have granted nothing of a service. Where the default version itself came since, one newer action, more resources or
 * a condition that is gone are enough: whoever got them lately loses them too. What a version allows and denies counts as
 * not granted by it, unless the default version denies it alike.
 */
export function isNewPermission(policy: ManagedPolicy, wanted: Wanted, since: Since): boolean {
  const compared = comparedWith(policy, since);
  if (compared === null) return true;
  const { earlier, isRecent, universe } = compared;
  const touches = touching(universe, wanted);
  return earlier.some(
    ({ allowed, document, undenied }) =>
      undenied.some(touches) || (isRecent ? allowed.some(touches) : !isGranted(document, wanted)),
  );
}

function isGranted(document: PolicyDocument | null, { action, namespace }: Wanted): boolean {
  if (document === null) return false;
  return action === undefined
    ? grantsService(document, namespace)
    : grantsAction(document, `${namespace}:${action}`);
}

/** Whether an action or pattern is about what is wanted. */
function touching(universe: ActionUniverse, { action, namespace }: Wanted): (each: string) => boolean {
  if (action !== undefined) return (each) => patternMatchesAction(each, `${namespace}:${action}`);
  const isKnown = universe.services.has(namespace.toLowerCase());
  // Everything but a list: over the known services that is told by the names of their actions.
  return (each) => (each.startsWith('not ') ? !isKnown : patternTouchesService(each, namespace));
}

/** The default version beside those that may have been in force at the cut-off. */
interface Compared {
  /** The default version came after the cut-off: something else was in force then. */
  readonly isRecent: boolean;
  readonly universe: ActionUniverse;
  readonly earlier: readonly (NewlyGranted & { readonly document: PolicyDocument | null })[];
}

const remembered = new WeakMap<ManagedPolicy, Since & { readonly compared: Compared | null }>();

/** Compared once: a policy is asked about every service that it grants. Null: nothing of it was granted for sure. */
function comparedWith(policy: ManagedPolicy, since: Since): Compared | null {
  const before = remembered.get(policy);
  if (before?.cutOff === since.cutOff && before.knownActions === since.knownActions) return before.compared;
  const compared = compare(policy, since);
  remembered.set(policy, { ...since, compared });
  return compared;
}

function compare(
  { defaultVersionId, versions }: ManagedPolicy,
  { cutOff, knownActions }: Since,
): Compared | null {
  const candidates = versions.filter(({ createdAt }) => createdAt < cutOff);
  const inForce = versions.find(({ id }) => id === defaultVersionId);
  const now = inForce ? documentOf(inForce.text) : null;
  if (candidates.length === 0 || inForce === undefined || now === null) return null;
  // A text that is that of today grants nothing less, and one that came back is compared once.
  const texts = [...new Set(candidates.map(({ text }) => text))].filter((text) => text !== inForce.text);
  const documents = texts.map(documentOf);
  const statements = [now, ...documents].flatMap((each) => each?.statements ?? []);
  const universe = universeWith(knownActions, statements);
  const later = accessOf(universe, now.statements);
  const earlier = documents.map((document) => ({
    document,
    ...newlyGranted(universe, accessOf(universe, document?.statements ?? []), later),
  }));
  return { isRecent: inForce.createdAt >= cutOff, universe, earlier };
}

/** Null: it cannot be understood with certainty. */
function documentOf(text: PolicyVersion['text']): PolicyDocument | null {
  const parsed = parsePolicy(text);
  return parsed.ok ? parsed.value : null;
}
