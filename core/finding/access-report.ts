import { accessReportLimits } from '../base/limits.ts';
/** The account that made an attempt, parsed once from the path that AWS gives it (`o-…/r-…/ou-…/123456789012`). */
export interface NamedAccount {
  readonly path: string;
  readonly id: string;
  /** The root or OU that held it; null where the path is the account alone. */
  readonly parentId: string | null;
}

/** The account that a path ends with, or null where there is none. */
export function namedAccount(path: string | null | undefined): NamedAccount | null {
  const parts = path?.split('/').filter((part) => part !== '') ?? [];
  const id = parts.at(-1);
  if (!path || id === undefined) return null;
  return { path: path.replace(/\/+$/, ''), id, parentId: parts.at(-2) ?? null };
}

/** One row of an access report: what the accounts below an entity did with one service in AWS's tracking period. */
export interface ServiceRow {
  /** The IAM action prefix, e.g. `lex`. */
  readonly serviceNamespace: string;
  /** AWS's display name, e.g. `Amazon Lex`. */
  readonly serviceName: string;
  /** The last attempt, denied ones included, in epoch milliseconds; null: none in the tracking period. Only this tells use: a never-used `iam` row still carries a Region (observed). */
  readonly lastAccessedAt: number | null;
  /** Who made the last attempt: an account, never a principal (GetOrganizationsAccessReport). */
  readonly lastAccessedBy: NamedAccount | null;
  readonly lastAccessedRegion: string | null;
  /** The number of accounts with an attempt in the tracking period (`TotalAuthenticatedEntities`). */
  readonly accountsEverUsed: number;
  /**
   * What is wrong with the row, in words; absent: it was read. Then anybody may have used the service until the report was
   * made, and the row says so: its last use is the end of the job, by nobody who is named.
   */
  readonly unreadable?: string;
}

/** A report that was read whole: every page, as many rows as AWS announced. */
export interface CompletedReport {
  readonly status: 'completed';
  readonly entityId: string;
  readonly jobId: string;
  /** When AWS started the job, in epoch milliseconds. */
  readonly createdAt: number;
  /** When AWS finished the job, in epoch milliseconds. */
  readonly completedAt: number;
  /** Rows by namespace, in the order read. A service that is not here is *not listed*, which is never *unused*. */
  readonly rows: ReadonlyMap<string, ServiceRow>;
  /** What stands for a namespace in rows that name none, as AWS wrote it: of these nothing can be said or denied. Absent: none. */
  readonly unnamed?: readonly string[];
}

/** A report that could not be had: everything about its entity is unknown. */
export interface FailedReport {
  readonly status: 'failed';
  readonly entityId: string;
  readonly failure: {
    /** AWS's code (`ORGANIZATIONS_REPORT_ACCESS_DENIED`) or ours: `SHORT_REPORT`, `REPORT_TIMED_OUT`, `MOVED_ACCOUNT`. */
    readonly code: string;
    readonly message: string;
  };
}

/** One organizations access report of one entity. */
export type AccessReport = CompletedReport | FailedReport;

/** Whether AWS made no report because another one ran all the time: that says nothing of the entity. */
export function isBusy(report: AccessReport): report is FailedReport {
  return report.status === 'failed' && report.failure.code === 'REPORT_BUSY';
}

/**
 * Whether an earlier report may have missed uses up to the last one that a row of a later report shows. AWS's data lags by up to four
 * hours (IAM User Guide), so the later one can show as much more as it is later: what was used before that, both could show.
 */
export function mayHaveMissed(
  earlier: CompletedReport,
  later: CompletedReport,
  { lastAccessedAt }: ServiceRow,
): boolean {
  const between = later.completedAt - earlier.completedAt;
  if (between <= 0 || lastAccessedAt === null) return false;
  return lastAccessedAt > earlier.completedAt - Math.min(between, accessReportLimits.lagMilliseconds);
}
