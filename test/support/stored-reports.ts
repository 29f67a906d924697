import { bodiesUnder } from '../../adapters/aws/store-bodies.ts';
import type { Table } from '../../adapters/aws/store-table.ts';
import { type PlainReport, reportOf } from '../../adapters/aws/stored-report.ts';
import type { CompletedReport } from '../../core/finding/access-report.ts';

/** The reports that are kept of a review, as evidence that nothing of the product reads. Throws if one is not whole. */
export async function storedReports(table: Table, reviewId: string): Promise<readonly CompletedReport[]> {
  const reports = await bodiesUnder(table, 'report', `REVIEW#${reviewId}`, 'REPORT#');
  return [...reports].map(([name, report]) => {
    if (report === null) throw new Error(`the ${name} in review ${reviewId} is not whole`);
    return reportOf(report as PlainReport);
  });
}
