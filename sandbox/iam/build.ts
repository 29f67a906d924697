import awsManaged from './aws-managed-policies.json' with { type: 'json' };
import { defaultRoles } from './default-roles.ts';
import { idOf } from './ids.ts';
import type {
  ScenarioDocument,
  ScenarioIdentities,
  ScenarioInline,
  ScenarioManagedPolicy,
  ScenarioRole,
  ScenarioUser,
} from './scenario-identities.ts';
import type { IamCredentials, IamState, IamUser, IdentityUse, ManagedPolicy } from './state.ts';

const dayMs = 86_400_000;
const usualAgeDays = 900;

/** Where and when an account's IAM is built. */
export interface BuildPlace {
  readonly accountId: string;
  readonly managementAccountId: string;
  /** Milliseconds since 1970 from which days are counted back. */
  readonly start: number;
}

const textOf = (document: ScenarioDocument): string =>
  typeof document === 'string' ? document : JSON.stringify(document);

const inlineOf = (given: ScenarioInline | undefined): Map<string, string> =>
  new Map(Object.entries(given ?? {}).map(([name, document]) => [name, textOf(document)]));

const tagsOf = (given: Readonly<Record<string, string>> | undefined): Map<string, string> =>
  new Map(Object.entries(given ?? {}));

const policyOf = (given: ScenarioManagedPolicy, place: BuildPlace): ManagedPolicy => {
  const path = given.path ?? '/';
  const owner = given.awsManaged === true ? 'aws' : place.accountId;
  const arn = `arn:aws:iam::${owner}:policy${path}${given.name}`;
  const versions = given.versions.map((document, index) => ({
    number: index + 1,
    text: textOf(document),
    created: place.start - (given.versionDaysAgo?.[index] ?? usualAgeDays) * dayMs,
  }));
  const times = versions.map(({ created }) => created);
  return {
    arn,
    id: idOf('ANPA', arn),
    name: given.name,
    path,
    description: given.description ?? '',
    awsManaged: given.awsManaged === true,
    created: Math.min(...times),
    updated: Math.max(...times),
    versions,
    defaultVersion: given.default ?? versions.length,
    nextVersion: versions.length + 1,
    tags: tagsOf(given.tags),
  };
};

/** AWS's own policies that every account can attach, those that the sandbox ships. */
const shipped = (): readonly ScenarioManagedPolicy[] =>
  awsManaged.map(({ name, path, document }) => ({ name, path, awsManaged: true, versions: [document] }));

/** ARNs of AWS's own policies that the sandbox ships. */
export const shippedPolicyArns: ReadonlySet<string> = new Set(
  awsManaged.map(({ name, path }) => `arn:aws:iam::aws:policy${path}${name}`),
);

const rolesOf = (given: ScenarioIdentities, place: BuildPlace): readonly ScenarioRole[] => {
  const { generate } = given;
  const named = given.roles ?? [];
  const names = new Set(named.map(({ name }) => name));
  const made = Array.from({ length: generate?.roles ?? 0 }, (_none, index): ScenarioRole => {
    const used = generate?.use !== undefined && index % generate.use.every === 0;
    return {
      name: generatedName(generate?.prefix, index),
      ...(generate?.policies === undefined ? {} : { policies: generate.policies }),
      ...(generate?.inline === undefined ? {} : { inline: generate.inline }),
      ...(generate?.createdDaysAgo === undefined ? {} : { createdDaysAgo: generate.createdDaysAgo }),
      ...(used ? { lastUsed: { daysAgo: 1, region: 'us-east-1' } } : {}),
    };
  });
  const own = defaultRoles(place.accountId, place.managementAccountId).filter(({ name }) => !names.has(name));
  return [...named, ...made, ...(given.unreachable === true ? [] : own)];
};

const generatedName = (prefix: string | undefined, index: number): string =>
  `${prefix ?? 'role-'}${String(index + 1).padStart(5, '0')}`;

/** Every use that the scenario states, those of generated roles included. */
export const usesOf = (given: ScenarioIdentities, start: number): IdentityUse[] => {
  const uses = (given.use ?? []).map((use): IdentityUse => {
    const [type, name = ''] = use.by.split('/');
    return {
      by: { type: type as 'user' | 'role', name },
      service: use.service,
      at: start - use.daysAgo * dayMs,
      region: use.region ?? 'us-east-1',
      actions: new Map(
        Object.entries(use.actions ?? {}).map(([action, daysAgo]) => [action, start - daysAgo * dayMs]),
      ),
      byPolicy: use['by-policy'] ?? null,
    };
  });
  const { generate } = given;
  if (generate?.use === undefined) return uses;
  for (let index = 0; index < generate.roles; index += generate.use.every) {
    uses.push({
      by: { type: 'role', name: generatedName(generate.prefix, index) },
      service: generate.use.service,
      at: start - dayMs,
      region: 'us-east-1',
      actions: new Map(),
      byPolicy: null,
    });
  }
  return uses;
};

