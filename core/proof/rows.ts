import { listAt } from '../base/lists.ts';
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
  /** Every namespace that some report lists. */
  readonly namespaces: ReadonlySet<string>;
  /** The rows that show a last use, whenever that was, by namespace. */
  readonly used: ReadonlyMap<string, readonly RowOfReport[]>;
  /** The moves of accounts that rows show. */
  readonly moves: AccountMoves;
}

/** What the rows of the reports show. Inference reads them for itself: a row that it lost would be lost for its proof, too. */
export function rowsOf(tree: OrganizationTree, reports: readonly AccessReport[]): RowsRead {
  return rowsIn(tree)(reports);
}

const rowsIn = rememberedFor((tree: OrganizationTree) =>
  rememberedFor((reports: readonly AccessReport[]) => readRows(tree, reports)),
);

function readRows(tree: OrganizationTree, reports: readonly AccessReport[]): RowsRead {
  const namespaces = new Set<string>();
  const used = new Map<string, RowOfReport[]>();
  const moves = new Map<string, Set<string>>();
  for (const report of reports) {
    if (report.status === 'failed') continue;
    // Without the pairs that a loop over a map makes: there may be a million rows.
    report.rows.forEach((row, namespace) => {
      namespaces.add(namespace);
      if (row.lastAccessedBy !== null) addMoveOf(moves, tree, row.lastAccessedBy);
      if (row.lastAccessedAt !== null) listAt(used, namespace).push({ report, row });
    });
  }
  return { namespaces, used, moves };
}
