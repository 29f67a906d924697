import type { AccessReport, CompletedReport, ServiceRow } from './access-report.ts';
import { chainOf, type Entity, entityOf, isWithin, type OrganizationTree } from './organization.ts';

/**
 * What is known of one service at one entity, from finished reports and their three safe conclusions:
 * - `used`: somebody below used it at or after the cut-off; `account` is the path that AWS named, where one is known.
 * - `unused`: no account below used it since the cut-off. `row` holds the exact figures (last use, count) of the
 *   entity itself, or null where only "before the cut-off or never" is known.
 * - `not-listed`: AWS does not list the service there, which says nothing about use.
 * - `unknown`: nobody asked, or asking failed.
 */
export type Use =
  | { readonly kind: 'used'; readonly at: number; readonly account: string | null }
  | { readonly kind: 'unused'; readonly row: ServiceRow | null; readonly from: string }
  | { readonly kind: 'not-listed'; readonly from: string }
  | { readonly kind: 'unknown' };

/** What the reports of one review say, ready to be asked. Built once per set of reports. */
export interface Knowledge {
  readonly tree: OrganizationTree;
  readonly cutOff: number;
  readonly reports: ReadonlyMap<string, AccessReport>;
  /** Services that any finished report lists, with AWS's display name. */
  readonly serviceNames: ReadonlyMap<string, string>;
  /** Accounts that moved within the threshold, as earlier trees or a row's path show: AWS does not say where their past use goes, so their own report counts too. */
  readonly movedAccountIds: readonly string[];
  /** The latest use since the cut-off that any report shows, by entity, then by service. */
  readonly usedSince: ReadonlyMap<
    string,
    ReadonlyMap<string, { readonly at: number; readonly account: string | null }>
  >;
  /** Rows whose named account the tree does not show below their entity, as `entityId service`: they say nothing. */
  readonly doubtfulRows: ReadonlySet<string>;
}

/** Draws every conclusion that marks something as used, and keeps the reports for the questions that remain. */
export function buildKnowledge(facts: {
  readonly tree: OrganizationTree;
  readonly reports: Iterable<AccessReport>;
  readonly cutOff: number;
  readonly movedAccountIds?: readonly string[];
}): Knowledge {
  const { tree, cutOff } = facts;
  const reports = new Map<string, AccessReport>();
  const serviceNames = new Map<string, string>();
  const usedSince = new Map<string, Map<string, { at: number; account: string | null }>>();
  const doubtfulRows = new Set<string>();
  const moved = new Set(facts.movedAccountIds ?? []);

  const markUsed = (entity: Entity, row: ServiceRow, at: number): void => {
    const services = usedSince.get(entity.id) ?? new Map();
    usedSince.set(entity.id, services);
    const known = services.get(row.serviceNamespace);
    if (!known || known.at < at)
      services.set(row.serviceNamespace, { at, account: row.lastAccessedEntityPath });
  };

  for (const report of facts.reports) {
    reports.set(report.entityId, report);
    if (report.status === 'failed') continue;
    for (const row of report.rows.values()) {
      serviceNames.set(row.serviceNamespace, row.serviceName);
      if (row.lastAccessedAt === null) continue;
      const account = namedAccount(tree, row);
      if (account === null || !isWithin(tree, account, report.entityId))
        doubtfulRows.add(`${report.entityId} ${row.serviceNamespace}`);
      if (account === null) continue;
      // AWS names a place where the tree does not show the account: it moved, whether or not an earlier tree shows that.
      if (namedParent(row) !== entityOf(tree, account).parentId) moved.add(account);
      if (row.lastAccessedAt < cutOff) continue;
      // Conclusion (b): the named account and all that lies above it were used at that moment or later. Use belongs to
      // the account, so it counts where the account is now even if the row is of an entity that it left.
      for (const entity of chainOf(tree, account)) markUsed(entity, row, row.lastAccessedAt);
    }
  }
  return {
    tree,
    cutOff,
    reports,
    serviceNames,
    movedAccountIds: [...moved].sort(),
    usedSince,
    doubtfulRows,
  };
}

