import { whole } from '../../adapters/aws/store-format.ts';
import { itemsUnder, piecesById } from '../../adapters/aws/store-items.ts';
import type { Table } from '../../adapters/aws/store-table.ts';
import { type PlainReport, reportOf } from '../../adapters/aws/stored-report.ts';
import type { CompletedReport } from '../../core/finding/access-report.ts';

/** The reports that are kept of a review, as evidence that nothing of the product reads. Throws if one is not whole. */
export async function storedReports(table: Table, reviewId: string): Promise<readonly CompletedReport[]> {
  const items = await itemsUnder(table, `REVIEW#${reviewId}`, 'REPORT#');
  return [...piecesById(items)].map(([entityId, pieces]) => {
    const report = whole('report', pieces);
    if (report === null) throw new Error(`the report of ${entityId} in review ${reviewId} is not whole`);
    return reportOf(report as PlainReport);
  });
}
