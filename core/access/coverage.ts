import type { Entity } from './organization.ts';

/** Which member accounts a set of entities reaches together, as sorted runs of account indexes that neither touch nor overlap. */
export interface Coverage {
  readonly firsts: readonly number[];
  readonly ends: readonly number[];
}

/** Joins the account ranges of entities, in any order. */
export function coverageOf(entities: readonly Entity[]): Coverage {
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
  return { firsts, ends };
}

/** Whether every member account below an entity is reached. One that holds no account is always reached. */
export function covers({ firsts, ends }: Coverage, { firstAccount, endAccount }: Entity): boolean {
  if (firstAccount === endAccount) return true;
  // The last run that starts at or before the entity: no other can hold its first account.
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((firsts[middle] ?? 0) <= firstAccount) low = middle + 1;
    else high = middle;
  }
  return (ends[low - 1] ?? 0) >= endAccount;
}
