import { type CompletedReport, namedAccount, type ServiceRow } from '../../core/finding/access-report.ts';

/** A row as it is stored: who made the last attempt as the path that AWS gave. */
type PlainRow = Omit<ServiceRow, 'lastAccessedBy'> & { readonly lastAccessedEntityPath: string | null };

/** A finished report as it is stored: rows as a list. */
export type PlainReport = Omit<CompletedReport, 'rows'> & { readonly rows: readonly PlainRow[] };

/** The report as it is stored. */
export function plainReport(report: CompletedReport): PlainReport {
  const rows = [...report.rows.values()].map(({ lastAccessedBy, ...row }) => {
    return { ...row, lastAccessedEntityPath: lastAccessedBy?.path ?? null };
  });
  return { ...report, rows };
}

/** The report that was stored. */
export function reportOf(plain: PlainReport): CompletedReport {
  const rows = plain.rows.map(({ lastAccessedEntityPath, ...row }) => {
    return [row.serviceNamespace, { ...row, lastAccessedBy: namedAccount(lastAccessedEntityPath) }] as const;
  });
  return { ...plain, rows: new Map(rows) };
}
