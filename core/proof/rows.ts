import { rememberedFor } from '../base/remembered.ts';
import type { AccessReport, CompletedReport, ServiceRow } from '../finding/access-report.ts';
import { type AccountMoves, addMoveOf } from '../finding/moves.ts';
import type { OrganizationTree } from '../organization/organization.ts';

/** A row and the report that it is of. */
export interface RowOfReport {
  readonly report: CompletedReport;
  readonly row: ServiceRow;
}

/** What the rows of all finished reports show, read once for all proofs of a review. */
export interface RowsRead {
  /** Every namespace that some report lists, with its rows that show a last use, whenever that was. Most have none. */
  readonly used: ReadonlyMap<string, readonly RowOfReport[]>;
  /** The moves of accounts that rows show. */
  readonly moves: AccountMoves;
}

/** What the rows of the reports show. */
export function rowsOf(tree: OrganizationTree, reports: readonly AccessReport[]): RowsRead {
  return rowsIn(tree)(reports);
}

const rowsIn = rememberedFor((tree: OrganizationTree) =>
  rememberedFor((reports: readonly AccessReport[]) => readRows(tree, reports)),
);

function readRows(tree: OrganizationTree, reports: readonly AccessReport[]): RowsRead {
  const used = new Map<string, RowOfReport[]>();
  const moves = new Map<string, Set<string>>();
  for (const report of reports) {
    if (report.status === 'failed') continue;
    // Without the pairs that a loop over a map makes: there may be a million rows.
    report.rows.forEach((row, namespace) => {
      if (!used.has(namespace)) used.set(namespace, []);
      if (row.lastAccessedBy !== null) addMoveOf(moves, tree, row.lastAccessedBy);
      if (row.lastAccessedAt !== null) used.get(namespace)?.push({ report, row });
    });
  }
  return { used, moves };
}
