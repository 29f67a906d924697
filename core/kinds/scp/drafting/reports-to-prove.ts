import type { ChangeContent } from '../../../change/content/change.ts';
import type { AccessReport } from '../../../finding/access-report.ts';
import { type AccountMoves, accountsFromOutside } from '../../../finding/moves.ts';
import {
  accountsBelow,
  type Entity,
  entityOf,
  isWithin,
  type OrganizationTree,
} from '../../../organization/organization.ts';

/** The ids of the accounts below the targets that were not there when people decided. */
export function newcomersBelow(
  tree: OrganizationTree,
  { accountIds, targets }: ChangeContent,
): readonly string[] {
  const inside = targets.flatMap(({ id }) =>
    tree.entities.has(id) ? accountsBelow(tree, id).map((account) => account.id) : [],
  );
  return [...new Set(inside)].filter((id) => !accountIds.includes(id));
}

/** The targets that hold accounts, or all where none does, without those inside another target. Accounts below them that came from outside within the threshold too. */
export function entitiesToProve(
  tree: OrganizationTree,
  { targets }: ChangeContent,
  moves: AccountMoves,
): readonly Entity[] {
  const standing = targets.filter(({ id }) => tree.entities.has(id));
  const holding = standing.filter(({ id }) => accountsBelow(tree, id).length > 0);
  // Where the last account left, the targets are asked all the same: a proof rests on a report.
  const asked = holding.length > 0 ? holding : standing;
  const highest = asked.filter(
    ({ id }) => !asked.some((other) => other.id !== id && isWithin(tree, id, other.id)),
  );
  const fromOutside = highest.flatMap(({ id }) => accountsFromOutside(tree, moves, entityOf(tree, id)));
  const ids = new Set([...highest.map(({ id }) => id), ...fromOutside]);
  return [...ids].map((id) => entityOf(tree, id));
}

/** The entity that holds all targets, where it has to be asked as well, or null: a target whose own SCPs hide a row does not list it. */
export function entityAbove(
  tree: OrganizationTree,
  { confirmEntityId, services }: ChangeContent,
  reports: readonly AccessReport[],
): Entity | null {
  const missesRow = reports.some(
    (report) => report.status === 'completed' && services.some((service) => !report.rows.has(service)),
  );
  if (!missesRow || reports.some(({ entityId }) => entityId === confirmEntityId)) return null;
  return tree.entities.get(confirmEntityId) ?? null;
}
