import type { AccessReport } from '../finding/access-report.ts';
import { type AccountPlace, mergeMoves, movesSeen, placesIn } from '../finding/moves.ts';
import { chainOf, type OrganizationTree } from '../organization/organization.ts';
import type { ReviewFacts } from './review-facts.ts';

/** Accounts that two looks at the organization show otherwise, and the parents that they left or came to. */
export interface Moved {
  readonly accountIds: readonly string[];
  readonly parentIds: readonly string[];
}

/** The accounts that a later look shows under another parent than the tree: moved, new or gone. */
export function movedBetween(tree: OrganizationTree, later: Iterable<AccountPlace>): Moved {
  const parents = new Map(later);
  const accountIds = new Set<string>();
  const parentIds = new Set<string>();
  for (const [accountId, parentId] of placesIn(tree)) {
    const now = parents.get(accountId);
    if (now === parentId) continue;
    accountIds.add(accountId);
    parentIds.add(parentId);
    if (now !== undefined) parentIds.add(now);
  }
  for (const [accountId, parentId] of parents) {
    if (tree.entities.has(accountId)) continue;
    accountIds.add(accountId);
    parentIds.add(parentId);
  }
  return { accountIds: [...accountIds], parentIds: [...parentIds] };
}

/**
 * The facts after accounts moved while the reports ran: `look` saw it, then the organization was read `anew`. Reports of
 * entities that an account left or came to are dropped, to be asked again; in the last round they stay unknown. An
 * account that was seen under two parents counts as moved: AWS may count its past use at the place that it left.
 */
export function afterSecondLook(
  facts: ReviewFacts,
  look: Iterable<AccountPlace>,
  anew: Pick<ReviewFacts, 'tree' | 'policies' | 'trustedServicePrincipals'> & Partial<ReviewFacts>,
  isLast: boolean,
): ReviewFacts {
  const seen = [...look];
  const moved = movedBetween(facts.tree, seen);
  // Between the look and the new reading more may have moved.
  const between = movedBetween(facts.tree, placesIn(anew.tree));
  const parentIds = new Set([...moved.parentIds, ...between.parentIds]);
  const accountIds = [...new Set([...moved.accountIds, ...between.accountIds])];
  const touched = new Set(accountIds);
  for (const tree of [facts.tree, anew.tree]) {
    for (const parentId of parentIds)
      if (tree.entities.has(parentId)) for (const { id } of chainOf(tree, parentId)) touched.add(id);
  }
  const movesNow = movesSeen(anew.tree, [placesIn(facts.tree), seen]);
  return {
    ...facts,
    ...anew,
    moves: mergeMoves(facts.moves, movesNow),
    movesDuringReview: mergeMoves(facts.movesDuringReview, movesNow),
    reports: facts.reports.flatMap((report) => {
      if (!touched.has(report.entityId)) return [report];
      return isLast ? [unknownReport(report.entityId)] : [];
    }),
    unsettledAccountIds: isLast ? accountIds.filter((id) => anew.tree.entities.has(id)) : [],
  };
}

function unknownReport(entityId: string): AccessReport {
  const message = 'accounts moved below it while the reports ran, twice in a row';
  return { status: 'failed', entityId, failure: { code: 'MOVED_ACCOUNT', message } };
}
