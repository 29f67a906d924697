/** How fine a report is: services, or beside them the actions that AWS tracks. */
export type ReportLevel = 'service' | 'action';

/** One tracked action of a service (TrackedActionsLastAccessed). */
export interface ActionRow {
  /** Without prefix, such as `CreateFleet`. */
  readonly name: string;
  /** Epoch milliseconds of the last attempt; null: not accessed in the tracking period. */
  readonly lastAccessedAt: number | null;
  readonly lastAccessedRegion: string | null;
}

/** A principal that used a service by the subject's permissions (GetServiceLastAccessedDetailsWithEntities). */
export interface EntityUse {
  readonly arn: string;
  /** Epoch milliseconds; null: not in the tracking period. */
  readonly lastAccessedAt: number | null;
}

/** One service that the subject's policies allow, and its last use (GetServiceLastAccessedDetails). */
export interface IdentityServiceRow {
  /** The IAM action prefix, such as `lex`. */
  readonly serviceNamespace: string;
  readonly serviceName: string;
  /** The last attempt, denied ones included, in epoch milliseconds; null: none in the tracking period. */
  readonly lastAccessedAt: number | null;
  /** ARN of the principal that made it, or null. */
  readonly lastAccessedBy: string | null;
  readonly lastAccessedRegion: string | null;
  /** Principals with an attempt in the tracking period. */
  readonly entitiesEverUsed: number;
  /** The rows of tracked actions that the subject may use; null: AWS tracks no action of the service, or the report is at service level. */
  readonly actions: readonly ActionRow[] | null;
  /** Who used it, latest first; asked for groups and policies where somebody did, else empty. */
  readonly usedBy: readonly EntityUse[];
}

/** A report that was read whole. */
export interface CompletedIdentityReport {
  readonly status: 'completed';
  /** ARN of the user, group, role or managed policy. */
  readonly subjectArn: string;
  readonly level: ReportLevel;
  readonly jobId: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly completedAt: number;
  /** Rows by namespace. A service that is not here is *not permitted*, which is never *unused*. */
  readonly rows: ReadonlyMap<string, IdentityServiceRow>;
}

/** A report that could not be had: everything about its subject is unknown. */
export interface FailedIdentityReport {
  readonly status: 'failed';
  readonly subjectArn: string;
  /** AWS's code, or ours: `SHORT_REPORT`, `REPORT_TIMED_OUT`, `MALFORMED_REPORT`. */
  readonly failure: { readonly code: string; readonly message: string };
}

/** One last accessed report of one user, group, role or managed policy. */
export type IdentityReport = CompletedIdentityReport | FailedIdentityReport;
