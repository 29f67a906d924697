import { patternCoversService, patternMatchesAction, patternTouchesService } from '../base/matching.ts';
import type { RemainingActions } from './action-list.ts';
import type { Statement } from './document.ts';
import { isNamedOneByOne } from './kept-statements.ts';
import { knownActions, knownActionsDate, matchedNames } from './known-actions.ts';
import { isUnseen, mayBeUnseen, neverRecorded } from './unseen-use.ts';

/** What is known of the use of one service: it stays whole (used, held, kept by a setting, or unknown), it stays without some actions, or nobody uses it. */
export type ServiceUse =
  | { readonly verdict: 'kept' }
  | {
      readonly verdict: 'narrowed';
      /** Names of actions that are tracked, permitted and unused. */
      readonly unused: readonly string[];
      /** Names of the other actions that the report lists: they stay even where they are newer than the known actions. */
      readonly listed: readonly string[];
    }
  | { readonly verdict: 'unused' };

/** What stays and what goes, by lower-case namespace. A service that is missing was not judged: it stays where it is named, and a broad grant that is narrowed does not carry it over. */
export interface RewriteRequest {
  readonly level: 'service' | 'action';
  readonly use: ReadonlyMap<string, ServiceUse>;
  /** ARNs of the roles of the account that the management account may assume; absent: those of well-known names alone are known. */
  readonly waysIn?: readonly string[];
}

/** A pattern of the new list: written as it is, or the actions that remain of a wider one. */
export type KeptPattern =
  | { readonly kind: 'pattern'; readonly text: string }
  | { readonly kind: 'actions'; readonly remaining: RemainingActions };

/** What becomes of one pattern, or of a whole NotAction list. */
export interface PatternPlan {
  /** The pattern as it was; null for a NotAction list as a whole. */
  readonly before: string | null;
  readonly isChanged: boolean;
  /** What stays because it may be in use: it holds the policy. */
  readonly anchors: readonly KeptPattern[];
  /** What stays only where the policy itself stays. */
  readonly companions: readonly KeptPattern[];
  /** Unused services of which something goes. */
  readonly services: readonly string[];
  /** Single actions that go: `ec2:CreateFleet`. */
  readonly actions: readonly string[];
  /** Services with unseen use that go with a broad grant. */
  readonly unseen: readonly string[];
  readonly notes: readonly string[];
}

/** A service whose actions must be told one by one and are not known. */
export interface UnknownService {
  readonly unknownService: string;
}

/** What becomes of each pattern of an Allow statement; for NotAction one plan for the whole list. */
export function planStatement(
  { actions }: Statement,
  request: RewriteRequest,
): readonly PatternPlan[] | UnknownService {
  if (actions.kind === 'not-action') {
    const plan = planBroad(null, actions.patterns, request);
    return 'unknownService' in plan ? plan : [plan];
  }
  const plans: PatternPlan[] = [];
  for (const pattern of actions.patterns) {
    const plan = planPattern(pattern, request);
    if ('unknownService' in plan) return plan;
    plans.push(plan);
  }
  return plans;
}

/** Whether a pattern allows the action that AWS never records. */
export function allowsNeverRecorded({ actions }: Statement): boolean {
  const named = actions.patterns.some((pattern) => patternMatchesAction(pattern, neverRecorded.action));
  return named === (actions.kind === 'action');
}

function planPattern(pattern: string, request: RewriteRequest): PatternPlan | UnknownService {
  const namespace = prefixOf(pattern);
  if (namespace === null) return planBroad(pattern, [], request);
  const use = request.use.get(namespace);
  if (use === undefined) {
    const notes = knownActions().has(namespace)
      ? []
      : [`${pattern} stays: neither the report nor the known actions have ${namespace}`];
    return { ...untouched(pattern), anchors: [asWritten(pattern)], notes };
  }
  if (use.verdict === 'kept') return { ...untouched(pattern), anchors: [asWritten(pattern)] };
  if (use.verdict === 'narrowed') return planNarrowed(pattern, namespace, use);
  // An old date of its API says nothing of what is asked of its data.
  if (mayBeUnseen(pattern, namespace)) {
    const notes = [`${pattern} stays: reports may not show the use of ${namespace}`];
    return { ...untouched(pattern), anchors: [asWritten(pattern)], notes };
  }
  if (pattern.toLowerCase() === neverRecorded.action.toLowerCase())
    return { ...untouched(pattern), companions: [asWritten(pattern)] };
  if (request.level === 'service' && isNamedOneByOne(pattern)) {
    const notes = [`${pattern} stays: single actions of ${namespace} are not taken away service by service`];
    return { ...untouched(pattern), companions: [asWritten(pattern)], notes };
  }
  const notes = knownActions().has(namespace) ? [] : [`${namespace} is not, or no longer, a known service`];
  const companions = patternMatchesAction(pattern, neverRecorded.action)
    ? [asWritten(neverRecorded.action)]
    : [];
  return { ...untouched(pattern), isChanged: true, companions, services: [namespace], notes };
}

function planNarrowed(
  pattern: string,
  namespace: string,
  use: ServiceUse & { verdict: 'narrowed' },
): PatternPlan {
  const taken = takenNames(use).filter((name) => patternMatchesAction(pattern, `${namespace}:${name}`));
  if (taken.length === 0) return { ...untouched(pattern), anchors: [asWritten(pattern)] };
  const actions = taken.map((name) => `${namespace}:${name}`);
  const changed = { ...untouched(pattern), isChanged: true, actions };
  if (!/[*?]/.test(pattern)) return changed;
  if (!knownActions().has(namespace)) {
    const notes = [`${pattern} stays: the actions of ${namespace} are not known`];
    return { ...untouched(pattern), anchors: [asWritten(pattern)], notes };
  }
  return { ...changed, anchors: remainingOf([pattern], [], namespace, use), notes: [frozen(namespace)] };
}

