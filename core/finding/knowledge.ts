import { chainOf, entityOf, isWithin, type OrganizationTree } from '../organization/organization.ts';
import type { AccessReport, CompletedReport, ServiceRow } from './access-report.ts';
import { type AccountMoves, accountsFromOutside, mergeMoves, movesInRows } from './moves.ts';
import type { RememberedUse } from './remembered-use.ts';
import type { Seasons } from './season.ts';

/**
 * What is known of one service at one entity, from finished reports and their three safe conclusions:
 * - `used`: somebody below used it at or after the cut-off; `account` is the path that AWS named, where one is known.
 * - `unused`: no account below used it since the cut-off. `row` holds the exact figures (last use, count) of the
 *   entity itself, or null where only "before the cut-off or never" is known.
 * - `not-listed`: AWS does not list the service there, which says nothing about use.
 * - `unknown`: nobody asked, or asking failed. `ask` names accounts that moved and whose own report is still to be asked.
 */
export type Use =
  | UsedSince
  | { readonly kind: 'unused'; readonly row: ServiceRow | null; readonly from: string }
  | { readonly kind: 'not-listed'; readonly from: string }
  | { readonly kind: 'unknown'; readonly ask: readonly string[] };

/** The latest use since the cut-off that any report shows. */
interface UsedSince {
  readonly kind: 'used';
  readonly at: number;
  readonly account: string | null;
}

/** What the reports of one review say, ready to be asked. Built once per set of reports. */
export interface Knowledge {
  readonly tree: OrganizationTree;
  readonly cutOff: number;
  readonly reports: ReadonlyMap<string, AccessReport>;
  /** Services that any finished report lists, with AWS's display name. */
  readonly serviceNames: ReadonlyMap<string, string>;
  /** Accounts that moved within the threshold, as earlier looks at the tree or a row's path show. */
  readonly moves: AccountMoves;
  /** The latest use since the cut-off that any report shows, by entity, then by service. */
  readonly usedSince: ReadonlyMap<string, ReadonlyMap<string, UsedSince>>;
  /** Rows whose named account the tree does not show below their entity, as `entityId service`: they say nothing. */
  readonly doubtfulRows: ReadonlySet<string>;
  /** Services that come back, as earlier reviews saw. */
  readonly seasons: Seasons;
}

/** Draws every conclusion that marks something as used, and keeps the reports for the questions that remain. */
export function buildKnowledge(facts: {
  readonly tree: OrganizationTree;
  readonly reports: Iterable<AccessReport>;
  readonly cutOff: number;
  readonly moves?: AccountMoves;
  readonly seasons?: Seasons;
  readonly remembered?: RememberedUse;
}): Knowledge {
  const { tree, cutOff } = facts;
  const reports = new Map<string, AccessReport>();
  const serviceNames = new Map<string, string>();
  const usedSince = new Map<string, Map<string, UsedSince>>();
  const doubtfulRows = new Set<string>();

  // Conclusion (b): the named account and all that lies above it were used at that moment or later. Use belongs to the
  // account, so it counts where the account is now even if the row is of an entity that it left.
  const markUsed = (accountId: string, service: string, at: number, account: string | null): void => {
    const use = { kind: 'used', at, account } as const;
    for (let id: string | null = accountId; id !== null; id = entityOf(tree, id).parentId) {
      const services = usedSince.get(id) ?? new Map<string, UsedSince>();
      usedSince.set(id, services);
      const known = services.get(service);
      // Whatever was marked here was marked above as well.
      if (known && known.at >= at) return;
      services.set(service, use);
    }
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
      if (account === null || row.lastAccessedAt < cutOff) continue;
      markUsed(account, row.serviceNamespace, row.lastAccessedAt, row.lastAccessedBy?.path ?? null);
    }
  }
  for (const [service, accounts] of facts.remembered ?? []) {
    for (const [accountId, at] of accounts) {
      const account = tree.entities.get(accountId);
      // Also of one that left and came back since: what AWS may have forgotten of it was seen all the same.
      if (account?.type === 'account' && account.firstAccount < account.endAccount && at >= cutOff)
        markUsed(accountId, service, at, account.path);
    }
  }
  return {
    tree,
    cutOff,
    reports,
    serviceNames,
    moves: mergeMoves(facts.moves ?? new Map(), movesInRows(tree, reports.values())),
    usedSince,
    doubtfulRows,
    seasons: facts.seasons ?? new Map(),
  };
}

/** What is known of one service at one entity. Use seen anywhere below wins over everything; a failed report is never overruled. */
export function useOf(knowledge: Knowledge, entityId: string, serviceNamespace: string): Use {
  const used = knowledge.usedSince.get(entityId)?.get(serviceNamespace);
  if (used) return used;
  const own = knowledge.reports.get(entityId);
  if (own?.status === 'failed') return unknown;
  if (isDoubtful(knowledge, entityId, serviceNamespace)) return unknown;
  const use = concludeFrom(knowledge, completedOf(knowledge, entityId), entityId, serviceNamespace);
  if (use.kind !== 'unused' || use.row !== null) return use;
  return { ...use, row: own?.rows.get(serviceNamespace) ?? null };
}

const unknown: Use = { kind: 'unknown', ask: [] };

