import { isoDay } from '../base/iso-time.ts';
import { type Account, type Entity, nameWithId } from '../organization/organization.ts';
import type { Knowledge } from './knowledge.ts';

const known = new WeakMap<Knowledge, readonly (readonly [index: number, account: Account])[]>();

/**
 * The first ACTIVE account below an entity that joined by invitation since the cut-off, or null. What it used before,
 * AWS's reports of this organization may not show. An account that AWS created here did all that it ever did in their sight.
 */
export function invitedLately(
  knowledge: Knowledge,
  { endAccount, firstAccount }: Pick<Entity, 'endAccount' | 'firstAccount'>,
): Account | null {
  const all = known.get(knowledge) ?? findInvited(knowledge);
  known.set(knowledge, all);
  return all.find(([index]) => index >= firstAccount && index < endAccount)?.[1] ?? null;
}

function findInvited({ cutOff, tree: { accounts } }: Knowledge) {
  return [...accounts.entries()].filter(
    ([, { invited, joinedAt, state }]) => invited === true && state === 'ACTIVE' && joinedAt > cutOff,
  );
}

/** Why a service stays for the sake of such an account, for people. `asOf` in epoch milliseconds. */
export function invitedWords(account: Account, { cutOff }: Pick<Knowledge, 'cutOff'>, asOf: number): string {
  const until = isoDay(account.joinedAt + asOf - cutOff);
  return `${nameWithId(account)} joined by invitation on ${isoDay(account.joinedAt)}: what it used before, AWS's reports of this organization may not show. It is judged from ${until} on`;
}
