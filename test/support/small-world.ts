import { parseConfiguration } from '../../core/base/configuration.ts';
import { type AccessReport, namedAccount, type ServiceRow } from '../../core/finding/access-report.ts';
import {
  type Account,
  accountsBelow,
  buildTree,
  entityOf,
  type OrganizationFacts,
  type OrganizationTree,
} from '../../core/organization/organization.ts';
import type { PolicyTarget, ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import type { ReviewFacts, ReviewRequest } from '../../core/review/review-facts.ts';
import { emptyHistory } from '../../flow/collect.ts';

/** One use of a service by an account. */
export interface Use {
  readonly accountId: string;
  readonly service: string;
  readonly at: number;
}

/** Milliseconds of a day. */
export const day = 86_400_000;
/** The instant that tests judge from. */
export const now = Date.parse('2026-11-22T09:00:00Z');
/** The id of the organization of every test. */
export const organizationId = 'o-testorgid1';
/** The management account of every test. */
export const managementAccountId = '111111111111';

/** A tree from nested names: `{ Dev: { 'dev-1': account } }` is an OU with an account. */
export type Nest = { readonly [name: string]: Nest | Partial<Account> };

/** Builds a tree: keys that hold `id` are accounts, others OUs with id `ou-test-<name in lower case>`. */
export function treeOf(nest: Nest): OrganizationTree {
  const organizationalUnits: OrganizationFacts['organizationalUnits'][number][] = [];
  const accounts: Account[] = [];
  const walk = (children: Nest, parentId: string): void => {
    for (const [name, child] of Object.entries(children)) {
      if (typeof (child as Partial<Account>).id === 'string') {
        const account = child as Partial<Account> & { id: string };
        accounts.push({ name, state: 'ACTIVE', joinedAt: now - 1000 * day, ...account, parentId });
      } else {
        const id = `ou-test-${name.toLowerCase().padEnd(8, '0')}`;
        organizationalUnits.push({ id, name, parentId });
        walk(child as Nest, id);
      }
    }
  };
  walk(nest, 'r-test');
  return buildTree({
    id: organizationId,
    managementAccountId,
    root: { id: 'r-test', name: 'Root' },
    organizationalUnits,
    accounts,
  });
}

/** The report that AWS would make of an entity, by brute force: for each listed service the last use below, by whom, and how many accounts used it in 400 days. */
export function reportOf(
  tree: OrganizationTree,
  entityId: string,
  uses: readonly Use[],
  services: readonly string[],
  at: number = now,
): AccessReport {
  const below = new Set(accountsBelow(tree, entityId).map((account) => account.id));
  const rows = services.map((service): ServiceRow => {
    const seen = uses.filter(
      (use) => use.service === service && below.has(use.accountId) && use.at <= at && use.at > at - 400 * day,
    );
    const last = seen.reduce<Use | null>(
      (latest, use) => (latest === null || use.at > latest.at ? use : latest),
      null,
    );
    return {
      serviceNamespace: service,
      serviceName: `Service ${service}`,
      lastAccessedAt: last?.at ?? null,
      lastAccessedBy: namedAccount(last === null ? null : entityOf(tree, last.accountId).path),
      lastAccessedRegion: last === null ? null : 'eu-west-1',
      accountsEverUsed: new Set(seen.map((use) => use.accountId)).size,
    };
  });
  return completedReport(entityId, rows, at);
}

/** A report that AWS finished at `at`. */
export function completedReport(entityId: string, rows: readonly ServiceRow[], at: number): AccessReport {
  return {
    status: 'completed',
    entityId,
    jobId: `job-${entityId}`,
    createdAt: at - 2000,
    completedAt: at,
    rows: new Map(rows.map((row) => [row.serviceNamespace, row])),
  };
}

/** An SCP; targets by id. */
export function policy(
  id: string,
  text: string | object,
  targets: readonly PolicyTarget[],
  more: Partial<ServiceControlPolicy> = {},
): ServiceControlPolicy {
  const written = typeof text === 'string' ? text : JSON.stringify(text);
  return { id, name: id.replace(/^p-/, ''), awsManaged: false, text: written, targets, tags: {}, ...more };
}

/** The target for an entity of the tree. */
export function target(tree: OrganizationTree, id: string): PolicyTarget {
  const { name, type } = entityOf(tree, id);
  return { id, name, type };
}

const allowAll = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** AWS's FullAWSAccess on every entity. */
export function fullAccess(tree: OrganizationTree): ServiceControlPolicy {
  const targets = [...tree.entities.keys()].map((id) => target(tree, id));
  return policy('p-FullAWSAccess', allowAll, targets, { name: 'FullAWSAccess', awsManaged: true });
}

/** Facts and request of a review, everything that a test does not say filled in. */
export function reviewOf(
  tree: OrganizationTree,
  given: Partial<ReviewFacts> & {
    readonly request?: Partial<ReviewRequest>;
    readonly settings?: object;
  } = {},
): { readonly facts: ReviewFacts; readonly request: ReviewRequest } {
  const { request, settings, ...facts } = given;
  const configuration = parseConfiguration(settings ?? {});
  if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
  return {
    facts: {
      tree,
      policies: [fullAccess(tree)],
      trustedServicePrincipals: [],
      reports: [],
      ...emptyHistory,
      movesDuringReview: new Map(),
      movedAgainAccountIds: [],
      readAt: now,
      pendingEntityIds: [],
      ...facts,
    },
    request: {
      reviewId: 'rev-test',
      scopeId: 'r-test',
      thresholdDays: 180,
      asOf: now,
      depth: 'ou',
      kinds: ['lapsed', 'never-used'],
      configuration: configuration.value,
      ...request,
    },
  };
}