/** The first conclusion that one of the reports allows. Where accounts that moved stand in the way of all, their own reports are to be asked. */
function concludeFrom(
  knowledge: Knowledge,
  reports: readonly CompletedReport[],
  entityId: string,
  serviceNamespace: string,
): Use {
  let toAsk: readonly string[] = [];
  for (const report of reports) {
    const conclusion = conclude(knowledge, report, entityId, serviceNamespace);
    if (conclusion === null) continue;
    if (conclusion.kind !== 'unknown') return conclusion;
    toAsk = [...new Set([...toAsk, ...conclusion.ask])];
  }
  return { kind: 'unknown', ask: toAsk };
}

const completed = new WeakMap<Knowledge, Map<string, readonly CompletedReport[]>>();

/** The finished reports of an entity and of those above, nearest first. Every service of an entity asks for them. */
function completedOf(knowledge: Knowledge, entityId: string): readonly CompletedReport[] {
  const known = completed.get(knowledge) ?? new Map<string, readonly CompletedReport[]>();
  completed.set(knowledge, known);
  const before = known.get(entityId);
  if (before !== undefined) return before;
  const reports = chainOf(knowledge.tree, entityId)
    .toReversed()
    .flatMap(({ id }) => {
      const report = knowledge.reports.get(id);
      return report?.status === 'completed' ? [report] : [];
    });
  known.set(entityId, reports);
  return reports;
}

function isDoubtful({ doubtfulRows }: Knowledge, entityId: string, serviceNamespace: string): boolean {
  return doubtfulRows.size > 0 && doubtfulRows.has(`${entityId} ${serviceNamespace}`);
}

/** What one report says of a service at its own entity or at one below, or null where it leaves that open. */
function conclude(
  knowledge: Knowledge,
  report: CompletedReport,
  entityId: string,
  serviceNamespace: string,
): Exclude<Use, { readonly kind: 'used' }> | null {
  const row = report.rows.get(serviceNamespace);
  if (!row) return { kind: 'not-listed', from: report.entityId };
  if (isDoubtful(knowledge, report.entityId, serviceNamespace)) return null;
  const exact = report.entityId === entityId ? row : rowBelow(knowledge, report, row, entityId);
  if (exact === null && (row.lastAccessedAt ?? 0) >= knowledge.cutOff) return null;
  const unproven = unprovenMoves(knowledge, report.entityId, entityId, serviceNamespace);
  if (unproven.length > 0)
    return { kind: 'unknown', ask: unproven.filter((id) => !knowledge.reports.has(id)) };
  return { kind: 'unused', row: exact, from: report.entityId };
}

/** Conclusions (a) and (c): the row of an entity below as the report of one above gives it, or null where it is not exact. */
function rowBelow(
  { tree }: Knowledge,
  report: CompletedReport,
  row: ServiceRow,
  entityId: string,
): ServiceRow | null {
  if (row.lastAccessedAt === null) return row;
  const account = namedAccountBelow(tree, report.entityId, row);
  if (account === null || row.accountsEverUsed !== 1) return null;
  return isWithin(tree, account, entityId) ? row : neverUsed(row);
}

function neverUsed(row: ServiceRow): ServiceRow {
  return {
    ...row,
    lastAccessedAt: null,
    lastAccessedBy: null,
    lastAccessedRegion: null,
    accountsEverUsed: 0,
  };
}

/** The id of the account that a row names, if the tree shows it below the report's entity; else null. */
function namedAccountBelow(tree: OrganizationTree, entityId: string, row: ServiceRow): string | null {
  const account = namedAccount(tree, row);
  return account !== null && isWithin(tree, account, entityId) ? account : null;
}

function namedAccount(tree: OrganizationTree, { lastAccessedBy }: ServiceRow): string | null {
  if (lastAccessedBy === null) return null;
  return tree.entities.get(lastAccessedBy.id)?.type === 'account' ? lastAccessedBy.id : null;
}

const outsiders = new WeakMap<Knowledge, Map<string, readonly string[]>>();

/** The accounts below an entity that a report may miss because they came from outside of the report's entity, and that no report of their own shows unused. */
function unprovenMoves(
  knowledge: Knowledge,
  reportOf: string,
  entityId: string,
  serviceNamespace: string,
): readonly string[] {
  const { moves, reports, tree } = knowledge;
  if (moves.size === 0) return [];
  const known = outsiders.get(knowledge) ?? new Map<string, readonly string[]>();
  outsiders.set(knowledge, known);
  const outside = known.get(reportOf) ?? accountsFromOutside(tree, moves, entityOf(tree, reportOf));
  known.set(reportOf, outside);
  return outside.filter((accountId) => {
    if (!isWithin(tree, accountId, entityId)) return false;
    const report = reports.get(accountId);
    return report?.status !== 'completed' || !report.rows.has(serviceNamespace);
  });
}

/**
 * Whether nobody below an entity used a service since the cut-off, as an SCP that reaches the entity needs it. Here a row that the entity's own SCPs hide is no obstacle, because the report of an entity above counts the same accounts.
 */
export function useBelow(knowledge: Knowledge, entityId: string, serviceNamespace: string): Use {
  const use = useOf(knowledge, entityId, serviceNamespace);
  if (use.kind !== 'not-listed') return use;
  const listing = completedOf(knowledge, entityId).filter(
    (report) => report.entityId !== entityId && report.rows.has(serviceNamespace),
  );
  return listing.length === 0 ? use : concludeFrom(knowledge, listing, entityId, serviceNamespace);
}