const passwordCreatedAt = (credentials: ScenarioUser['credentials'], start: number): number | null => {
  const { passwordCreatedDaysAgo, passwordDaysAgo } = credentials ?? {};
  if (passwordCreatedDaysAgo === undefined && passwordDaysAgo === undefined) return null;
  return start - (passwordCreatedDaysAgo ?? usualAgeDays) * dayMs;
};

const credentialsOf = (
  { credentials, name }: ScenarioUser,
  { accountId, start }: BuildPlace,
): IamCredentials => ({
  passwordUsedAt:
    credentials?.passwordDaysAgo === undefined ? null : start - credentials.passwordDaysAgo * dayMs,
  passwordCreatedAt: passwordCreatedAt(credentials, start),
  accessKeys: (credentials?.accessKeys ?? []).map((key, index) => ({
    id: idOf('AKIA', `${accountId}/${name}/${index}`),
    active: key.active ?? true,
    created: start - (key.createdDaysAgo ?? usualAgeDays) * dayMs,
    lastUsed:
      key.lastUsed === undefined ? null : { ...key.lastUsed, at: start - key.lastUsed.daysAgo * dayMs },
  })),
  sshKeys: credentials?.sshKeys ?? 0,
  signingCertificates: credentials?.signingCertificates ?? 0,
  serviceCredentials: credentials?.serviceCredentials ?? [],
});

/** Builds the IAM of one account from the checked `identities` of a scenario. */
export const buildState = (given: ScenarioIdentities, place: BuildPlace): IamState => {
  const { accountId, start } = place;
  const policies = new Map<string, ManagedPolicy>();
  for (const policy of [...shipped(), ...(given.policies ?? [])]) {
    const built = policyOf(policy, place);
    policies.set(built.arn, built);
  }
  const byName = new Map([...policies.values()].map(({ name, arn }) => [name, arn]));
  const attachedOf = (names: readonly string[] | undefined): Set<string> =>
    new Set((names ?? []).map((name) => (name.startsWith('arn:') ? name : (byName.get(name) ?? name))));
  const created = (daysAgo: number | undefined): number => start - (daysAgo ?? usualAgeDays) * dayMs;

  const users = new Map<string, IamUser>();
  for (const user of given.users ?? []) {
    users.set(user.name, {
      type: 'user',
      id: idOf('AIDA', `${accountId}/${user.name}`),
      name: user.name,
      path: user.path ?? '/',
      created: created(user.createdDaysAgo),
      attached: attachedOf(user.policies),
      inline: inlineOf(user.inline),
      groups: new Set(user.groups ?? []),
      boundary: user.boundary ?? null,
      tags: tagsOf(user.tags),
      credentials: credentialsOf(user, place),
    });
  }
  const groups: IamState['groups'] = new Map();
  for (const group of given.groups ?? []) {
    groups.set(group.name, {
      type: 'group',
      id: idOf('AGPA', `${accountId}/${group.name}`),
      name: group.name,
      path: group.path ?? '/',
      created: created(group.createdDaysAgo),
      attached: attachedOf(group.policies),
      inline: inlineOf(group.inline),
    });
  }
  const trustOwn = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' },
    ],
  });
  const roles: IamState['roles'] = new Map();
  for (const role of rolesOf(given, place)) {
    roles.set(role.name, {
      type: 'role',
      id: idOf('AROA', `${accountId}/${role.name}`),
      name: role.name,
      path: role.path ?? '/',
      created: created(role.createdDaysAgo),
      attached: attachedOf(role.policies),
      inline: inlineOf(role.inline),
      description: role.description ?? '',
      trust: role.trust === undefined ? trustOwn : textOf(role.trust),
      lastUsed:
        role.lastUsed === undefined
          ? null
          : { at: start - role.lastUsed.daysAgo * dayMs, region: role.lastUsed.region },
      instanceProfile: role.instanceProfile ?? null,
      boundary: role.boundary ?? null,
      tags: tagsOf(role.tags),
    });
  }
  return { accountId, aliases: given.aliases ?? [], users, groups, roles, policies };
};
