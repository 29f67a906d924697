import type { Stores } from '../adapters/store-ports.ts';
import { dayMilliseconds } from '../core/base/limits.ts';
import type { OpenChange, Suppression } from '../core/change/deciding/suppression.ts';
import { openChangeFrom, restsOf, suppressionsFrom } from '../core/change/deciding/suppression.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import { type ChangeStatus, changeStatuses } from '../core/change/life/state.ts';
import type { AllowedMemory } from '../core/finding/allowed-memory.ts';
import {
  type AccountMoves,
  mergeMoves,
  movesSeen,
  movesWatched,
  placesBeforeLooks,
} from '../core/finding/moves.ts';
import { rememberedUse } from '../core/finding/remembered-use.ts';
import { cameBack, type SeenUse, type UseSpan } from '../core/finding/seen-use.ts';
import { kindOf } from '../core/kinds/kinds.ts';
import { standsByPolicy } from '../core/kinds/scp/ours/fold-writes.ts';
import { policyIdOf } from '../core/kinds/scp/ours/own-policy.ts';
import { standingExemptions } from '../core/kinds/scp/ours/standing-exemptions.ts';
import { keptExemptionsIn } from '../core/kinds/scp/proposing/exemption-ends.ts';
import { appliedEditFrom } from '../core/kinds/scp/watching/put-back.ts';
import type { ReviewRequest } from '../core/review/review-facts.ts';
import type { History } from './collect.ts';
import { readExemptions } from './exemptions.ts';
import type { OrganizationSnapshot } from './organization-snapshot.ts';

/** What earlier reviews and decisions know: accounts that moved within the threshold, namespaces seen long ago, changes that wait, decisions against changes. */
export async function readHistory(
  stores: Stores,
  snapshot: OrganizationSnapshot,
  request: ReviewRequest,
): Promise<History> {
  const cutOff = request.asOf - request.thresholdDays * dayMilliseconds;
  const [older, past, changes] = await Promise.all([
    stores.reviews.reviewsOlderThan(snapshot.tree.id, cutOff),
    readPast(stores, snapshot, request),
    readChanges(stores, snapshot, request),
  ]);
  const namespacesSeenBefore = new Set(older.flatMap((review) => review.namespaces));
  return {
    namespacesSeenBefore,
    ...past,
    ...changes,
    waitingSince: past.evidence.waitingSince,
    askedBefore: new Map([...past.evidence.notes].map(([id, { completedAt }]) => [id, completedAt])),
  };
}

/** What a proof rests on beside what is read anew. */
interface Past
  extends Pick<
    History,
    'moves' | 'movesKnownSince' | 'movesUnseen' | 'namespacesSeen' | 'exemptions' | 'evidence' | 'remembered'
  > {
  readonly allowedBefore: AllowedMemory;
  /** What came back after a quiet time. */
  readonly seenUse: SeenUse;
}