/** What is known of one service at one entity. Use seen anywhere below wins over everything; a failed report is never overruled. */
export function useOf(knowledge: Knowledge, entityId: string, serviceNamespace: string): Use {
  const used = knowledge.usedSince.get(entityId)?.get(serviceNamespace);
  if (used) return { kind: 'used', ...used };
  if (!movedAccountsAreProven(knowledge, entityId, serviceNamespace)) return { kind: 'unknown' };

  const own = knowledge.reports.get(entityId);
  if (own?.status === 'failed') return { kind: 'unknown' };
  if (own) return readOwnRow(knowledge, own, serviceNamespace);

  const above = chainOf(knowledge.tree, entityId).slice(0, -1).reverse();
  for (const ancestor of above) {
    const report = knowledge.reports.get(ancestor.id);
    if (report?.status !== 'completed') continue;
    const conclusion = concludeBelow(knowledge, report, entityId, serviceNamespace);
    if (conclusion) return conclusion;
  }
  return { kind: 'unknown' };
}

function readOwnRow(knowledge: Knowledge, report: CompletedReport, serviceNamespace: string): Use {
  const row = report.rows.get(serviceNamespace);
  if (!row) return { kind: 'not-listed', from: report.entityId };
  if (knowledge.doubtfulRows.has(`${report.entityId} ${serviceNamespace}`)) return { kind: 'unknown' };
  return { kind: 'unused', row, from: report.entityId };
}

/** Conclusions (a) and (c) from one report of an entity above, or null where that report leaves it open. */
function concludeBelow(
  knowledge: Knowledge,
  report: CompletedReport,
  entityId: string,
  serviceNamespace: string,
): Use | null {
  const row = report.rows.get(serviceNamespace);
  if (!row) return { kind: 'not-listed', from: report.entityId };
  if (knowledge.doubtfulRows.has(`${report.entityId} ${serviceNamespace}`)) return null;
  if (row.lastAccessedAt === null) return { kind: 'unused', row, from: report.entityId };

  const account = namedAccountBelow(knowledge.tree, report.entityId, row);
  const isOnTheWay = account !== null && isWithin(knowledge.tree, account, entityId);
  if (account !== null && row.accountsEverUsed === 1) {
    if (isOnTheWay) return { kind: 'unused', row, from: report.entityId };
    return { kind: 'unused', row: neverUsed(row), from: report.entityId };
  }
  return row.lastAccessedAt < knowledge.cutOff ? { kind: 'unused', row: null, from: report.entityId } : null;
}

function neverUsed(row: ServiceRow): ServiceRow {
  return {
    ...row,
    lastAccessedAt: null,
    lastAccessedEntityPath: null,
    lastAccessedRegion: null,
    accountsEverUsed: 0,
  };
}

/** The id of the account that a row names, if the tree shows it below the report's entity; else null. */
function namedAccountBelow(tree: OrganizationTree, entityId: string, row: ServiceRow): string | null {
  const account = namedAccount(tree, row);
  return account !== null && isWithin(tree, account, entityId) ? account : null;
}

function namedAccount(tree: OrganizationTree, row: ServiceRow): string | null {
  const accountId = namedPlaces(row).at(-1);
  return accountId !== undefined && tree.entities.get(accountId)?.type === 'account' ? accountId : null;
}

function namedParent(row: ServiceRow): string | null {
  return namedPlaces(row).at(-2) ?? null;
}

function namedPlaces({ lastAccessedEntityPath }: ServiceRow): readonly string[] {
  return lastAccessedEntityPath?.split('/').filter((part) => part !== '') ?? [];
}

/** An account that moved within the threshold must itself be shown unused: the reports of entities above may have left its past use elsewhere. */
function movedAccountsAreProven(knowledge: Knowledge, entityId: string, serviceNamespace: string): boolean {
  const { tree, reports } = knowledge;
  const { path } = entityOf(tree, entityId);
  return knowledge.movedAccountIds.every((accountId) => {
    const account = tree.entities.get(accountId);
    if (!account || (account.path !== path && !account.path.startsWith(`${path}/`))) return true;
    const report = reports.get(accountId);
    return report?.status === 'completed' && report.rows.has(serviceNamespace);
  });
}

/**
 * Whether nobody below an entity used a service since the cut-off, as an SCP that reaches the entity needs it: here a
 * row that the entity's own SCPs hide is no obstacle, because the report of an entity above counts the same accounts.
 */
export function useBelow(knowledge: Knowledge, entityId: string, serviceNamespace: string): Use {
  const use = useOf(knowledge, entityId, serviceNamespace);
  if (use.kind !== 'not-listed') return use;
  for (const ancestor of chainOf(knowledge.tree, entityId).slice(0, -1).reverse()) {
    const report = knowledge.reports.get(ancestor.id);
    if (report?.status !== 'completed' || !report.rows.has(serviceNamespace)) continue;
    const conclusion = concludeBelow(knowledge, report, entityId, serviceNamespace);
    if (conclusion) return conclusion;
  }
  return use;
}
