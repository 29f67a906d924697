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

/** What the rows of all finished reports say to those who infer. Whoever proves reads them for himself. */
export interface RowsRead {
  /** AWS's display names by namespace, each by the last row that can be read. */
  readonly serviceNames: ReadonlyMap<string, string>;
  /** The rows that show a last use, whenever that was, in the order of the reports. Most rows show none. */
  readonly told: readonly ToldRow[];
  /** The moves of accounts that rows show. */
  readonly moves: AccountMoves;
}

/** What the rows of the reports say. */
export function rowsOf(tree: OrganizationTree, reports: readonly AccessReport[]): RowsRead {
  const serviceNames = new Map<string, string>();
  const told: ToldRow[] = [];
  const moves = new Map<string, Set<string>>();
  for (const report of reports) {
    if (report.status === 'failed') continue;
    const entity = tree.entities.get(report.entityId);
    for (const row of report.rows.values()) {
      const { lastAccessedAt, lastAccessedBy } = row;
      if (row.unreadable === undefined) serviceNames.set(row.serviceNamespace, row.serviceName);
      if (lastAccessedBy !== null) addMoveOf(moves, tree, lastAccessedBy);
      if (lastAccessedAt === null) continue;
      const account = lastAccessedBy === null ? null : namedIn(tree, lastAccessedBy);
      // Most rows name an account right below the entity.
      const isBelow =
        account !== null &&
        entity !== undefined &&
        (account.parentId === entity.id || liesWithin(account, entity));
      told.push({ report, row, account, isBelow });
    }
  }
  return { serviceNames, told, moves };
}

/** The account of the tree that a row names, or null. */
export function namedIn(tree: OrganizationTree, { id }: NamedAccount): Entity | null {
  const entity = tree.entities.get(id);
  return entity?.type === 'account' ? entity : null;
}
