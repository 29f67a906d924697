import type { Stores } from '../adapters/store-ports.ts';
import { openChangeFrom, putOffFrom } from '../core/change/put-off.ts';
import { changeStatuses } from '../core/change/state.ts';
import { policyIdOf } from '../core/change/watch-facts.ts';
import { dayMilliseconds } from '../core/limits.ts';
import type { OpenChange, PutOff } from '../core/policy/placing.ts';
import type { ReviewRequest } from '../core/review-facts.ts';
import type { History } from './collect.ts';
import type { Ground } from './ground.ts';

/** What earlier reviews and decisions know: accounts that moved within the threshold, namespaces seen long ago, changes that wait, decisions against changes. */
export async function readHistory(stores: Stores, ground: Ground, request: ReviewRequest): Promise<History> {
  const cutOff = request.asOf - request.thresholdDays * dayMilliseconds;
  const [older, past, changes] = await Promise.all([
    stores.reviews.reviewsOlderThan(ground.tree.id, cutOff),
    readPast(stores, ground, request),
    readChanges(stores, ground, request),
  ]);
  return { namespacesSeenBefore: new Set(older.flatMap((review) => review.namespaces)), ...past, ...changes };
}

/** The part of the history that a proof rests on: moves and exemptions. It needs no other change, so a damaged one stands in nobody's way. */
export async function readPast(
  stores: Stores,
  ground: Pick<Ground, 'tree'>,
  request: Pick<ReviewRequest, 'asOf' | 'thresholdDays'>,
): Promise<Pick<History, 'movedAccountIds' | 'movesKnownSince' | 'exemptions'>> {
  const cutOff = request.asOf - request.thresholdDays * dayMilliseconds;
  const [recent, exemptions] = await Promise.all([
    stores.reviews.reviewsSince(ground.tree.id, cutOff),
    stores.exemptions.listActive(ground.tree.id, request.asOf),
  ]);
  const moved = new Set<string>();
  let movesKnownSince: number | null = null;
  for (const review of recent) {
    const parents = await stores.reviews.loadTree(review.id);
    if (parents === null) continue;
    movesKnownSince = Math.min(review.asOf, movesKnownSince ?? review.asOf);
    for (const [accountId, parentId] of parents) {
      const entity = ground.tree.entities.get(accountId);
      if (entity && entity.parentId !== parentId) moved.add(accountId);
    }
  }
  return {
    movedAccountIds: [...moved].sort(),
    movesKnownSince,
    exemptions: exemptions.map(({ entity, service, reason, owner, until }) => {
      return { entity, service, reason, owner, until };
    }),
  };
}

async function readChanges(
  stores: Stores,
  ground: Pick<Ground, 'tree'>,
  request: ReviewRequest,
): Promise<Pick<History, 'openChanges' | 'putOff' | 'writtenPolicyIds'>> {
  const rest = request.configuration.rejectionDays * dayMilliseconds;
  const openChanges: OpenChange[] = [];
  const putOff: PutOff[] = [];
  const writtenPolicyIds: string[] = [];
  const living = changeStatuses.filter(
    (status) => !['applied', 'apply-failed', 'expired', 'superseded'].includes(status),
  );
  for (const { id, organizationId } of await stores.changes.listByStatus(living)) {
    if (organizationId !== ground.tree.id) continue;
    const stored = await stores.changes.load(id);
    if (!stored) continue;
    const written = policyIdOf(stored.record);
    if (written !== null) writtenPolicyIds.push(written);
    const open = openChangeFrom(stored.record);
    if (open) openChanges.push(open);
    const off = putOffFrom(stored.record, rest);
    if (off && off.until > request.asOf) putOff.push(off);
  }
  for (const { id, organizationId } of await stores.changes.listByStatus(['applied', 'apply-failed'])) {
    if (organizationId !== ground.tree.id) continue;
    // One that cannot be read stands in nobody's way: the watch names it.
    const stored = await stores.changes.load(id).catch(() => null);
    const policyId = stored && policyIdOf(stored.record);
    if (policyId) writtenPolicyIds.push(policyId);
  }
  return { openChanges, putOff, writtenPolicyIds };
}
