import { identityLimits } from '../../base/limits.ts';
import type { Principal } from '../../identity/account-identities.ts';
import type { AccountIndex, PolicySource } from '../../identity/account-index.ts';
import { copyName } from '../../identity/copy-name.ts';
import type { IdentityReason } from '../../identity/identity-refusal.ts';
import type { IdentityCase } from '../../identity/judge.ts';
import { trustOf } from '../../identity/trust.ts';
import type { IamEdit } from './edit.ts';
import { neverEdited } from './why-not-taken.ts';

/** The edit that puts a narrowed copy in the place of an AWS-managed policy for all its bearers that may have one, or why this bearer may not. */
export function copyOf(
  given: IdentityCase,
  source: PolicySource,
  after: string,
  bearer: Principal,
): IamEdit | IdentityReason {
  const { index } = given;
  const why = whyNoCopy(given, bearer);
  if (why !== null) return why;
  const all = index.bearers.get(source.arn ?? '') ?? [];
  const bearers = all
    .filter((each) => whyNoCopy(given, each) === null)
    .map(({ name, type }) => ({ type, name }));
  return { do: 'replace-by-copy', source, after, copyArn: freeArn(index, source.name), for: bearers };
}

function whyNoCopy(given: IdentityCase, bearer: Principal): IdentityReason | null {
  const { index } = given;
  const never = neverEdited(given, bearer);
  if (never !== null) return never;
  const services = bearer.type === 'role' ? trustOf(bearer).services : [];
  if (services.length > 0) {
    const detail = `${services.join(', ')} assumes ${bearer.name} and may need what AWS adds to its own policy later`;
    return { code: 'AWS_MANAGED', detail };
  }
  const most = attachmentsOf(index, bearer);
  if (bearer.attached.length < most) return null;
  const detail = `${bearer.name} has ${bearer.attached.length} of at most ${most} managed policies: the copy must be attached before the other is detached`;
  return { code: 'NO_CAPACITY', detail };
}

function attachmentsOf({ account: { quotas } }: AccountIndex, { type }: Principal): number {
  const own = {
    user: quotas?.attachedPoliciesPerUser,
    group: quotas?.attachedPoliciesPerGroup,
    role: quotas?.attachedPoliciesPerRole,
  };
  return own[type] ?? identityLimits.attachedPolicies;
}

function freeArn({ account, policies }: AccountIndex, name: string): string {
  const taken = new Set([...policies.values()].map((policy) => policy.name.toLowerCase()));
  let free = copyName(name);
  for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = copyName(name, number);
  return `arn:${account.partition}:iam::${account.accountId}:policy/${free}`;
}
