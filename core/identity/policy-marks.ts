import type { AccountIdentities, ManagedPolicy } from './account-identities.ts';

/** What may name the owner of a managed policy, and what it is made again with. */
export type PolicyMarks = Pick<ManagedPolicy, 'description' | 'tags'>;

/** The account with the marks of some of its policies, by ARN; null: they may not be read. GetAccountAuthorizationDetails has neither. */
export function withMarks(
  account: AccountIdentities,
  marks: ReadonlyMap<string, PolicyMarks | null>,
): AccountIdentities {
  const policies = account.policies.map((policy) => {
    const own = marks.get(policy.arn);
    return own ? { ...policy, ...own } : policy;
  });
  return { ...account, policies };
}
