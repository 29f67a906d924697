import { parseConfiguration } from '../core/base/configuration.ts';
import { listAt } from '../core/base/lists.ts';
import type { AccountIdentities, ManagedPolicy, Role } from '../core/identity/account-identities.ts';
import { noControls } from '../core/identity/administration-reading.ts';
import type { CompletedIdentityReport, IdentityServiceRow } from '../core/identity/identity-report.ts';
import { shippedCatalogue } from '../core/identity/shipped-catalogue.ts';
import type { IdentityFacts, IdentityRequest } from '../core/review/identities/identity-facts.ts';
import { day, now, scattered } from './true-reports.ts';

/** An account before its reports, the request to review all of it, and what AWS would report of a subject. */
export interface LargeAccount {
  readonly facts: IdentityFacts;
  readonly request: IdentityRequest;
  readonly reportOf: (subjectArn: string) => CompletedIdentityReport;
}

const accountId = '222222222222';
const services = [...shippedCatalogue.knownActions.keys()].slice(0, 120);
const servicesPerPolicy = 6;
const rolesPerPolicy = 5;
const policiesPerRole = 3;
const policiesPerTeam = 5;

/** Teams of 25 roles that share five customer-managed policies, three a role, six services a policy, half of them in use. */
export function largeAccount(roleCount: number): LargeAccount {
  const policyCount = roleCount / rolesPerPolicy;
  const policies = Array.from({ length: policyCount }, (_, index) => policyOf(index));
  const policiesOf = (role: number): readonly number[] => [
    ...new Set(Array.from({ length: policiesPerRole }, (_, at) => teamPolicy(role, at, policyCount))),
  ];
  const roles = Array.from({ length: roleCount }, (_, index) =>
    roleOf(
      index,
      policiesOf(index).map((policy) => policies[policy]?.arn ?? ''),
    ),
  );
  const bearers = new Map<number, number[]>();
  for (const [index] of roles.entries())
    for (const policy of policiesOf(index)) listAt(bearers, policy).push(index);
  const rowsOfRole = (role: number): readonly IdentityServiceRow[] =>
    [...new Set(policiesOf(role).flatMap(servicesOf))].map((service) => rowOf(service, [role], roles));
  const rowsOfPolicy = (policy: number): readonly IdentityServiceRow[] =>
    servicesOf(policy).map((service) => rowOf(service, bearers.get(policy) ?? [], roles));
  const rowsOf = new Map([
    ...roles.map(({ arn }, index) => [arn, () => rowsOfRole(index)] as const),
    ...policies.map(({ arn }, index) => [arn, () => rowsOfPolicy(index)] as const),
  ]);
  const identities = { roles, policies, accountId, partition: 'aws', quotas: null, readAt: now };
  return {
    ...reviewOfAccount({ ...identities, users: [], groups: [] }),
    reportOf: (subjectArn) => ({
      status: 'completed',
      subjectArn,
      level: 'service',
      jobId: 'job',
      createdAt: now,
      completedAt: now,
      rows: new Map((rowsOf.get(subjectArn)?.() ?? []).map((row) => [row.serviceNamespace, row])),
    }),
  };
}

/** Roles of a team share the policies of the team. */
function teamPolicy(role: number, at: number, policyCount: number): number {
  const team = Math.floor(role / (rolesPerPolicy * policiesPerTeam));
  return (team * policiesPerTeam + (scattered(role, at) % policiesPerTeam)) % policyCount;
}

function servicesOf(policy: number): readonly number[] {
  return [
    ...new Set(
      Array.from({ length: servicesPerPolicy }, (_, at) => scattered(policy, at + 50) % services.length),
    ),
  ];
}

function policyOf(index: number): ManagedPolicy {
  const name = `policy-${index}`;
  const Statement = servicesOf(index).map((service) => {
    return { Effect: 'Allow', Action: `${services[service]}:*`, Resource: '*' };
  });
  const text = JSON.stringify({ Version: '2012-10-17', Statement });
  return {
    name,
    arn: `arn:aws:iam::${accountId}:policy/${name}`,
    id: `ANPA${index}`,
    path: '/',
    isAwsManaged: false,
    boundaryUses: 0,
    description: null,
    tags: {},
    createdAt: now - 900 * day,
    defaultVersionId: 'v1',
    versions: [{ id: 'v1', text, createdAt: now - 900 * day }],
  };
}

function roleOf(index: number, attached: readonly string[]): Role {
  const name = `role-${index}`;
  const Principal = { AWS: `arn:aws:iam::${accountId}:root` };
  return {
    type: 'role',
    name,
    arn: `arn:aws:iam::${accountId}:role/${name}`,
    id: `AROA${index}`,
    path: '/',
    createdAt: now - 900 * day,
    inline: [],
    attached,
    boundary: null,
    tags: {},
    instanceProfiles: [],
    trust: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] }),
    lastUsed: { at: now - day, region: 'us-east-1' },
  };
}

/** A service that few use: half of all services, each used by every role that may; the rest by nobody. */
function rowOf(service: number, users: readonly number[], roles: readonly Role[]): IdentityServiceRow {
  const isUsed = scattered(service, 7) % 2 === 0 && users.length > 0;
  const lastAccessedAt = isUsed ? now - day : null;
  const namespace = services[service] ?? '';
  return {
    serviceNamespace: namespace,
    serviceName: `Service ${namespace}`,
    lastAccessedAt,
    lastAccessedBy: isUsed ? (roles[users[0] ?? 0]?.arn ?? null) : null,
    lastAccessedRegion: isUsed ? 'us-east-1' : null,
    actions: null,
    entitiesEverUsed: isUsed ? users.length : 0,
    usedBy: isUsed ? users.map((user) => ({ arn: roles[user]?.arn ?? '', lastAccessedAt: now - day })) : [],
  };
}

function reviewOfAccount(identities: AccountIdentities): Pick<LargeAccount, 'facts' | 'request'> {
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
  const account = { id: accountId, name: 'bench', path: `o-exampleorg1/r-ex01/${accountId}` };
  return {
    facts: {
      organizationId: 'o-exampleorg1',
      account,
      place: [account],
      identities,
      reports: [],
      controls: noControls,
      managementAccountId: '111111111111',
      ownRoleArns: [],
      catalogue: shippedCatalogue,
      grantedSince: new Map(),
      readAt: now,
      standing: [],
    },
    request: {
      reviewId: 'rev-bench',
      choice: { kind: 'all' },
      thresholdDays: 90,
      asOf: now,
      level: 'service',
      quarantine: false,
      configuration: configuration.value,
    },
  };
}
