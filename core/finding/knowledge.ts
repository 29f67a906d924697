import { chainOf, entityOf, isWithin, type OrganizationTree } from '../organization/organization.ts';
import type { AccessReport, CompletedReport, ServiceRow } from './access-report.ts';
import { type AccountMoves, mergeMoves, movesInRows } from './moves.ts';
import type { RememberedUse } from './remembered-use.ts';
import type { Seasons } from './season.ts';

/** The latest use since the cut-off that any report shows. */
export interface UsedSince {
  readonly kind: 'used';
  readonly at: number;
  readonly account: string | null;
}

/** A row that names an account which the tree does not show below the entity of its report. */
interface StrangerRow {
  readonly by: CompletedReport;
  readonly row: ServiceRow;
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
  /** Those of them that show use since the cut-off, for every entity above theirs, as `entityId service`. */
  readonly strangersBelow: ReadonlyMap<string, readonly StrangerRow[]>;
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
  const strangersBelow = new Map<string, StrangerRow[]>();
  const addStranger = (by: CompletedReport, row: ServiceRow): void => {
    for (const { id } of tree.entities.has(by.entityId) ? chainOf(tree, by.entityId).slice(0, -1) : []) {
      const key = `${id} ${row.serviceNamespace}`;
      strangersBelow.set(key, [...(strangersBelow.get(key) ?? []), { by, row }]);
    }
  };

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
      if (row.unreadable === undefined) serviceNames.set(row.serviceNamespace, row.serviceName);
      if (row.lastAccessedAt === null) continue;
      const account = namedIn(tree, row);
      if (account === null || !isWithin(tree, account, report.entityId)) {
        doubtfulRows.add(`${report.entityId} ${row.serviceNamespace}`);
        if (row.lastAccessedAt >= cutOff) addStranger(report, row);
      }
      if (account === null || row.lastAccessedAt < cutOff) continue;
      markUsed(account, row.serviceNamespace, row.lastAccessedAt, row.lastAccessedBy?.path ?? null);
    }
  }
  for (const { account, at, service } of usesRemembered(tree, facts.remembered))
    if (at >= cutOff) markUsed(account.id, service, at, account.path);
  return {
    tree,
    cutOff,
    reports,
    serviceNames,
    moves: mergeMoves(facts.moves ?? new Map(), movesInRows(tree, reports.values())),
    usedSince,
    doubtfulRows,
    strangersBelow,
    seasons: facts.seasons ?? new Map(),
  };
}

/** Uses that earlier reviews saw, of accounts that are in the tree: also of one that left and came back since, of which AWS may have forgotten them. */
function usesRemembered(tree: OrganizationTree, remembered: RememberedUse = new Map()) {
  return [...remembered].flatMap(([service, accounts]) =>
    [...accounts].flatMap(([accountId, at]) => {
      const account = tree.entities.get(accountId);
      const isThere = account?.type === 'account' && account.firstAccount < account.endAccount;
      return isThere ? [{ account, at, service }] : [];
    }),
  );
}

/** The id of the account that a row names, if it is in the tree; else null. */
export function namedIn(tree: OrganizationTree, { lastAccessedBy }: ServiceRow): string | null {
  if (lastAccessedBy === null) return null;
  return tree.entities.get(lastAccessedBy.id)?.type === 'account' ? lastAccessedBy.id : null;
}
