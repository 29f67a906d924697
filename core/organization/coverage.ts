import { activeAccountsBelow, activeBetween, type Entity, type OrganizationTree } from './organization.ts';

/** Which member accounts a set of entities reaches together, as sorted runs of account indexes that neither touch nor overlap. */
export interface Coverage {
  readonly tree: OrganizationTree;
  readonly firsts: readonly number[];
  readonly ends: readonly number[];
  /** How many ACTIVE accounts the runs before each hold. */
  readonly activeBefore: readonly number[];
}

/** Joins the account ranges of entities of a tree, in any order. */
export function coverageOf(tree: OrganizationTree, entities: readonly Entity[]): Coverage {
  const holding = entities.filter(({ firstAccount, endAccount }) => firstAccount < endAccount);
  holding.sort((a, b) => a.firstAccount - b.firstAccount);
  const firsts: number[] = [];
  const ends: number[] = [];
  for (const { firstAccount, endAccount } of holding) {
    const last = ends.at(-1);
    if (last !== undefined && firstAccount <= last) ends[ends.length - 1] = Math.max(last, endAccount);
    else {
      firsts.push(firstAccount);
      ends.push(endAccount);
    }
  }
  const activeBefore: number[] = [];
  let active = 0;
  for (const [run, firstAccount] of firsts.entries()) {
    activeBefore.push(active);
    active += activeBetween(tree, firstAccount, ends[run] ?? 0);
  }
  return { tree, firsts, ends, activeBefore };
}

/** Whether every ACTIVE member account below an entity is reached. One that holds none is always reached. */
export function covers(coverage: Coverage, entity: Entity): boolean {
  const reached = activeUpTo(coverage, entity.endAccount) - activeUpTo(coverage, entity.firstAccount);
  return reached === activeAccountsBelow(coverage.tree, entity);
}

/** Whether an account outside of an entity is reached. */
export function reachesOutside({ ends, firsts }: Coverage, entity: Entity): boolean {
  const last = ends.at(-1);
  return last !== undefined && ((firsts[0] ?? 0) < entity.firstAccount || last > entity.endAccount);
}

/** How many ACTIVE accounts with an index below the given one are reached. */
function activeUpTo({ tree, firsts, ends, activeBefore }: Coverage, index: number): number {
  // The last run that starts before the index: those before it count whole, those after it not at all.
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((firsts[middle] ?? 0) < index) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return 0;
  const end = Math.min(ends[low - 1] ?? 0, index);
  return (activeBefore[low - 1] ?? 0) + activeBetween(tree, firsts[low - 1] ?? 0, end);
}
