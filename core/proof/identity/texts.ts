import type {
  AccountIdentities,
  Principal,
  PrincipalName,
  Role,
  User,
} from '../../identity/account-identities.ts';
import { documentIn, policyOf, principalOf } from '../../identity/account-lookup.ts';
import { defaultTextOf } from '../../identity/identity-values.ts';

/** The texts in force of one user, group or role itself: inline and attached, without its groups. A text that was not read is left out; `unreadTexts` names it. */
export function ownTexts(account: AccountIdentities, principal: Principal): readonly string[] {
  const attached = principal.attached.flatMap((arn) => {
    const policy = policyOf(account, arn);
    return policy ? (defaultTextOf(policy) ?? []) : [];
  });
  return [...principal.inline.map(({ text }) => text), ...attached];
}

/** All texts in force of a user or role: its own and those of its groups. Boundaries grant nothing. */
export function textsOf(account: AccountIdentities, principal: User | Role): readonly string[] {
  const groups = principal.type === 'user' ? principal.groups : [];
  const byGroups = groups.flatMap((name) => {
    const group = principalOf(account, { type: 'group', name });
    return group ? ownTexts(account, group) : [];
  });
  return [...ownTexts(account, principal), ...byGroups];
}

/** Policies that these principals and their groups bear in one state of the account and whose text was not read or cannot be understood. Nothing is proved of them. */
export function unreadTexts(
  account: AccountIdentities,
  principals: readonly PrincipalName[],
): readonly string[] {
  const unread = new Set<string>();
  for (const name of principals) {
    const principal = principalOf(account, name);
    if (principal === undefined) continue;
    const groups = principal.type === 'user' ? principal.groups : [];
    const bearers = [
      principal,
      ...groups.flatMap((name) => principalOf(account, { type: 'group', name }) ?? []),
    ];
    for (const arn of bearers.flatMap(({ attached }) => attached)) {
      const policy = policyOf(account, arn);
      const text = policy ? defaultTextOf(policy) : null;
      if (text === null || documentIn(account, text) === null) unread.add(arn);
    }
    for (const bearer of bearers)
      for (const { name, text } of bearer.inline)
        if (documentIn(account, text) === null) unread.add(`${bearer.type}/${bearer.name}/inline/${name}`);
  }
  return [...unread].sort();
}
