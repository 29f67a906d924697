import type { Edit } from '../../change/content/edit.ts';
import type { AccessReport } from '../../finding/access-report.ts';
import type { AccountMoves } from '../../finding/moves.ts';
import type { OrganizationTree } from '../../organization/organization.ts';
import { parsePolicy } from '../../policy/document.ts';
import type { ServiceControlPolicy } from '../../policy/service-control-policy.ts';
import { denialOf, isStronger } from '../../policy/standing.ts';

/** What a review read that tells how an applied change fares. Times are epoch milliseconds. */
export interface WatchFacts {
  readonly tree: OrganizationTree;
  /** Accounts that moved within the threshold. */
  readonly moves: AccountMoves;
  readonly policies: readonly ServiceControlPolicy[];
  readonly reports: readonly AccessReport[];
  /** Nothing of it was read before. */
  readonly readSince: number;
  readonly now: number;
  /** When a change of ours wrote each SCP last, or began to, by policy id. */
  readonly ownWrites: ReadonlyMap<string, number>;
}

/** The services of a change that a text denies less than the text that was applied did. A text that cannot be read denies nothing for sure. */
export function noLongerDenied(
  text: string,
  { after, services }: Pick<Edit, 'after' | 'services'>,
): readonly string[] {
  const parsed = parsePolicy(text);
  if (!parsed.ok) return services;
  const applied = parsePolicy(after);
  return services.filter((service) => {
    const wanted = applied.ok ? denialOf(applied.value, service) : 'whole';
    return isStronger(wanted, denialOf(parsed.value, service));
  });
}
