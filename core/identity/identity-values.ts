import type {
  AccountIdentities,
  Group,
  ManagedPolicy,
  Principal,
  PrincipalName,
  Role,
  User,
} from './account-identities.ts';
import type { IdentityResource, IdentityStep } from './identity-step.ts';

/** The value of an attachment that is there. */
export const attached = 'attached';
/** The value of a membership that is there. */
export const member = 'member';

/** The user, group or role of this name, or undefined. */
export function principalOf(
  account: AccountIdentities,
  { type, name }: PrincipalName,
): Principal | undefined {
  const all: Readonly<Record<PrincipalName['type'], readonly Principal[]>> = {
    user: account.users,
    group: account.groups,
    role: account.roles,
  };
  return all[type].find((principal) => principal.name === name);
}

/** The managed policy of this ARN, or undefined. */
export function policyOf(account: AccountIdentities, arn: string): ManagedPolicy | undefined {
  return account.policies.find((policy) => policy.arn === arn);
}

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
      const user = account.users.find(({ name }) => name === resource.user);
      return user?.groups.includes(resource.group) ? member : null;
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

/** The account as it is after the steps. Values of `before` are not compared: whoever proves does that. */
export function accountAfter(account: AccountIdentities, steps: readonly IdentityStep[]): AccountIdentities {
  return steps.reduce(afterStep, account);
}

function afterStep(account: AccountIdentities, { resource, after }: IdentityStep): AccountIdentities {
  switch (resource.type) {
    case 'managed-policy':
      return { ...account, policies: policiesAfter(account, resource.arn, after) };
    case 'inline-policy': {
      const { name } = resource;
      return changed(account, resource.principal, (principal) => {
        const others = principal.inline.filter((policy) => policy.name !== name);
        return { ...principal, inline: after === null ? others : [...others, { name, text: after }] };
      });
    }
    case 'policy-attachment': {
      const { policyArn } = resource;
      return changed(account, resource.principal, (principal) => {
        const others = principal.attached.filter((arn) => arn !== policyArn);
        return { ...principal, attached: after === null ? others : [...others, policyArn] };
      });
    }
    case 'membership': {
      const users = account.users.map((user) => {
        if (user.name !== resource.user) return user;
        const others = user.groups.filter((group) => group !== resource.group);
        return { ...user, groups: after === null ? others : [...others, resource.group] };
      });
      return { ...account, users };
    }
  }
}

function changed(
  account: AccountIdentities,
  { type, name }: PrincipalName,
  change: <P extends User | Group | Role>(principal: P) => P,
): AccountIdentities {
  const apply = <P extends User | Group | Role>(principals: readonly P[]): readonly P[] =>
    principals.map((principal) => (principal.name === name ? change(principal) : principal));
  switch (type) {
    case 'user':
      return { ...account, users: apply(account.users) };
    case 'group':
      return { ...account, groups: apply(account.groups) };
    case 'role':
      return { ...account, roles: apply(account.roles) };
  }
}

/** The version that a new text will be: nobody reads its id. */
const newVersion = 'after';

function policiesAfter(
  account: AccountIdentities,
  arn: string,
  after: string | null,
): readonly ManagedPolicy[] {
  const others = account.policies.filter((policy) => policy.arn !== arn);
  if (after === null) return others;
  const version = { id: newVersion, text: after, createdAt: account.readAt };
  const existing = policyOf(account, arn);
  if (existing) {
    const versions = [...existing.versions, version];
    return [...others, { ...existing, versions, defaultVersionId: newVersion }];
  }
  const created = {
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
  return [...others, created];
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
    for (const user of account.users) if (user.groups.includes(principal.name)) touched.set(user.arn, user);
  };
  for (const { resource } of steps) {
    if (resource.type === 'membership') add(principalOf(account, { type: 'user', name: resource.user }));
    else if (resource.type === 'managed-policy')
      for (const bearer of bearersOf(account, resource.arn)) add(bearer);
    else add(principalOf(account, resource.principal));
  }
  return [...touched.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

/** The users, groups and roles that a managed policy is attached to. */
export function bearersOf(account: AccountIdentities, policyArn: string): readonly Principal[] {
  const all: readonly Principal[] = [...account.users, ...account.groups, ...account.roles];
  return all.filter((principal) => principal.attached.includes(policyArn));
}
