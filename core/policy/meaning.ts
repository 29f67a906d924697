import { comparePolicies } from './difference.ts';
import type { Statement } from './document.ts';

/** What an edit of an SCP means, for people. */
export interface PolicyMeaning {
  /** One line: `+2 services denied, nothing removed, 1 other statement unchanged`. */
  readonly summary: string;
  /** Action patterns that are denied after the edit and were not named before, sorted: `lex:*`. */
  readonly added: readonly string[];
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
  const others =
    unchanged === 0 ? '' : `, ${unchanged} other statement${unchanged === 1 ? '' : 's'} unchanged`;
  const summary = `+${added.length} service${added.length === 1 ? '' : 's'} denied, ${removed.length === 0 ? 'nothing removed' : `${removed.length} removed`}${otherwiseChanged.length > 0 ? `, ${otherwiseChanged.join(', ')}` : ''}${others}`;
  return { summary, added: added.sort(), removed, otherwiseChanged, unchanged };
}

function nameOf({ sid }: Statement): string {
  return sid ?? 'without a Sid';
}
