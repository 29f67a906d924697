import {
  chainOf,
  type Entity,
  liesWithin,
  type OrganizationTree,
  parentOf,
} from '../organization/organization.ts';
import type { AccessReport, CompletedReport, ServiceRow } from './access-report.ts';
import { type AccountMoves, addMoveOf, mergeMoves } from './moves.ts';
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
  /** The latest use since the cut-off that any report shows, by service, then by entity. */
  readonly usedSince: ReadonlyMap<string, ReadonlyMap<string, UsedSince>>;
  /** Services by entity whose rows name an account that the tree does not show below it: they say nothing. */
  readonly doubtfulRows: ReadonlyMap<string, ReadonlySet<string>>;
  /** Those of them that show use since the cut-off, by service, then by every entity above theirs. */
  readonly strangersBelow: ReadonlyMap<string, ReadonlyMap<string, readonly StrangerRow[]>>;
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
  const usedSince: UsesByService = new Map();
  const doubtfulRows = new Map<string, Set<string>>();
  const strangersBelow: StrangersByService = new Map();
  const movesInRows = new Map<string, Set<string>>();
  for (const report of facts.reports) {
    reports.set(report.entityId, report);
    if (report.status === 'failed') continue;
    const entity = tree.entities.get(report.entityId);
    for (const row of report.rows.values()) {
      const { lastAccessedAt, lastAccessedBy, serviceNamespace } = row;
      if (row.unreadable === undefined) serviceNames.set(serviceNamespace, row.serviceName);
      if (lastAccessedBy !== null) addMoveOf(movesInRows, tree, lastAccessedBy);
      if (lastAccessedAt === null) continue;
      const account = namedIn(tree, row);
      if (account === null || entity === undefined || !liesWithin(account, entity)) {
        addDoubtful(doubtfulRows, report.entityId, serviceNamespace);
        if (lastAccessedAt >= cutOff) addStranger(strangersBelow, tree, { by: report, row });
      }
      if (account === null || lastAccessedAt < cutOff) continue;
      const use = { kind: 'used', at: lastAccessedAt, account: lastAccessedBy?.path ?? null } as const;
      markUsed(usedSince, tree, { account, service: serviceNamespace, use });
    }
  }
  for (const { account, at, service } of usesRemembered(tree, facts.remembered)) {
    const use = { kind: 'used', at, account: account.path } as const;
    if (at >= cutOff) markUsed(usedSince, tree, { account, service, use });
  }
  return {
    tree,
    cutOff,
    reports,
    serviceNames,
    moves: mergeMoves(facts.moves ?? new Map(), movesInRows),
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

type UsesByService = Map<string, Map<string, UsedSince>>;
type StrangersByService = Map<string, Map<string, readonly StrangerRow[]>>;

/**
 * Conclusion (b): the named account and all that lies above it were used at that moment or later. Use belongs to the
 * account, so it counts where the account is now even if the row is of an entity that it left.
 */
function markUsed(
  usedSince: UsesByService,
  tree: OrganizationTree,
  { account, service, use }: { readonly account: Entity; readonly service: string; readonly use: UsedSince },
): void {
  const entities = usedSince.get(service) ?? new Map<string, UsedSince>();
  usedSince.set(service, entities);
  for (let entity: Entity | null = account; entity !== null; entity = parentOf(tree, entity)) {
    const known = entities.get(entity.id);
    // Whatever was marked here was marked above as well.
    if (known && known.at >= use.at) return;
    entities.set(entity.id, use);
  }
}

function addDoubtful(doubtful: Map<string, Set<string>>, entityId: string, service: string): void {
  const services = doubtful.get(entityId) ?? new Set<string>();
  doubtful.set(entityId, services.add(service));
}

function addStranger(strangers: StrangersByService, tree: OrganizationTree, stranger: StrangerRow): void {
  const { entityId } = stranger.by;
  const service = stranger.row.serviceNamespace;
  const entities = strangers.get(service) ?? new Map<string, readonly StrangerRow[]>();
  strangers.set(service, entities);
  for (const { id } of tree.entities.has(entityId) ? chainOf(tree, entityId).slice(0, -1) : [])
    entities.set(id, [...(entities.get(id) ?? []), stranger]);
}

/** The account that a row names, if it is in the tree; else null. */
export function namedIn(tree: OrganizationTree, { lastAccessedBy }: ServiceRow): Entity | null {
  const entity = lastAccessedBy === null ? undefined : tree.entities.get(lastAccessedBy.id);
  return entity?.type === 'account' ? entity : null;
}
