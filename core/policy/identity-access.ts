import { patternMatchesAction } from '../base/matching.ts';
import { patternsMeet, patternWithin } from '../base/pattern-relations.ts';
import {
  type ActionSet,
  actionsOf,
  intersection,
  namesIn,
  noActions,
  remainderOf,
  union,
  without,
} from './action-set.ts';
import type { Condition, PolicyDocument, Statement } from './document.ts';

/** Where and when something holds: the resource and the condition as canonical texts. */
export interface AccessScope {
  readonly effect: Statement['effect'];
  /** One resource pattern; for NotResource all of them as `not ["…"]`. */
  readonly resource: string;
  /** Canonical JSON, `null` for none. */
  readonly condition: string;
}

interface AccessPart extends AccessScope {
  readonly actions: ActionSet;
  /** The lists as they are written, for actions that nobody knows yet. */
  readonly lists: readonly Statement['actions'][];
}

/** What the policies of one principal say, by effect, resource and condition. Order, Sids and the policy that says it do not count. */
export type Access = ReadonlyMap<string, AccessPart>;

/** Actions that differ in one scope: known ones by name, and patterns that reach beyond the known ones. */
export interface AccessChange extends AccessScope {
  readonly actions: readonly string[];
}

/** What a change of policies does to the access of one principal. Nothing in any list: the access is the same. */
export interface AccessComparison {
  /** Allowed after and not before; must be empty for an edit that only takes away. */
  readonly widened: readonly AccessChange[];
  /** Allowed before and not after, neither in the same scope nor on `*` without a condition. */
  readonly lost: readonly AccessChange[];
  /** Denied before and not after. */
  readonly deniesLost: readonly AccessChange[];
  /** Denied after and not before. */
  readonly deniesAdded: readonly AccessChange[];
}

/** Adds up policies: a principal's own and those of his groups, inline and managed alike (IAM User Guide, "Policy evaluation logic"). */
export function accessOf(documents: readonly PolicyDocument[]): Access {
  const access = new Map<string, AccessPart>();
  for (const { statements } of documents) {
    for (const statement of statements) {
      const { effect, actions: list } = statement;
      const condition = conditionText(statement.condition);
      const actions = actionsOf(list.kind, list.patterns);
      for (const resource of resourceTexts(statement)) {
        const scope = { effect, resource, condition };
        const key = keyOf(scope);
        const before = access.get(key);
        access.set(key, {
          ...scope,
          actions: before ? union(before.actions, actions) : actions,
          lists: [...(before?.lists ?? []), list],
        });
      }
    }
  }
  return access;
}

/** Compares the access of one principal before and after, over every known action and, by the patterns, over those to come. */
export function compareAccess(before: Access, after: Access): AccessComparison {
  return {
    widened: [...differences(after, before, 'Allow'), ...reachBeyond(after, before, 'Allow')],
    lost: differences(before, after, 'Allow'),
    deniesLost: [...differences(before, after, 'Deny'), ...reachBeyond(before, after, 'Deny')],
    deniesAdded: [...differences(after, before, 'Deny'), ...reachBeyond(after, before, 'Deny')],
  };
}

/** Every known action that may be allowed somewhere, in some circumstances: what some Allow names, less what is denied always and everywhere, within the boundary. */
export function possibleActions(access: Access, boundary: Access | null): ActionSet {
  const allowed = without(sumOf(access, 'Allow', isAny), sumOf(access, 'Deny', isEverywhere));
  return boundary === null ? allowed : intersection(allowed, possibleActions(boundary, null));
}

/** Every known action that is allowed always and everywhere: no Deny touches it, and the boundary allows it likewise. */
export function certainActions(access: Access, boundary: Access | null): ActionSet {
  const allowed = without(sumOf(access, 'Allow', isEverywhere), sumOf(access, 'Deny', isAny));
  return boundary === null ? allowed : intersection(allowed, certainActions(boundary, null));
}

/** In which scopes one action is allowed, known or not, sorted: what a principal keeps of it is what stands in both lists. */
export function scopesAllowing(access: Access, action: string): readonly string[] {
  const allowing = [...access].filter(
    ([, { effect, lists }]) =>
      effect === 'Allow' &&
      lists.some(
        ({ kind, patterns }) =>
          patterns.some((pattern) => patternMatchesAction(pattern, action)) === (kind === 'action'),
      ),
  );
  return allowing.map(([key]) => key).sort();
}

const isAny = (): boolean => true;
const isEverywhere = ({ resource, condition }: AccessScope): boolean =>
  resource === '*' && condition === noCondition;
const noCondition = 'null';

