import { countsAmongFirst } from '../base/lists.ts';
import { rememberedFor } from '../base/remembered.ts';
import type { Account, Entity } from '../organization/organization.ts';
import type { Knowledge } from './knowledge.ts';

/** Whether an account had the whole threshold (its cut-off in epoch ms) to use something and can still lose it: ACTIVE, and a member since before the cut-off. */
function isJudgeable({ joinedAt, state }: Account, cutOff: number): boolean {
  return state === 'ACTIVE' && joinedAt < cutOff;
}

/** How many such accounts lie below an entity. Where there is none, nobody's "not used" says anything: nothing is found there, and nothing is drafted for it alone. */
export function judgeableBelow(
  knowledge: Knowledge,
  { endAccount, firstAccount }: Pick<Entity, 'endAccount' | 'firstAccount'>,
): number {
  const counts = judgeableAmongFirst(knowledge);
  return (counts[endAccount] ?? 0) - (counts[firstAccount] ?? 0);
}

/** How many of the first n accounts are judgeable, at index n. */
const judgeableAmongFirst = rememberedFor(({ cutOff, tree }: Knowledge) =>
  countsAmongFirst(tree.accounts, (account) => isJudgeable(account, cutOff)),
);
