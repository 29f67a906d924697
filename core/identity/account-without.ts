import type { AccountIdentities } from './account-identities.ts';
import type { Subject } from './subject.ts';

/** The account as a deletion by hand would leave it: the subject is gone, and so is what it granted to others. */
export function accountWithout(account: AccountIdentities, { arn, name, type }: Subject): AccountIdentities {
  const stays = (each: { readonly arn: string }): boolean => each.arn !== arn;
  const detached = <Bearer extends { readonly attached: readonly string[] }>(bearer: Bearer): Bearer => ({
    ...bearer,
    attached: bearer.attached.filter((policyArn) => policyArn !== arn),
  });
  const users = account.users.filter(stays).map(detached);
  return {
    ...account,
    users:
      type === 'group'
        ? users.map((user) => ({ ...user, groups: user.groups.filter((group) => group !== name) }))
        : users,
    groups: account.groups.filter(stays).map(detached),
    roles: account.roles.filter(stays).map(detached),
    policies: account.policies.filter(stays),
  };
}
