import type { Principal } from './account-identities.ts';
import { type AccountIndex, reachedBy } from './account-index.ts';
import type { IdentityReason } from './identity-refusal.ts';
import type { IdentityCase } from './judge.ts';
import type { Subject } from './subject.ts';

/** Why a subject is too young to be judged: nobody had the whole threshold to use anything by it. Null: it is old enough. */
export function youth(given: IdentityCase, subject: Subject): IdentityReason | null {
  const { index } = given;
  const { cutOff } = given.knowledge;
  if (subject.type === 'policy') {
    const bearers = index.bearers.get(subject.arn) ?? [];
    if (bearers.length === 0 || bearers.some((bearer) => isOld(index, bearer, cutOff))) return null;
    return young(`${subject.name} is borne only by identities that are younger than the threshold`);
  }
  const principal = index.principals.get(subject.arn);
  if (!principal || isOld(index, principal, cutOff)) return null;
  if (principal.type !== 'group') return young(`${subject.name} is younger than the threshold`);
  return young(`${subject.name}, or everybody in it, is younger than the threshold`);
}

/** Whether an identity existed before the cut-off (epoch ms); a group needs a member that did, too. */
export function isOld(index: AccountIndex, principal: Principal, cutOff: number): boolean {
  if (principal.createdAt >= cutOff) return false;
  return reachedBy(index, principal).some(({ createdAt }) => createdAt < cutOff);
}

/** Users and roles that an edit touches and that are younger than the threshold: their use counts, and they are told. */
export function youngAmong(given: IdentityCase, principals: readonly Principal[]): readonly string[] {
  return principals.filter(({ createdAt }) => createdAt >= given.knowledge.cutOff).map(({ name }) => name);
}

function young(detail: string): IdentityReason {
  return { code: 'NEW_PRINCIPAL', detail: `${detail}: nobody had the whole time to use anything by it` };
}
