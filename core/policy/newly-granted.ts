import { globMatches } from '../base/matching.ts';
import { patternWithin } from '../base/pattern-relations.ts';
import { type AccessChange, compareAccess } from './access-comparison.ts';
import type { ActionUniverse } from './action-universe.ts';
import { type Access, type AccessScope, together } from './identity-access.ts';

/** Actions by name, and patterns that reach beyond the known ones. */
export interface NewlyGranted {
  /** Allowed by the later policy, and by the earlier one not, on fewer resources, or only under a condition. */
  readonly allowed: readonly string[];
  /** Denied by the earlier policy, and no longer as much by the later one. */
  readonly undenied: readonly string[];
}

/** What a later policy grants that an earlier one did not. */
export function newlyGranted(universe: ActionUniverse, earlier: Access, later: Access): NewlyGranted {
  const { widened } = compareAccess(universe, seenFrom(earlier, later), later);
  const { deniesLost } = compareAccess(universe, earlier, seenFrom(later, earlier));
  return { allowed: actionsIn(widened), undenied: actionsIn(deniesLost) };
}

function actionsIn(changes: readonly AccessChange[]): readonly string[] {
  return [...new Set(changes.flatMap(({ actions }) => actions))];
}

/** One access, and what it says in the scopes of another one: what holds on more resources, or without the condition, holds there too. */
function seenFrom(access: Access, other: Access): Access {
  const parts = [...access.values()].map((part) => ({ part, start: literalStart(part.resource) }));
  const within = [...other].flatMap(([key, { condition, effect, resource }]) => {
    const scope = { effect, resource, condition };
    const own = access.get(key);
    const wider = parts.filter(
      // Most pairs part here: nothing else is as quick.
      ({ part, start }) => part !== own && resource.startsWith(start) && takesIn(part, scope),
    );
    return wider.map(({ part }) => new Map([[key, { ...part, ...scope }]]));
  });
  return within.length === 0 ? access : together([access, ...within]);
}

function takesIn(wide: AccessScope, narrow: AccessScope): boolean {
  if (wide.effect !== narrow.effect) return false;
  if (wide.condition !== 'null' && wide.condition !== narrow.condition) return false;
  return wide.resource === narrow.resource || isWithinResource(narrow.resource, wide.resource);
}

function isWithinResource(narrow: string, wide: string): boolean {
  if (/^\*+$/.test(wide)) return true;
  // NotResource is one text for all of its patterns.
  if (wide.startsWith('not ') || narrow.startsWith('not ')) return false;
  // Letter case counts in resources, and does not in `patternWithin`.
  return globMatches(wide, narrow) && patternWithin(narrow, wide);
}

/** What whatever the pattern takes in begins with: letter case counts. A `NotResource` takes in itself alone. */
function literalStart(pattern: string): string {
  if (pattern.startsWith('not ')) return pattern;
  const at = pattern.search(/[*?]/);
  return at < 0 ? pattern : pattern.slice(0, at);
}
