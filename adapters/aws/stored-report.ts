import type { CompletedReport, ServiceRow } from '../../core/finding/access-report.ts';

/** A finished report as it is stored: rows as a list. */
export type PlainReport = Omit<CompletedReport, 'rows'> & { readonly rows: readonly ServiceRow[] };

/** The report as it is stored. */
export function plainReport(report: CompletedReport): PlainReport {
  return { ...report, rows: [...report.rows.values()] };
}

/** The report that was stored. */
export function reportOf(plain: PlainReport): CompletedReport {
  return { ...plain, rows: new Map(plain.rows.map((row) => [row.serviceNamespace, row])) };
}
