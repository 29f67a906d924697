import type { AccessReport, ServiceRow } from '../core/access/access-report.ts';
import {
  type Account,
  accountsBelow,
  buildTree,
  type Entity,
  entityOf,
  type OrganizationalUnit,
  type OrganizationTree,
} from '../core/access/organization.ts';
import { parseConfiguration } from '../core/configuration.ts';
import { serviceCatalogue } from '../core/policy/service-catalogue.ts';
import type { ServiceControlPolicy } from '../core/policy/service-control-policy.ts';
import type { ReviewFacts, ReviewRequest } from '../core/review-facts.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-22T09:00:00Z');
const rootId = 'r-ex01';
const services = [...serviceCatalogue.namespaces].sort().slice(0, 455);
/** Accounts for each OU: 50,000 make 2,000. */
const accountsPerUnit = 25;
/** One service in eight is used somewhere; each of these by every second OU of the lowest level. */
const usedShare = 8;

/** What a review of a large organization reads: every OU asked, 455 rows a report, and SCPs as AWS attaches them. The same every time. */
export function largeOrganization(accountCount: number): { facts: ReviewFacts; request: ReviewRequest } {
  const tree = treeOf(accountCount);
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
  return {
    facts: {
      tree,
      policies: policiesOf(tree),
      trustedServicePrincipals: [],
      reports: reportsOf(tree),
      movedAccountIds: [],
      unsettledAccountIds: [],
      movesKnownSince: null,
      namespacesSeenBefore: new Set(),
      openChanges: [],
      putOff: [],
      readAt: now,
      pendingEntityIds: [],
    },
    request: {
      reviewId: 'rev-bench',
      scopeId: rootId,
      thresholdDays: 180,
      asOf: now,
      depth: 'ou',
      kinds: ['lapsed', 'never-used'],
      configuration: configuration.value,
    },
  };
}

/** Ten OUs below the root, a tenth of all in the middle, the rest below these with all the accounts. */
function treeOf(accountCount: number): OrganizationTree {
  const unitCount = accountCount / accountsPerUnit;
  const middle = Math.max(10, unitCount / 10);
  const lowest = unitCount - 10 - middle;
  const unit = (level: string, index: number, parentId: string): OrganizationalUnit => {
    const name = `${level}${String(index).padStart(7, '0')}`;
    return { id: `ou-ex01-${name}`, name, parentId };
  };
  const units = [
    ...Array.from({ length: 10 }, (_, index) => unit('top', index, rootId)),
    ...Array.from({ length: middle }, (_, index) => unit('mid', index, unit('top', index % 10, '').id)),
    ...Array.from({ length: lowest }, (_, index) => unit('low', index, unit('mid', index % middle, '').id)),
  ];
  const accounts = Array.from({ length: accountCount }, (_, index): Account => {
    const id = String(200_000_000_000 + index);
    const parentId = unit('low', index % lowest, '').id;
    return { id, name: `account-${index}`, parentId, state: 'ACTIVE', joinedAt: now - 900 * day };
  });
  return buildTree({
    id: 'o-exampleorg1',
    managementAccountId: '111111111111',
    root: { id: rootId, name: 'Root' },
    organizationalUnits: units,
    accounts,
  });
}

const statement = (Effect: string, ...Action: string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] });

/** FullAWSAccess on everything, a deny list on every OU of the lowest level, an SCP on all middle OUs of each top one, and a guardrail on every tenth OU. */
function policiesOf(tree: OrganizationTree): readonly ServiceControlPolicy[] {
  const entities = [...tree.entities.values()];
  const units = entities.filter(({ type }) => type === 'ou');
  const scp = (name: string, text: string, targets: readonly Entity[]): ServiceControlPolicy => ({
    id: `p-${name.toLowerCase()}`,
    name,
    awsManaged: false,
    text,
    targets: targets.map(({ id, type, name: targetName }) => ({ id, type, name: targetName })),
    tags: {},
  });
  const lowest = units.filter(({ name }) => name.startsWith('low'));
  const tops = units.filter(({ name }) => name.startsWith('top'));
  const tenth = units.filter((_, index) => index % 10 === 0);
  return [
    { ...scp('FullAWSAccess', statement('Allow', '*'), entities), id: 'p-FullAWSAccess', awsManaged: true },
    scp('DenyList', statement('Deny', ...services.slice(1, 41).map((service) => `${service}:*`)), lowest),
    ...tops.map((top, index) => {
      const middle = units.filter(({ parentId }) => parentId === top.id);
      return scp(`Shared${index}`, statement('Deny', 'braket:CancelJob'), middle);
    }),
    ...tenth.map((unit, index) => scp(`Guardrail${index}`, statement('Deny', 'braket:CancelJob'), [unit])),
  ];
}

/** A report of the root and of each OU, as AWS would make it. */
function reportsOf(tree: OrganizationTree): readonly AccessReport[] {
  const asked = [...tree.entities.values()].filter(({ type }) => type !== 'account');
  return asked.map((entity) => {
    const rows = new Map(services.map((service, index) => [service, rowOf(tree, entity, service, index)]));
    const times = { createdAt: now - 3_000, completedAt: now - 1_000 };
    return { status: 'completed', entityId: entity.id, jobId: `job-${entity.id}`, ...times, rows };
  });
}

function rowOf(tree: OrganizationTree, entity: Entity, service: string, index: number): ServiceRow {
  let last: { readonly account: Account; readonly daysAgo: number } | null = null;
  let users = 0;
  for (const account of index % usedShare === 0 ? accountsBelow(tree, entity.id) : []) {
    const daysAgo = daysSinceUse(account, index);
    if (daysAgo === null) continue;
    users += 1;
    if (last === null || daysAgo < last.daysAgo) last = { account, daysAgo };
  }
  return {
    serviceNamespace: service,
    serviceName: `Service ${service}`,
    lastAccessedAt: last === null ? null : now - last.daysAgo * day,
    lastAccessedEntityPath: last === null ? null : entityOf(tree, last.account.id).path,
    lastAccessedRegion: last === null ? null : 'eu-west-1',
    accountsEverUsed: users,
  };
}

/** Scatters use evenly without chance: the same account and service always give the same answer. */
function daysSinceUse(account: Account, service: number): number | null {
  if (scattered(Number(account.parentId.slice(-7)), service) % 2 !== 0) return null;
  const days = scattered(Number(account.id.slice(-7)), service) % 1_000;
  return days < 250 ? days + 1 : null;
}

function scattered(one: number, other: number): number {
  const mixed = Math.imul(one + 1, 0x9e3779b1) ^ Math.imul(other + 1, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 8;
}
