import type { AccountIdentities, ManagedPolicy, Principal, Role, User } from './account-identities.ts';
import { bearersOf, membersOf, policyOf, principalOf } from './account-lookup.ts';
import type { IdentityResource, IdentityStep } from './identity-step.ts';

/** The value of an attachment that is there. */
export const attached = 'attached';
/** The value of a membership that is there. */
export const member = 'member';

/** The text in force of a managed policy: that of its default version; null: it was not read. */
export function defaultTextOf(policy: ManagedPolicy): string | null {
  return policy.versions.find(({ id }) => id === policy.defaultVersionId)?.text ?? null;
}

/** What stands in a resource now: a text, `attached`, `member`, or null where it is not there. */
export function valueIn(account: AccountIdentities, resource: IdentityResource): string | null {
  switch (resource.type) {
    case 'managed-policy': {
      const policy = policyOf(account, resource.arn);
      return policy ? defaultTextOf(policy) : null;
    }
    case 'inline-policy': {
      const principal = principalOf(account, resource.principal);
      return principal?.inline.find(({ name }) => name === resource.name)?.text ?? null;
    }
    case 'policy-attachment':
      return principalOf(account, resource.principal)?.attached.includes(resource.policyArn)
        ? attached
        : null;
    case 'membership': {
      const user = principalOf(account, { type: 'user', name: resource.user });
      return user?.type === 'user' && user.groups.includes(resource.group) ? member : null;
    }
  }
}

/** The text that a step writes, or null where it writes none. */
export function textWritten({ resource, after }: IdentityStep): string | null {
  return resource.type === 'managed-policy' || resource.type === 'inline-policy' ? after : null;
}

/** The managed policy whose text a resource is, by ARN; null: it is something else. */
export function policyArnOf(resource: IdentityResource): string | null {
  return resource.type === 'managed-policy' ? resource.arn : null;
}

/** Those of some resources that are attachments of a managed policy. */
export function attachmentsOf(
  arn: string,
  resources: readonly IdentityResource[],
): readonly IdentityResource[] {
  return resources.filter((resource) => resource.type === 'policy-attachment' && resource.policyArn === arn);
}

/** One name for one resource, for maps and messages. */
export function resourceKey(resource: IdentityResource): string {
  switch (resource.type) {
    case 'managed-policy':
      return resource.arn;
    case 'inline-policy':
      return `${resource.principal.type}/${resource.principal.name}/inline/${resource.name}`;
    case 'policy-attachment':
      return `${resource.principal.type}/${resource.principal.name}/attached/${resource.policyArn}`;
    case 'membership':
      return `user/${resource.user}/member/${resource.group}`;
  }
}

/** Everybody whose own access the steps can change: users and roles, those of a group through their membership, by ARN, sorted. */
export function principalsTouched(
  account: AccountIdentities,
  steps: readonly IdentityStep[],
): readonly (User | Role)[] {
  const touched = new Map<string, User | Role>();
  const add = (principal: Principal | undefined): void => {
    if (principal === undefined) return;
    if (principal.type !== 'group') {
      touched.set(principal.arn, principal);
      return;
    }
    for (const user of membersOf(account, principal.name)) touched.set(user.arn, user);
  };
  for (const { resource } of steps) {
    if (resource.type === 'membership') add(principalOf(account, { type: 'user', name: resource.user }));
    else if (resource.type === 'managed-policy')
      for (const bearer of bearersOf(account, resource.arn)) add(bearer);
    else add(principalOf(account, resource.principal));
  }
  return [...touched.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1));
}
