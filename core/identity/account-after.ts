import type { AccountIdentities, ManagedPolicy, Principal, PrincipalName } from './account-identities.ts';
import { lookUpAs, policyOf, principalKey, principalOf } from './account-lookup.ts';
import type { IdentityResource, IdentityStep } from './identity-step.ts';

type OfPrincipal = Exclude<IdentityResource, { readonly type: 'managed-policy' }>;

/** The account as it is after the steps. Values of `before` are not compared: whoever proves does that. */
export function accountAfter(account: AccountIdentities, steps: readonly IdentityStep[]): AccountIdentities {
  if (steps.length === 0) return account;
  const principals = new Map<string, Principal>();
  const policies = new Map<string, ManagedPolicy | null>();
  for (const { resource, after } of steps) {
    if (resource.type === 'managed-policy') {
      const { arn } = resource;
      const policy = policies.get(arn) ?? policyOf(account, arn);
      policies.set(arn, after === null ? null : policyAfter(account, policy, arn, after));
      continue;
    }
    const name = nameOf(resource);
    const principal = principals.get(principalKey(name)) ?? principalOf(account, name);
    if (principal) principals.set(principalKey(name), principalAfter(principal, resource, after));
  }
  const later = {
    ...account,
    users: withChanged(account, account.users, principals),
    groups: withChanged(account, account.groups, principals),
    roles: withChanged(account, account.roles, principals),
    policies: policiesAfter(account, policies),
  };
  lookUpAs(later, account, { principals, policies });
  return later;
}

function nameOf(resource: OfPrincipal): PrincipalName {
  return resource.type === 'membership' ? { type: 'user', name: resource.user } : resource.principal;
}

function principalAfter(principal: Principal, resource: OfPrincipal, after: string | null): Principal {
  switch (resource.type) {
    case 'inline-policy': {
      const { name } = resource;
      const others = principal.inline.filter((policy) => policy.name !== name);
      return { ...principal, inline: after === null ? others : [...others, { name, text: after }] };
    }
    case 'policy-attachment':
      return { ...principal, attached: listAfter(principal.attached, resource.policyArn, after) };
    case 'membership':
      if (principal.type !== 'user') return principal;
      return { ...principal, groups: listAfter(principal.groups, resource.group, after) };
  }
}

function listAfter(list: readonly string[], item: string, after: string | null): readonly string[] {
  const others = list.filter((other) => other !== item);
  return after === null ? others : [...others, item];
}

/** The version that a new text will be: nobody reads its id. */
const newVersion = 'after';

function policyAfter(
  account: AccountIdentities,
  policy: ManagedPolicy | undefined,
  arn: string,
  text: string,
): ManagedPolicy {
  const version = { id: newVersion, text, createdAt: account.readAt };
  if (policy) {
    const others = policy.versions.filter(({ id }) => id !== newVersion);
    return { ...policy, versions: [...others, version], defaultVersionId: newVersion };
  }
  return {
    name: arn.slice(arn.lastIndexOf('/') + 1),
    arn,
    id: '',
    path: '/',
    isAwsManaged: false,
    defaultVersionId: newVersion,
    versions: [version],
    boundaryUses: 0,
    description: null,
    tags: null,
    createdAt: account.readAt,
  };
}

// Few of many differ, mostly none: the others are copied without a look at them.
function withChanged<P extends Principal>(
  account: AccountIdentities,
  list: readonly P[],
  changed: ReadonlyMap<string, Principal>,
): readonly P[] {
  let later: P[] | null = null;
  for (const principal of changed.values()) {
    const at = list.indexOf(principalOf(account, principal) as P);
    if (at < 0) continue;
    later ??= [...list];
    later[at] = principal as P;
  }
  return later ?? list;
}

function policiesAfter(
  account: AccountIdentities,
  changed: ReadonlyMap<string, ManagedPolicy | null>,
): readonly ManagedPolicy[] {
  if (changed.size === 0) return account.policies;
  const later = [...account.policies];
  for (const [arn, policy] of changed) {
    const before = policyOf(account, arn);
    if (before) later.splice(later.indexOf(before), 1);
    if (policy !== null) later.push(policy);
  }
  return later;
}