/** The part of the history that a proof rests on: moves, exemptions, and what reviews saw of use and of SCPs. A change that is damaged stands in nobody's way. */
export async function readPast(
  stores: Stores,
  snapshot: Pick<OrganizationSnapshot, 'tree'>,
  request: Pick<ReviewRequest, 'asOf' | 'thresholdDays'>,
): Promise<Past> {
  const cutOff = request.asOf - request.thresholdDays * dayMilliseconds;
  const [recent, older, exemptions, use, evidence] = await Promise.all([
    stores.reviews.reviewsSince(snapshot.tree.id, cutOff),
    stores.reviews.reviewsOlderThan(snapshot.tree.id, cutOff),
    readExemptions(stores, snapshot.tree.id, request.asOf),
    readUse(stores, snapshot.tree.id, cutOff),
    stores.evidence.load(snapshot.tree.id),
  ]);
  let moves: AccountMoves = new Map();
  const looks: number[] = [];
  const seen = new Set<string>();
  // Newest first. The last tree before the cut-off is compared too: without it nobody sees what moved between the cut-off and the first tree after it.
  for (const review of [...recent, ...older]) {
    const look = await stores.reviews.loadTree(review.id);
    if (look === null) continue;
    looks.push(review.asOf);
    for (const [accountId] of look) seen.add(accountId);
    moves = mergeMoves(moves, movesSeen(snapshot.tree, [look]));
    if (review.asOf <= cutOff) break;
  }
  // Without any look the certificate says itself that no move can be seen.
  if (looks.length > 0) moves = mergeMoves(moves, placesBeforeLooks(snapshot.tree, seen, cutOff));
  return {
    ...use,
    evidence,
    allowedBefore: evidence.allowed,
    moves,
    ...movesWatched(looks, request.asOf),
    namespacesSeen: new Set(recent.flatMap(({ namespaces }) => namespaces)),
    exemptions: exemptions.map(({ entity, service, reason, owner, until }) => {
      return { entity, service, reason, owner, until };
    }),
  };
}

/** What counts of what reviews saw of use. The whole of it is never in memory. */
async function readUse(stores: Stores, organizationId: string, cutOff: number) {
  const back: (readonly [string, ReadonlyMap<string, readonly UseSpan[]>])[] = [];
  const used: (readonly [string, ReadonlyMap<string, number>])[] = [];
  for (const seen of await stores.seasons.load(organizationId)) {
    back.push(...cameBack(seen));
    used.push(...rememberedUse(seen, cutOff));
  }
  return { seenUse: new Map(back), remembered: new Map(used) };
}

async function readChanges(
  stores: Stores,
  snapshot: Pick<OrganizationSnapshot, 'tree' | 'policies'>,
  request: ReviewRequest,
): Promise<
  Pick<
    History,
    | 'openChanges'
    | 'suppressions'
    | 'standingExemptions'
    | 'keptExemptions'
    | 'appliedEdits'
    | 'writtenPolicyIds'
  >
> {
  const rests = restsOf({ ...request.configuration, thresholdDays: request.thresholdDays });
  const openChanges: OpenChange[] = [];
  const suppressions: Suppression[] = [];
  const records: ChangeRecord[] = [];
  for (const { id, organizationId, revision, status } of await stores.changes.listByStatus(changeStatuses)) {
    const isOver = status === 'expired' || status === 'superseded';
    // An earlier revision of what is over may have been written.
    if (organizationId !== snapshot.tree.id || (isOver && revision === 1)) continue;
    const record = await (isOver || mayFail.includes(status)
      ? readWritten(stores, id)
      : readRecord(stores, id));
    if (!record || kindOf(record.content).proposedBy !== 'organization') continue;
    records.push(record);
    const open = openChangeFrom(record);
    if (open) openChanges.push(open);
    suppressions.push(...suppressionsFrom(record, rests).filter(({ until }) => until > request.asOf));
  }
  // The organization was read after the review began, which is the instant that a review with a history judges from.
  const facts = { stands: standsByPolicy(records), readSince: request.asOf };
  return {
    openChanges,
    suppressions,
    standingExemptions: standingExemptions(records),
    keptExemptions: keptExemptionsIn(records, rests),
    appliedEdits: records.flatMap((record) => appliedEditFrom(record, facts) ?? []),
    writtenPolicyIds: records.flatMap((record) => policyIdOf(record) ?? []),
  };
}

async function readRecord(stores: Stores, id: string): Promise<ChangeRecord | null> {
  return (await stores.changes.load(id))?.record ?? null;
}

/** Changes that wrote or may have written an SCP: one that cannot be read stands in no review's way, the watch of the same review names it. */
const mayFail: readonly ChangeStatus[] = ['applied', 'apply-failed'];

async function readWritten(stores: Stores, id: string): Promise<ChangeRecord | null> {
  return readRecord(stores, id).catch(() => null);
}
