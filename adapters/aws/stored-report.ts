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
  return { ...plain, rows: new Map(plain.rows.map((row) => [row.serviceNamespace, rowOf(row)])) };
}

/** Field by field: of a large organization there are a million rows, and so they take half the time and less room. */
function rowOf(plain: PlainRow): ServiceRow {
  const row = {
    serviceNamespace: plain.serviceNamespace,
    serviceName: plain.serviceName,
    lastAccessedAt: plain.lastAccessedAt,
    lastAccessedBy: namedAccount(plain.lastAccessedEntityPath),
    lastAccessedRegion: plain.lastAccessedRegion,
    accountsEverUsed: plain.accountsEverUsed,
  };
  return plain.unreadable === undefined ? row : { ...row, unreadable: plain.unreadable };
}