function takenNames({ unused }: ServiceUse & { verdict: 'narrowed' }): readonly string[] {
  return unused.filter((name) => name.toLowerCase() !== neverRecorded.name.toLowerCase());
}

function remainingOf(
  within: readonly string[],
  excluded: readonly string[],
  namespace: string,
  use: ServiceUse,
): readonly KeptPattern[] {
  const taken = use.verdict === 'narrowed' ? takenNames(use) : [];
  const gone = new Set(taken.map((name) => name.toLowerCase()));
  const listed = use.verdict === 'narrowed' ? use.listed : [];
  const known = within.flatMap((pattern) => matchedNames(pattern, namespace));
  const newer = listed.filter((name) =>
    within.some((pattern) => patternMatchesAction(pattern, `${namespace}:${name}`)),
  );
  const byFolded = new Map([...newer, ...known].map((name) => [name.toLowerCase(), name]));
  const names = [...byFolded]
    .filter(([folded]) => !gone.has(folded))
    .map(([, name]) => name)
    .filter((name) => !excluded.some((pattern) => patternMatchesAction(pattern, `${namespace}:${name}`)));
  if (names.length === 0) return [];
  return [{ kind: 'actions', remaining: { namespace, within, names, taken, excluded } }];
}

// `*`, `*:Describe*`, `s?:*` or everything but a NotAction list: written anew over the services that stay, where anything unused lies in it.
function planBroad(
  pattern: string | null,
  excluded: readonly string[],
  { use }: RewriteRequest,
): PatternPlan | UnknownService {
  const touches = (namespace: string): boolean =>
    (pattern === null || patternTouchesService(pattern, namespace)) &&
    !excluded.some((out) => patternCoversService(out, namespace));
  const anchors: KeptPattern[] = [];
  const companions: KeptPattern[] = [];
  const services: string[] = [];
  const actions: string[] = [];
  const notes: string[] = [];
  for (const [namespace, each] of [...use].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const own = withPrefix(pattern, namespace);
    if (!touches(namespace) || isEmptyMatch(own, namespace)) continue;
    if (each.verdict === 'unused') {
      services.push(namespace);
      continue;
    }
    const gone = goneOf(each, namespace, pattern, excluded);
    actions.push(...gone);
    const partly = excluded.some((out) => patternTouchesService(out, namespace));
    if (!partly && gone.length === 0) {
      anchors.push(asWritten(own));
      continue;
    }
    if (!knownActions().has(namespace)) return { unknownService: namespace };
    anchors.push(...remainingOf([own], excluded, namespace, each));
    notes.push(frozen(namespace));
  }
  if (services.length === 0 && actions.length === 0) return { ...untouched(pattern), anchors: [wholeList] };
  const iam = use.get(neverRecorded.namespace)?.verdict ?? 'unused';
  const allowsIt =
    (pattern === null || patternMatchesAction(pattern, neverRecorded.action)) &&
    !excluded.some((out) => patternMatchesAction(out, neverRecorded.action));
  if (iam === 'unused' && allowsIt) companions.push(asWritten(neverRecorded.action));
  const unseen = [...knownActions().keys()].filter((namespace) => {
    const verdict = use.get(namespace)?.verdict ?? 'unused';
    return verdict === 'unused' && isUnseen(namespace) && touches(namespace);
  });
  return { ...untouched(pattern), isChanged: true, anchors, companions, services, actions, unseen, notes };
}

function goneOf(
  use: ServiceUse,
  namespace: string,
  pattern: string | null,
  excluded: readonly string[],
): readonly string[] {
  if (use.verdict !== 'narrowed') return [];
  return takenNames(use)
    .map((name) => `${namespace}:${name}`)
    .filter((action) => pattern === null || patternMatchesAction(pattern, action))
    .filter((action) => !excluded.some((out) => patternMatchesAction(out, action)));
}

// `*:Describe*` is `ec2:Describe*` for ec2: an action has one colon, so the colons must meet.
function withPrefix(pattern: string | null, namespace: string): string {
  const name = pattern?.slice(pattern.indexOf(':') + 1) ?? '*';
  return `${namespace}:${/^\*+$/.test(name) ? '*' : name}`;
}

function isEmptyMatch(pattern: string, namespace: string): boolean {
  return knownActions().has(namespace) && matchedNames(pattern, namespace).length === 0;
}

/** Stands for a NotAction list that stays as it is. */
const wholeList: KeptPattern = { kind: 'pattern', text: '*' };
const none: readonly never[] = [];

// The service that a pattern names, or null where it may match several. Globbing in the prefix makes a pattern broad.
function prefixOf(pattern: string): string | null {
  const prefix = pattern.slice(0, Math.max(0, pattern.indexOf(':'))).toLowerCase();
  return prefix === '' || /[*?]/.test(prefix) ? null : prefix;
}

function untouched(before: string | null): PatternPlan {
  return {
    before,
    isChanged: false,
    anchors: none,
    companions: none,
    services: none,
    actions: none,
    unseen: none,
    notes: none,
  };
}

function asWritten(text: string): KeptPattern {
  return { kind: 'pattern', text };
}

function frozen(namespace: string): string {
  return `${namespace} is written action by action: actions that AWS added after ${knownActionsDate} are not all allowed`;
}
