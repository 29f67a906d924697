import { patternsMeet, patternWithin } from '../base/pattern-relations.ts';
import { type ActionSet, namesIn, remainderOf, without } from './action-set.ts';
import type { ActionUniverse } from './action-universe.ts';
import type { Statement } from './document.ts';
import { type Access, type AccessScope, deniedEverywhere, keyOfEverywhere } from './identity-access.ts';

/** Actions that differ in one scope: known ones by name, and patterns that reach beyond the known ones. */
export interface AccessChange extends AccessScope {
  readonly actions: readonly string[];
}

/** What a change of policies does to the access of one principal. Nothing in any list: the access is the same. */
export interface AccessComparison {
  /** Allowed after and not before; must be empty for an edit that only takes away. */
  readonly widened: readonly AccessChange[];
  /** Allowed before and not after, neither in the same scope nor on `*` without a condition; what was denied always and everywhere is no loss. */
  readonly lost: readonly AccessChange[];
  /** Denied before and not after. */
  readonly deniesLost: readonly AccessChange[];
  /** Denied after and not before. */
  readonly deniesAdded: readonly AccessChange[];
}

/** Compares the access of one principal before and after, over every action of the universe and, by the patterns, over those to come. */
export function compareAccess(universe: ActionUniverse, before: Access, after: Access): AccessComparison {
  return {
    widened: [...differences(universe, after, before, 'Allow'), ...reachBeyond(after, before, 'Allow')],
    lost: lossesOf(universe, before, after),
    deniesLost: [...differences(universe, before, after, 'Deny'), ...reachBeyond(before, after, 'Deny')],
    deniesAdded: [...differences(universe, after, before, 'Deny'), ...reachBeyond(after, before, 'Deny')],
  };
}

// What was denied always and everywhere is no loss; what a new such Deny stands above is one, whatever Allow stays.
function lossesOf(universe: ActionUniverse, before: Access, after: Access): readonly AccessChange[] {
  const hidden = deniedEverywhere(before);
  const stopped = remainderOf(deniedEverywhere(after), [hidden]);
  if (stopped.length === 0) return differences(universe, before, after, 'Allow', [hidden]);
  const standing = new Map(
    [...after].map(([key, part]) => {
      return [key, part.effect === 'Deny' ? part : { ...part, actions: without(part.actions, stopped) }];
    }),
  );
  return differences(universe, before, standing, 'Allow', [hidden]);
}

// What one access has that the other has neither in the same scope nor always and everywhere, less what is left out.
function differences(
  universe: ActionUniverse,
  one: Access,
  other: Access,
  effect: Statement['effect'],
  leftOut: readonly ActionSet[] = [],
): readonly AccessChange[] {
  const everywhere = other.get(keyOfEverywhere(effect));
  const remainder = rememberingLast(
    (actions: ActionSet, ...covering: readonly (ActionSet | undefined)[]): readonly string[] => {
      const sets = covering.filter((set) => set !== undefined);
      return namesIn(universe, remainderOf(actions, [...sets, ...leftOut]));
    },
  );
  const changes: AccessChange[] = [];
  for (const [key, { actions, condition, effect: given, resource }] of one) {
    if (given !== effect) continue;
    const same = other.get(key)?.actions;
    if (same === actions) continue;
    const left = remainder(actions, same, everywhere?.actions);
    if (left.length > 0) changes.push({ effect, resource, condition, actions: left });
  }
  return changes;
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
  const everywhere = other.get(keyOfEverywhere(effect))?.lists ?? [];
  const beyond = rememberingLast((lists: readonly ActionList[], own: readonly ActionList[] | undefined) => {
    // Most lists stand on both sides, and most patterns of the others: only what remains is weighed.
    const changed = lists.filter((list) => !own?.includes(list));
    if (changed.length === 0) return [];
    const allowed = own === undefined || own === everywhere ? everywhere : [...own, ...everywhere];
    const named = namedIn(allowed);
    return changed.flatMap((list) => patternsBeyond(list, allowed, named));
  });
  const changes: AccessChange[] = [];
  for (const [key, { condition, effect: given, lists, resource }] of one) {
    if (given !== effect) continue;
    const actions = beyond(lists, other.get(key)?.lists);
    if (actions.length > 0) changes.push({ effect, resource, condition, actions });
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
  named: ReadonlySet<string>,
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
      !named.has(pattern.toLowerCase()) &&
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
