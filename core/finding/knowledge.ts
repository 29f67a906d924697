import { rememberedFor } from '../base/remembered.ts';
import { chainOf, type Entity, type OrganizationTree, parentOf } from '../organization/organization.ts';
import type { AccessReport } from './access-report.ts';
import { type AccountMoves, mergeMoves } from './moves.ts';
import type { RememberedUse } from './remembered-use.ts';
import { rowsOf, type ToldRow } from './rows.ts';
import type { Seasons } from './season.ts';

/** The latest use since the cut-off that any report shows. */
export interface UsedSince {
  readonly kind: 'used';
  readonly at: number;
  readonly account: string | null;
}

/** A use with the account that it belongs to. */
interface UseOfAccount {
  readonly account: Entity;
  readonly service: string;
  readonly use: UsedSince;
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
  /** Every use since the cut-off that a row shows, in the order of the reports. */
  readonly uses: readonly UseOfAccount[];
  /** Services by entity whose rows name an account that the tree does not show below it: they say nothing. */
  readonly doubtfulRows: ReadonlyMap<string, ReadonlySet<string>>;
  /** Those of them that show use since the cut-off, by every entity above theirs, then by service. */
  readonly strangersBelow: ReadonlyMap<string, ReadonlyMap<string, readonly ToldRow[]>>;
  /** Services that come back, as earlier reviews saw. */
  readonly seasons: Seasons;
}

/** Draws every conclusion that marks something as used, and keeps the reports for the questions that remain. */
export function buildKnowledge(facts: {
  readonly tree: OrganizationTree;
  readonly reports: readonly AccessReport[];
  readonly cutOff: number;
  readonly moves?: AccountMoves;
  readonly seasons?: Seasons;
  readonly remembered?: RememberedUse;
}): Knowledge {
  const { cutOff, tree } = facts;
  const rows = rowsOf(tree, facts.reports);
  const uses: UseOfAccount[] = [];
  const doubtfulRows = new Map<string, Set<string>>();
  const strangersBelow = new Map<string, Map<string, readonly ToldRow[]>>();
  for (const each of rows.told) {
    const { account, isBelow, report, row } = each;
    const { lastAccessedBy, serviceNamespace } = row;
    const at = row.lastAccessedAt ?? 0;
    if (!isBelow) addDoubtful(doubtfulRows, report.entityId, serviceNamespace);
    if (at < cutOff) continue;
    if (!isBelow) addStranger(strangersBelow, tree, each);
    if (account === null) continue;
    const use = { kind: 'used', at, account: lastAccessedBy?.path ?? null } as const;
    uses.push({ account, service: serviceNamespace, use });
  }
  for (const { account, at, service } of usesRemembered(tree, facts.remembered)) {
    const use = { kind: 'used', at, account: account.path } as const;
    if (at >= cutOff) uses.push({ account, service, use });
  }
  return {
    tree,
    cutOff,
    reports: new Map(facts.reports.map((report) => [report.entityId, report])),
    serviceNames: rows.serviceNames,
    moves: mergeMoves(facts.moves ?? new Map(), rows.moves),
    uses,
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

type UsesByEntity = Map<string, Map<string, UsedSince>>;

/**
 * Conclusion (b), by service: the named account and all that lies above it were used at that moment or later. Use belongs to
 * the account, so it counts where the account is now even if the row is of an entity that it left.
 */
export function usesAt(knowledge: Knowledge, { id, type }: Entity): ReadonlyMap<string, UsedSince> {
  return (type === 'account' ? usesOfAccounts : usesAbove)(knowledge).get(id) ?? nothing;
}

const nothing: ReadonlyMap<string, UsedSince> = new Map();

const usesAbove = rememberedFor(({ tree, uses }: Knowledge): UsesByEntity => {
  const marked: UsesByEntity = new Map();
  for (const { account, service, use } of uses) {
    let entity = parentOf(tree, account);
    // Whatever was marked at one was marked above it as well.
    while (entity !== null && mark(marked, entity, service, use)) entity = parentOf(tree, entity);
  }
  return marked;
});

/** There are many accounts, and most reviews ask of OUs alone. */
const usesOfAccounts = rememberedFor(({ uses }: Knowledge): UsesByEntity => {
  const marked: UsesByEntity = new Map();
  for (const { account, service, use } of uses) mark(marked, account, service, use);
  return marked;
});

/** Marks an entity as used; answers whether that is the latest use there so far. */
function mark(marked: UsesByEntity, { id }: Entity, service: string, use: UsedSince): boolean {
  const services = marked.get(id) ?? new Map<string, UsedSince>();
  const known = services.get(service);
  if (known && known.at >= use.at) return false;
  if (services.size === 0) marked.set(id, services);
  services.set(service, use);
  return true;
}

function addDoubtful(doubtful: Map<string, Set<string>>, entityId: string, service: string): void {
  const services = doubtful.get(entityId) ?? new Set<string>();
  doubtful.set(entityId, services.add(service));
}

function addStranger(
  strangersBelow: Map<string, Map<string, readonly ToldRow[]>>,
  tree: OrganizationTree,
  stranger: ToldRow,
): void {
  const { entityId } = stranger.report;
  const { serviceNamespace } = stranger.row;
  for (const { id } of tree.entities.has(entityId) ? chainOf(tree, entityId).slice(0, -1) : []) {
    const services = strangersBelow.get(id) ?? new Map<string, readonly ToldRow[]>();
    strangersBelow.set(id, services);
    services.set(serviceNamespace, [...(services.get(serviceNamespace) ?? []), stranger]);
  }
}
