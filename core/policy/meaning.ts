import { comparePolicies } from './difference.ts';
import type { Statement } from './document.ts';

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
  /** Statements that mean the same before and after. */
  readonly unchanged: number;
}

/** Reads an edit by its meaning; `before` is null for a new SCP. Throws for a text that does not parse. */
export function meaningOf(before: string | null, after: string): PolicyMeaning {
  const difference = comparePolicies(before, after);
  const added: string[] = [];
  const removed: string[] = difference.removedStatements.map((statement) => `statement ${nameOf(statement)}`);
  const otherwiseChanged: string[] = [];
  for (const statement of difference.addedStatements) {
    if (statement.effect === 'Deny' && statement.actions.kind === 'action')
      added.push(...statement.actions.patterns);
    else otherwiseChanged.push(`statement ${nameOf(statement)} added`);
  }
  for (const changed of difference.changedStatements) {
    // Only a statement of ours ever gets actions that are denied; in any other statement they might be allowed.
    const isOurs = changed.sid?.startsWith('DenyUnusedServices') ?? false;
    if (isOurs) added.push(...changed.addedActions);
    removed.push(...changed.removedActions);
    if (changed.otherwiseChanged || (!isOurs && changed.addedActions.length > 0))
      otherwiseChanged.push(`statement ${changed.sid ?? 'without a Sid'} changed`);
  }
  const { unchanged } = difference;
  const isBoth = (pattern: string): boolean => added.includes(pattern) && removed.includes(pattern);
  const toOthers = [...new Set(added.filter(isBoth))].sort();
  const fresh = added.filter((pattern) => !toOthers.includes(pattern)).sort();
  const gone = removed.filter((pattern) => !toOthers.includes(pattern));
  const others =
    unchanged === 0 ? '' : `, ${unchanged} other statement${unchanged === 1 ? '' : 's'} unchanged`;
  const parts = [
    ...(fresh.length > 0 || toOthers.length === 0 ? [`+${services(fresh)} denied`] : []),
    ...(toOthers.length > 0 ? [`${services(toOthers)} denied to others than before`] : []),
    gone.length === 0 ? 'nothing removed' : `${gone.length} removed`,
    ...otherwiseChanged,
  ];
  const summary = `${parts.join(', ')}${others}`;
  return { summary, added: fresh, toOthers, removed: gone, otherwiseChanged, unchanged };
}

function services(patterns: readonly string[]): string {
  return `${patterns.length} service${patterns.length === 1 ? '' : 's'}`;
}

function nameOf({ sid }: Statement): string {
  return sid ?? 'without a Sid';
}
