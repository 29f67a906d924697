import { canonicalJson } from '../../base/canonical-json.ts';
import { sha256 } from '../../base/sha256.ts';
import type { AccountIdentities, Group, Role } from '../../identity/account-identities.ts';
import { policyOf, principalOf } from '../../identity/account-lookup.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import { defaultTextOf } from '../../identity/identity-values.ts';
import { quarantinePolicy } from '../../identity/quarantine.ts';

/**
 * What a roll back of these steps gives that stands in none of them, as it is in this account: SHA-256 (64 hex) by ARN.
 * It covers the text of each policy that is attached again, and all that a group grants which is joined again. Of a role
 * that is no longer stopped it covers all that it may do, and who may take it. `texts`: newer texts in force, by ARN of
 * the policy.
 */
export function comesBack(
  steps: readonly IdentityStep[],
  account: AccountIdentities,
  texts: ReadonlyMap<string, string | null> = new Map(),
): Readonly<Record<string, string>> {
  const textOf = (arn: string): string | null => {
    const policy = policyOf(account, arn);
    return texts.get(arn) ?? (policy ? defaultTextOf(policy) : null);
  };
  const grantsOf = ({ attached, inline }: Group | Role) => ({
    attached: [...attached].sort().map((arn) => [arn, textOf(arn)]),
    inline: inline
      .filter(({ name }) => name !== quarantinePolicy.name)
      .map(({ name, text }) => [name, text])
      .sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
  });
  const entries = steps.flatMap(({ after, resource }): readonly (readonly [string, string])[] => {
    if (resource.type === 'policy-attachment' && after === null) {
      const text = textOf(resource.policyArn);
      return text === null ? [] : [[resource.policyArn, sha256(text)]];
    }
    if (resource.type === 'membership' && after === null) {
      const group = principalOf(account, { type: 'group', name: resource.group });
      return group?.type === 'group' ? [[group.arn, sha256(canonicalJson(grantsOf(group)))]] : [];
    }
    if (resource.type === 'inline-policy' && after === quarantinePolicy.text) {
      const role = principalOf(account, resource.principal);
      if (role?.type !== 'role') return [];
      return [[role.arn, sha256(canonicalJson({ ...grantsOf(role), trust: role.trust }))]];
    }
    return [];
  });
  return Object.fromEntries(entries);
}
