import { rememberedFor } from '../base/remembered.ts';
import { type Entity, liesWithin, type OrganizationTree } from '../organization/organization.ts';
import type { AccessReport, CompletedReport, NamedAccount, ServiceRow } from './access-report.ts';
import { type AccountMoves, addMoveOf } from './moves.ts';

/** A row that shows a last use, with the report that it is of. */
export interface ToldRow {
  readonly report: CompletedReport;
  readonly row: ServiceRow;
  /** The account that the row names, if it is in the tree; else null. */
  readonly account: Entity | null;
  /** Whether the tree shows that account below the entity of the report. */
  readonly isBelow: boolean;
}

/** What the rows of all finished reports say of one service. */
export interface ServiceRead {
  /** AWS's display name, by the last row that can be read; null: none can. */
  readonly name: string | null;
  /** The rows that show a last use, whenever that was, in the order of the reports. Most services have none. */
  readonly told: readonly ToldRow[];
}

/** What the rows of all finished reports say: read once for all who ask, those who infer and those who prove. */
export interface RowsRead {
  /** Every namespace that some report lists. */
  readonly services: ReadonlyMap<string, ServiceRead>;
  /** The rows that show a last use, of all services, in the order of the reports. */
  readonly told: readonly ToldRow[];
  /** The moves of accounts that rows show. */
  readonly moves: AccountMoves;
}

/** What the rows of the reports say. */
export function rowsOf(tree: OrganizationTree, reports: readonly AccessReport[]): RowsRead {
  return rowsIn(tree)(reports);
}

const rowsIn = rememberedFor((tree: OrganizationTree) =>
  rememberedFor((reports: readonly AccessReport[]) => readRows(tree, reports)),
);

function readRows(tree: OrganizationTree, reports: readonly AccessReport[]): RowsRead {
  const services = new Map<string, { name: string | null; readonly told: ToldRow[] }>();
  const all: ToldRow[] = [];
  const moves = new Map<string, Set<string>>();
  for (const report of reports) {
    if (report.status === 'failed') continue;
    const entity = tree.entities.get(report.entityId);
    for (const row of report.rows.values()) {
      const { lastAccessedAt, lastAccessedBy, serviceNamespace, unreadable } = row;
      const service = services.get(serviceNamespace) ?? { name: null, told: [] };
      if (service.name === null) services.set(serviceNamespace, service);
      if (unreadable === undefined) service.name = row.serviceName;
      const account = lastAccessedBy === null ? null : namedIn(tree, lastAccessedBy);
      if (lastAccessedBy !== null && account !== null) addMoveOf(moves, tree, account, lastAccessedBy);
      if (lastAccessedAt === null) continue;
      // Most rows name an account right below the entity.
      const isBelow =
        account !== null &&
        entity !== undefined &&
        (account.parentId === entity.id || liesWithin(account, entity));
      const told = { report, row, account, isBelow };
      service.told.push(told);
      all.push(told);
    }
  }
  return { services, told: all, moves };
}

/** The account of the tree that a row names, or null. */
export function namedIn(tree: OrganizationTree, { id }: NamedAccount): Entity | null {
  const entity = tree.entities.get(id);
  return entity?.type === 'account' ? entity : null;
}
