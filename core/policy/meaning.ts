import { counted } from '../base/counted.ts';
import { sortedUnique } from '../base/lists.ts';
import { comparePolicies, scopeOf } from './difference.ts';
import { parsePolicy, type Statement } from './document.ts';

/** What an edit of an SCP means, for people. */
export interface PolicyMeaning {
  /** One line: `+2 services denied, nothing removed, 1 other statement unchanged`. */
  readonly summary: string;
  /** Action patterns that are denied after the edit and were not named before, sorted: `lex:*`. */
  readonly added: readonly string[];
  /** Action patterns that are denied before and after, but not to the same: by a statement with another condition, sorted. */
  readonly toOthers: readonly string[];
  /** Action patterns and statements that the edit takes away, as they are shown. */
  readonly removed: readonly string[];
  /** Changes other than to a list of actions, as they are shown. */
  readonly otherwiseChanged: readonly string[];
}

/** Reads an edit by its meaning; `before` is null for a new SCP. Throws for a text that does not parse. */
export function meaningOf(before: string | null, after: string): PolicyMeaning {
  const difference = comparePolicies(before, after);
  const was = deniedScopes(before);
  const is = deniedScopes(after);
  const hasOtherScope = (pattern: string): boolean =>
    was.has(pattern) && is.has(pattern) && was.get(pattern) !== is.get(pattern);
  const touched: string[] = [];
  const removed: string[] = difference.removedStatements.flatMap((statement) =>
    denies(statement) && statement.actions.patterns.every((pattern) => is.has(pattern))
      ? []
      : [`statement ${nameOf(statement)}`],
  );
  const otherwiseChanged: string[] = [];
  for (const statement of difference.addedStatements) {
    if (denies(statement)) touched.push(...statement.actions.patterns);
    else otherwiseChanged.push(`statement ${nameOf(statement)} added`);
  }
  for (const {
    addedActions,
    otherwiseChanged: isOther,
    removedActions,
    sid,
    statement,
  } of difference.changedStatements) {
    const isDeny = denies(statement);
    const isOurs = isDeny && hasOurName(sid);
    if (isOurs) touched.push(...statement.actions.patterns);
    if (isDeny) touched.push(...removedActions);
    removed.push(...removedActions.filter((pattern) => !(isDeny && is.has(pattern))));
    const isTold = isOurs && statement.actions.patterns.some(hasOtherScope);
    if (isOurs ? isOther && !isTold : isOther || addedActions.length > 0)
      otherwiseChanged.push(`statement ${sid ?? 'without a Sid'} changed`);
  }
  const { unchanged } = difference;
  const fresh = sortedUnique(touched.filter((pattern) => is.has(pattern) && !was.has(pattern)));
  const toOthers = sortedUnique(touched.filter(hasOtherScope));
  const others = unchanged === 0 ? '' : `, ${counted(unchanged, 'other statement')} unchanged`;
  const parts = [
    ...(fresh.length > 0 || toOthers.length === 0 ? [`+${services(fresh)} denied`] : []),
    ...(toOthers.length > 0 ? [`${services(toOthers)} denied to others than before`] : []),
    removed.length === 0 ? 'nothing removed' : `${removed.length} removed`,
    ...otherwiseChanged,
  ];
  const summary = `${parts.join(', ')}${others}`;
  return { summary, added: fresh, toOthers, removed, otherwiseChanged };
}

/** Only a statement of ours ever gets actions that are denied; in any other statement they might be allowed. */
function hasOurName(sid: string | null): boolean {
  return sid?.startsWith('DenyUnusedServices') ?? false;
}

/** The action patterns that a text denies, each with the scopes in which it does. */
function deniedScopes(text: string | null): ReadonlyMap<string, string> {
  const parsed = text === null ? null : parsePolicy(text);
  const scopes = new Map<string, Set<string>>();
  for (const statement of parsed?.ok ? parsed.value.statements.filter(denies) : [])
    for (const pattern of statement.actions.patterns)
      scopes.set(pattern, (scopes.get(pattern) ?? new Set()).add(scopeOf(statement)));
  return new Map([...scopes].map(([pattern, found]) => [pattern, [...found].sort().join(' ')]));
}

function denies({ actions, effect }: Statement): boolean {
  return effect === 'Deny' && actions.kind === 'action';
}

function services(patterns: readonly string[]): string {
  return `${patterns.length} service${patterns.length === 1 ? '' : 's'}`;
}

function nameOf({ sid }: Statement): string {
  return sid ?? 'without a Sid';
}
