import { parseConfiguration } from '../../core/base/configuration.ts';
import { dayMilliseconds } from '../../core/base/limits.ts';
import type {
  AccountIdentities,
  InlinePolicy,
  ManagedPolicy,
  Principal,
} from '../../core/identity/account-identities.ts';
import { type AccountIndex, indexAccount, type PolicySource } from '../../core/identity/account-index.ts';
import { noControls } from '../../core/identity/administration-reading.ts';
import { grantsAction, grantsService } from '../../core/identity/granted-services.ts';
import type { IdentityReport, IdentityServiceRow } from '../../core/identity/identity-report.ts';
import { ownRolesIn } from '../../core/identity/own-roles.ts';
import type { SubjectChoice } from '../../core/identity/subject.ts';
import { knownActions } from '../../core/policy/known-actions.ts';
import type { IdentityFacts, IdentityRequest } from '../../core/review/identities/identity-facts.ts';

/** An account in few words: what a scenario file holds under `identities`. */
export interface AccountSketch {
  readonly users?: readonly PrincipalSketch[];
  readonly groups?: readonly PrincipalSketch[];
  readonly roles?: readonly PrincipalSketch[];
  readonly policies?: readonly {
    readonly name: string;
    readonly path?: string;
    readonly awsManaged?: boolean;
    readonly versions: readonly unknown[];
    readonly default?: number;
    readonly versionDaysAgo?: readonly number[];
    readonly tags?: Readonly<Record<string, string>>;
  }[];
  readonly use?: readonly UseSketch[];
  /** Names of actions that AWS tracks, by service. */
  readonly tracked?: Readonly<Record<string, readonly string[]>>;
}

interface PrincipalSketch {
  readonly name: string;
  readonly path?: string;
  readonly createdDaysAgo?: number;
  readonly groups?: readonly string[];
  readonly policies?: readonly string[];
  readonly inline?: Readonly<Record<string, unknown>>;
  readonly boundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly trust?: unknown;
  readonly lastUsed?: { readonly daysAgo: number; readonly region?: string };
  readonly instanceProfile?: string;
}

interface UseSketch {
  readonly by: string;
  readonly service: string;
  readonly daysAgo: number;
  readonly actions?: Readonly<Record<string, number>>;
  readonly 'by-policy'?: string;
}

/** The instant at which every sketch is read. */
const now = Date.parse('2026-11-22T09:00:00Z');
const accountId = '222222222222';
const ago = (days: number): number => now - days * dayMilliseconds;
const textOf = (document: unknown): string =>
  typeof document === 'string' ? document : JSON.stringify(document);

/** The ARN of a policy of a sketch, by its name. */
function policyArn(sketch: AccountSketch, name: string): string {
  if (name.startsWith('arn:')) return name;
  const policy = sketch.policies?.find((each) => each.name === name);
  const owner = policy?.awsManaged ? 'aws' : accountId;
  return `arn:aws:iam::${owner}:policy${policy?.path ?? '/'}${name}`;
}

/** The account of a sketch. */
function accountOf(sketch: AccountSketch): AccountIdentities {
  const common = (
    type: Principal['type'],
    { createdDaysAgo, inline, name, path = '/', policies }: PrincipalSketch,
  ) => ({
    name,
    arn: `arn:aws:iam::${accountId}:${type}${path}${name}`,
    id: `AID${name}`,
    path,
    createdAt: ago(createdDaysAgo ?? 900),
    inline: Object.entries(inline ?? {}).map(
      ([key, document]): InlinePolicy => ({ name: key, text: textOf(document) }),
    ),
    attached: (policies ?? []).map((policy) => policyArn(sketch, policy)),
  });
  const own = ({ boundary, tags = {} }: PrincipalSketch) => ({
    boundary: boundary === undefined ? null : policyArn(sketch, boundary),
    tags,
  });
  const selfTrust = {
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' },
    ],
  };
  const users = (sketch.users ?? []).map((user) => ({
    ...common('user', user),
    ...own(user),
    type: 'user' as const,
    groups: user.groups ?? [],
  }));
  const groups = (sketch.groups ?? []).map((group) => ({
    ...common('group', group),
    type: 'group' as const,
  }));
  const roles = (sketch.roles ?? []).map((role) => ({
    ...common('role', role),
    ...own(role),
    type: 'role' as const,
    trust: textOf(role.trust ?? selfTrust),
    lastUsed: role.lastUsed
      ? { at: ago(role.lastUsed.daysAgo), region: role.lastUsed.region ?? 'us-east-1' }
      : null,
    instanceProfiles: role.instanceProfile ? [role.instanceProfile] : [],
  }));
  const bounded = [...users, ...roles].map(({ boundary }) => boundary);
  const policies = (sketch.policies ?? []).map((policy): ManagedPolicy => {
    const { awsManaged = false, name, path = '/', tags, versionDaysAgo, versions } = policy;
    const arn = policyArn(sketch, name);
    const made = versions.map((document, at) => ({
      id: `v${at + 1}`,
      text: textOf(document),
      createdAt: ago(versionDaysAgo?.[at] ?? 900),
    }));
    return {
      ...{ name, arn, id: `ANPA${name}`, path, isAwsManaged: awsManaged, versions: made },
      defaultVersionId: `v${policy.default ?? versions.length}`,
      boundaryUses: bounded.filter((each) => each === arn).length,
      description: null,
      tags: tags ?? {},
      createdAt: made[0]?.createdAt ?? now,
    };
  });
  return { accountId, partition: 'aws', users, groups, roles, policies, quotas: null, readAt: now };
}