function sumOf(
  access: Access,
  effect: Statement['effect'],
  counts: (scope: AccessScope) => boolean,
): ActionSet {
  let sum = noActions();
  for (const part of access.values())
    if (part.effect === effect && counts(part)) sum = union(sum, part.actions);
  return sum;
}

// What one access has that the other has neither in the same scope nor always and everywhere.
function differences(one: Access, other: Access, effect: Statement['effect']): readonly AccessChange[] {
  const everywhere = other.get(keyOf({ effect, resource: '*', condition: noCondition }));
  const remainder = rememberingLast(remainderOfParts);
  const changes: AccessChange[] = [];
  for (const [key, { actions, lists, ...scope }] of one) {
    if (scope.effect !== effect) continue;
    const left = remainder(actions, other.get(key)?.actions, everywhere?.actions);
    if (left.length > 0) changes.push({ ...scope, actions: left });
  }
  return changes;
}

function remainderOfParts(
  actions: ActionSet,
  ...covering: readonly (ActionSet | undefined)[]
): readonly string[] {
  const left = remainderOf(
    actions,
    covering.filter((set) => set !== undefined),
  );
  return left === null ? [] : namesIn(left);
}

// Scopes that differ by their resource alone stand one after another and share everything else.
function rememberingLast<Given extends readonly unknown[], Answer>(
  ask: (...given: Given) => Answer,
): (...given: Given) => Answer {
  let last: { readonly given: Given; readonly answer: Answer } | null = null;
  return (...given) => {
    if (last?.given.every((each, at) => each === given[at])) return last.answer;
    const answer = ask(...given);
    last = { given, answer };
    return answer;
  };
}

// Patterns of one access that may match an action, known or not, which no single list of the other allows for sure.
function reachBeyond(one: Access, other: Access, effect: Statement['effect']): readonly AccessChange[] {
  const everywhere = other.get(keyOf({ effect, resource: '*', condition: noCondition }))?.lists ?? [];
  const namedEverywhere = namedIn(everywhere);
  const changes: AccessChange[] = [];
  for (const [key, { actions: _, lists, ...scope }] of one) {
    if (scope.effect !== effect) continue;
    const own = other.get(key)?.lists ?? [];
    // Most patterns stand on both sides as they are written: only the others are weighed.
    const named = own === everywhere ? namedEverywhere : namedIn(own);
    const isNamed = (pattern: string): boolean => {
      const folded = pattern.toLowerCase();
      return named.has(folded) || namedEverywhere.has(folded);
    };
    const allowed = own === everywhere ? own : [...own, ...everywhere];
    const beyond = lists.flatMap((list) => patternsBeyond(list, allowed, isNamed));
    if (beyond.length > 0) changes.push({ ...scope, actions: beyond });
  }
  return changes;
}

function namedIn(lists: readonly ActionList[]): ReadonlySet<string> {
  const named = new Set<string>();
  for (const { kind, patterns } of lists)
    if (kind === 'action') for (const pattern of patterns) named.add(pattern.toLowerCase());
  return named;
}

type ActionList = Statement['actions'];

function patternsBeyond(
  { kind, patterns }: ActionList,
  allowed: readonly ActionList[],
  isNamed: (pattern: string) => boolean,
): readonly string[] {
  if (kind === 'not-action') {
    const isWithin = allowed.some((list) =>
      list.kind === 'action'
        ? list.patterns.includes('*')
        : list.patterns.every((outer) => patterns.some((inner) => patternWithin(outer, inner))),
    );
    return isWithin ? [] : [`not ${JSON.stringify(patterns)}`];
  }
  return patterns.filter(
    (pattern) =>
      !isNamed(pattern) &&
      !allowed.some((list) =>
        list.kind === 'action'
          ? list.patterns.some((outer) => hasWildcard(outer) && patternWithin(pattern, outer))
          : !list.patterns.some((excluded) => patternsMeet(pattern, excluded)),
      ),
  );
}

// Within a pattern without wildcards lies itself alone, and that is named.
function hasWildcard(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?');
}

function keyOf({ effect, resource, condition }: AccessScope): string {
  return `${effect} ${resource} ${condition}`;
}

// Resources add up one by one; those of NotResource only together.
function resourceTexts({ resources }: Statement): readonly string[] {
  const unique = [...new Set(resources.patterns)].sort();
  return resources.kind === 'resource' ? unique : [`not ${JSON.stringify(unique)}`];
}

function conditionText(condition: Condition | null): string {
  if (condition === null) return noCondition;
  const sorted = <Value>(record: Readonly<Record<string, Value>>): [string, Value][] =>
    Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1));
  const operators = sorted(condition).map(([operator, keys]) => [
    operator,
    sorted(keys).map(([key, values]) => [key, [...new Set(values)].sort()]),
  ]);
  return JSON.stringify(operators);
}
