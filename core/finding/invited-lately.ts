import { isoDay } from '../base/iso-time.ts';
import { rememberedFor } from '../base/remembered.ts';
import { type Account, type Entity, nameWithId } from '../organization/organization.ts';
import type { Knowledge } from './knowledge.ts';

/**
 * The first ACTIVE account below an entity that joined by invitation since the cut-off, or null. What it used before,
 * AWS's reports of this organization may not show. An account that AWS created here did all that it ever did in their sight.
 */
export function invitedLately(
  knowledge: Knowledge,
  { endAccount, firstAccount }: Pick<Entity, 'endAccount' | 'firstAccount'>,
): Account | null {
  const index = nextInvited(knowledge)[firstAccount] ?? endAccount;
  return index < endAccount ? (knowledge.tree.accounts[index] ?? null) : null;
}

/** The place of the next such account from each place in the tree's list on. */
const nextInvited = rememberedFor(({ cutOff, tree: { accounts } }: Knowledge): Int32Array => {
  const next = new Int32Array(accounts.length + 1).fill(accounts.length);
  for (let index = accounts.length - 1; index >= 0; index -= 1) {
    const { invited, joinedAt, state } = accounts[index] as Account;
    const counts = invited === true && state === 'ACTIVE' && joinedAt > cutOff;
    next[index] = counts ? index : (next[index + 1] ?? accounts.length);
  }
  return next;
});

/** Why a service stays for the sake of such an account, for people. `asOf` in epoch milliseconds. */
export function invitedWords(account: Account, { cutOff }: Pick<Knowledge, 'cutOff'>, asOf: number): string {
  const until = isoDay(account.joinedAt + asOf - cutOff);
  return `${nameWithId(account)} joined by invitation on ${isoDay(account.joinedAt)}: what it used before, AWS's reports of this organization may not show. It is judged from ${until} on`;
}