/** The report that AWS would make of a subject: the services that its policies allow, and who used them by these. */
export function reportOf(sketch: AccountSketch, subjectArn: string): IdentityReport {
  const index = indexAccount(accountOf(sketch));
  const sources = sourcesOf(index, subjectArn);
  const rows = new Map<string, IdentityServiceRow>();
  for (const namespace of knownActions().keys()) {
    const granting = sources.filter(
      ({ source }) => source.document && grantsService(source.document, namespace),
    );
    const isHidden = sources.some(({ source }) => denies(source, namespace));
    if (granting.length > 0 && !isHidden) rows.set(namespace, rowOf(sketch, index, namespace, granting));
  }
  const { length } = subjectArn;
  return {
    status: 'completed',
    ...{ subjectArn, level: sketch.tracked ? 'action' : 'service', jobId: `job-${length}` },
    createdAt: now,
    completedAt: now,
    rows,
  };
}

interface Source {
  readonly source: PolicySource;
  /** Who can use it. */
  readonly by: ReadonlySet<string>;
}

function sourcesOf(index: AccountIndex, subjectArn: string): readonly Source[] {
  const reached = (principal: Principal): readonly Principal[] =>
    principal.type === 'group' ? (index.members.get(principal.name) ?? []) : [principal];
  const policy = index.policies.get(subjectArn);
  if (policy) {
    const by = new Set((index.bearers.get(subjectArn) ?? []).flatMap(reached).map(({ arn }) => arn));
    return [{ source: policy, by }];
  }
  const principal = index.principals.get(subjectArn);
  if (!principal) return [];
  const bearers = [
    principal,
    ...(principal.type === 'user' ? principal.groups.flatMap((name) => index.groups.get(name) ?? []) : []),
  ];
  const by = new Set(reached(principal).map(({ arn }) => arn));
  return bearers.flatMap(({ arn }) => index.borne.get(arn) ?? []).map((source) => ({ source, by }));
}

function denies({ document }: PolicySource, namespace: string): boolean {
  return (document?.statements ?? []).some(
    ({ actions, condition, effect, resources }) =>
      effect === 'Deny' &&
      condition === null &&
      resources.patterns.includes('*') &&
      actions.kind === 'action' &&
      actions.patterns.some((pattern) => pattern === '*' || pattern === `${namespace}:*`),
  );
}

function rowOf(
  sketch: AccountSketch,
  index: AccountIndex,
  namespace: string,
  granting: readonly Source[],
): IdentityServiceRow {
  const uses = (sketch.use ?? []).flatMap((use) => {
    const arn =
      [...index.principals.values()].find((each) => `${each.type}/${each.name}` === use.by)?.arn ?? '';
    const counts =
      use.service === namespace &&
      granting.some(({ by, source }) => by.has(arn) && (use['by-policy'] ?? source.name) === source.name);
    return counts ? [{ ...use, arn }] : [];
  });
  const sorted = [...uses].sort((a, b) => a.daysAgo - b.daysAgo);
  const [last] = sorted;
  const tracked = (sketch.tracked?.[namespace] ?? []).filter((name) =>
    granting.some(({ source }) => source.document && grantsAction(source.document, `${namespace}:${name}`)),
  );
  const actions = tracked.map((name) => {
    const days = uses.flatMap((use) => use.actions?.[name] ?? []).sort((a, b) => a - b)[0];
    return {
      name,
      lastAccessedAt: days === undefined ? null : ago(days),
      lastAccessedRegion: days === undefined ? null : 'us-east-1',
    };
  });
  return {
    serviceNamespace: namespace,
    serviceName: namespace.toUpperCase(),
    lastAccessedAt: last ? ago(last.daysAgo) : null,
    lastAccessedBy: last?.arn ?? null,
    lastAccessedRegion: last ? 'us-east-1' : null,
    entitiesEverUsed: new Set(uses.map(({ arn }) => arn)).size,
    actions: actions.length > 0 ? actions : null,
    usedBy: sorted.map(({ arn, daysAgo }) => ({ arn, lastAccessedAt: ago(daysAgo) })),
  };
}

/** Facts without reports and the request of a review of a sketched account. */
export function identityReviewOf(
  sketch: AccountSketch,
  asked: {
    readonly choice?: SubjectChoice;
    readonly days?: number;
    readonly settings?: object;
    readonly quarantine?: boolean;
  },
): { readonly facts: IdentityFacts; readonly request: IdentityRequest } {
  const configuration = parseConfiguration({ changesPerReview: 1000, ...asked.settings });
  if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
  const path = `o-exampleorg1/r-ex01/ou-ex01-development/${accountId}`;
  const identities = accountOf(sketch);
  const facts: IdentityFacts = {
    organizationId: 'o-exampleorg1',
    account: { id: accountId, name: 'dev-1', path },
    place: [
      { id: 'ou-ex01-development', name: 'Development', path: 'o-exampleorg1/r-ex01/ou-ex01-development' },
      { id: accountId, name: 'dev-1', path },
    ],
    identities,
    reports: [],
    controls: noControls,
    managementAccountId: '111111111111',
    ownRoleArns: ownRolesIn(identities),
    standing: [],
    catalogue: {
      trackedOf: (namespace) => sketch.tracked?.[namespace] ?? [],
      wasTrackedAt: (_namespace, _name, at) => ago(400) <= at,
      knownActions: knownActions(),
    },
    grantedSince: new Map(),
    readAt: now,
  };
  const request: IdentityRequest = {
    reviewId: 'rev-1',
    choice: asked.choice ?? { kind: 'all' },
    thresholdDays: asked.days ?? 90,
    asOf: now,
    level: sketch.tracked ? 'action' : 'service',
    quarantine: asked.quarantine ?? false,
    configuration: configuration.value,
  };
  return { facts, request };
}
