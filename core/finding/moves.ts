import { dayMilliseconds } from '../base/limits.ts';
import { type Entity, isWithin, type OrganizationTree } from '../organization/organization.ts';
import type { NamedAccount } from './access-report.ts';

/** The former parents (ids of roots and OUs) of every account that is known to have moved, by account id. `unknownPlace` stands for a parent that nobody saw. */
export type AccountMoves = ReadonlyMap<string, ReadonlySet<string>>;

/** Where a look at the organization showed an account: its id and the id of its parent. */
export type AccountPlace = readonly [accountId: string, parentId: string];

/** A former parent that nobody saw: it lies inside no entity. */
export const unknownPlace = '';

/** A time in which nobody looked at the organization, epoch milliseconds. */
export interface UnseenTime {
  readonly from: number;
  readonly to: number;
}

/** How far back stored looks at the organization, and the one of now, show where its accounts were. */
export interface MovesWatched {
  /** The earliest look from which on none is missing, epoch milliseconds; null: there is no earlier look. */
  readonly movesKnownSince: number | null;
  /** The time before it in which nobody looked; null: the looks begin there. */
  readonly movesUnseen: UnseenTime | null;
}

/** So many whole days between two looks are the most: a monthly review, and one that waits for its turn, is enough. */
const mostDaysBetweenLooks = 31;

/**
 * Since when looks (epoch ms) followed each other closely. An account that came and went, or came from elsewhere after it
 * was created, between two looks far apart is where it was in both, or new in the later one.
 */
export function movesWatched(looks: readonly number[], now: number): MovesWatched {
  let since = now;
  for (const at of looks.toSorted((one, other) => other - one)) {
    if (since - at >= (mostDaysBetweenLooks + 1) * dayMilliseconds)
      return { movesKnownSince: since, movesUnseen: { from: at, to: since } };
    since = Math.min(since, at);
  }
  return { movesKnownSince: looks.length === 0 ? null : since, movesUnseen: null };
}

/** The moves of several sources together. */
export function mergeMoves(...sources: readonly AccountMoves[]): AccountMoves {
  const merged = new Map<string, Set<string>>();
  for (const source of sources)
    for (const [accountId, places] of source) for (const place of places) addMove(merged, accountId, place);
  return merged;
}

/** The place of every account of a tree. */
export function placesIn(tree: OrganizationTree): readonly AccountPlace[] {
  const places: AccountPlace[] = [];
  for (const { id, parentId, type } of tree.entities.values())
    if (type === 'account' && parentId !== null) places.push([id, parentId]);
  return places;
}

/** Accounts that two looks at the organization show otherwise, and the parents that they left or came to. */
export interface Moved {
  readonly accountIds: readonly string[];
  readonly parentIds: readonly string[];
}

/** The accounts that a later look shows under another parent than an earlier one: moved, new or gone. */
export function movedBetween(earlier: Iterable<AccountPlace>, later: Iterable<AccountPlace>): Moved {
  const before = new Map(earlier);
  const after = new Map(later);
  const accountIds = [...new Set([...before.keys(), ...after.keys()])].filter(
    (id) => before.get(id) !== after.get(id),
  );
  const parentIds = new Set(accountIds.flatMap((id) => [before.get(id) ?? [], after.get(id) ?? []].flat()));
  return { accountIds, parentIds: [...parentIds] };
}

/** The moves of accounts of a tree that earlier looks show. */
export function movesSeen(tree: OrganizationTree, looks: Iterable<Iterable<AccountPlace>>): AccountMoves {
  const moves = new Map<string, Set<string>>();
  for (const look of looks) {
    for (const [accountId, parentId] of look) {
      const account = tree.entities.get(accountId);
      if (accountId === tree.managementAccountId) continue;
      if (account && account.parentId !== parentId) addMove(moves, accountId, parentId);
    }
  }
  return moves;
}

/**
 * Where accounts came in that joined since the cut-off (epoch ms) and that no earlier look shows. An invited one was
 * outside, and one that was created began in the root (CreateAccount). Either may have worked elsewhere than below its
 * parent of now.
 */
export function placesBeforeLooks(
  tree: OrganizationTree,
  seen: ReadonlySet<string>,
  cutOff: number,
): AccountMoves {
  const moves = new Map<string, Set<string>>();
  for (const { id, invited, joinedAt, parentId } of tree.accounts) {
    const cameFrom = invited === true ? unknownPlace : tree.rootId;
    if (joinedAt > cutOff && !seen.has(id) && cameFrom !== parentId) addMove(moves, id, cameFrom);
  }
  return moves;
}

/** Adds the move that an account named in a row shows: AWS names it under a parent where the tree does not show it. */
export function addMoveOf(
  moves: Map<string, Set<string>>,
  tree: OrganizationTree,
  { id, parentId }: NamedAccount,
): void {
  const account = tree.entities.get(id);
  const isMember = account?.type === 'account' && id !== tree.managementAccountId;
  if (isMember && account.parentId !== parentId) addMove(moves, id, parentId ?? unknownPlace);
}

/**
 * The accounts below an entity that came from outside of it. AWS does not say where past use is counted after a move,
 * so a report of the entity may miss theirs. A move inside the entity crosses no border, nor does any that of an account.
 */
export function accountsFromOutside(
  tree: OrganizationTree,
  moves: AccountMoves,
  entity: Entity,
): readonly string[] {
  if (entity.type === 'account') return [];
  const isInside = (id: string): boolean => tree.entities.has(id) && isWithin(tree, id, entity.id);
  return [...moves.keys()].filter(
    (accountId) => isInside(accountId) && ![...(moves.get(accountId) ?? [])].every(isInside),
  );
}

function addMove(moves: Map<string, Set<string>>, accountId: string, place: string): void {
  const places = moves.get(accountId) ?? new Set<string>();
  moves.set(accountId, places.add(place));
}
