import type { Principal } from './account-identities.ts';
import { type AccountIndex, reachedBy } from './account-index.ts';
import type { IdentityReason } from './identity-refusal.ts';
import type { IdentityCase } from './judge.ts';
import type { Subject } from './subject.ts';

/** Why a subject is not judged: nobody had the whole threshold to use anything by it, or nobody has it. Null: it is old enough. */
export function youth(given: IdentityCase, subject: Subject): IdentityReason | null {
  const { index } = given;
  const { cutOff } = given.knowledge;
  if (subject.type === 'policy') {
    const bearers = index.bearers.get(subject.arn) ?? [];
    if (bearers.length === 0) {
      const detail = `${subject.name} is attached to nobody, and AWS reports the use of attached policies alone: oar identities check-delete ${subject.arn} tells whether it may be deleted`;
      return { code: 'EVIDENCE_MISSING', detail };
    }
    if (bearers.some((bearer) => isOld(index, bearer, cutOff))) return null;
    if (bearers.every((bearer) => reachedBy(index, bearer).length === 0))
      return young(`${subject.name} is attached only to groups that have no members`);
    return young(
      `${subject.name} is attached only to users, groups and roles that are younger than the threshold`,
    );
  }
  const principal = index.principals.get(subject.arn);
  if (!principal || isOld(index, principal, cutOff)) return null;
  if (principal.type !== 'group') return young(`${subject.name} is younger than the threshold`);
  if (reachedBy(index, principal).length === 0) return young(`${subject.name} has no members`);
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
