import type { AccessDetail, GetOrganizationsAccessReportResponse } from '@aws-sdk/client-iam';
import { type AccessReport, namedAccount, type ServiceRow } from '../../core/finding/access-report.ts';

/** One page of a finished job, as the SDK gives it. */
export type ReportPage = GetOrganizationsAccessReportResponse;

/**
 * Reads the pages of a finished job into a report. A row that is not understood, or that comes twice, is unreadable: what it would tell is unknown.
 * A row without any name may be of each service, so it fails the whole report, as figures do that do not add up.
 */
export function toReport(entityId: string, jobId: string, pages: readonly ReportPage[]): AccessReport {
  const fail = (code: string, message: string): AccessReport => ({
    status: 'failed',
    entityId,
    failure: { code, message },
  });
  const [first] = pages;
  const createdAt = timeOf(first?.JobCreationDate);
  const completedAt = timeOf(first?.JobCompletionDate);
  if (createdAt === null || completedAt === null)
    return fail('MALFORMED_REPORT', `job ${jobId} is finished but has no dates`);

  const rows = new Map<string, ServiceRow>();
  const unnamed: string[] = [];
  const details = pages.flatMap((page) => page.AccessDetails ?? []);
  for (const detail of details) {
    const { ServiceNamespace } = detail;
    if (!ServiceNamespace) return fail('MALFORMED_REPORT', 'a row names no service');
    const namespace = namespaceOf(ServiceNamespace);
    if (namespace === null) unnamed.push(ServiceNamespace);
    else {
      const wrong = rows.has(namespace) ? 'AWS lists it twice' : wrongIn(detail);
      rows.set(
        namespace,
        wrong === null ? toRow(namespace, detail) : unreadable(toRow(namespace, detail), wrong, completedAt),
      );
    }
  }
  const announced = first?.NumberOfServicesAccessible;
  if (announced === undefined)
    return fail('MALFORMED_REPORT', `job ${jobId} does not say how many services it lists`);
  const listed = details.length;
  if (listed < announced) return fail('SHORT_REPORT', `${listed} of ${announced} services were listed`);
  if (listed > announced)
    return fail('MALFORMED_REPORT', `${listed} services were listed where ${announced} were announced`);
  const named = { status: 'completed', entityId, jobId, createdAt, completedAt, rows } as const;
  return unnamed.length === 0 ? named : { ...named, unnamed };
}

/** What is wrong with a row, or null. Use is told by time and count together: one without the other, or who without when, could make a used service look unused. */
function wrongIn({
  EntityPath,
  LastAuthenticatedTime: time,
  TotalAuthenticatedEntities,
}: AccessDetail): string | null {
  if (time !== undefined && timeOf(time) === null) return 'its last use is no date';
  const count = TotalAuthenticatedEntities ?? (time === undefined ? 0 : Number.NaN);
  if (!Number.isInteger(count) || count < 0) return 'it has no count of accounts';
  if (count > 0 !== (time !== undefined)) return `${count} accounts used it, but its last use says otherwise`;
  return time === undefined && EntityPath ? 'it says who used it last, and not when' : null;
}

function toRow(serviceNamespace: string, detail: AccessDetail): ServiceRow {
  const { LastAuthenticatedTime: time, ServiceName: serviceName } = detail;
  return {
    serviceNamespace,
    serviceName: serviceName || serviceNamespace,
    lastAccessedAt: timeOf(time),
    lastAccessedBy: namedAccount(detail.EntityPath),
    lastAccessedRegion: detail.Region || null,
    accountsEverUsed: detail.TotalAuthenticatedEntities ?? 0,
  };
}

function unreadable(row: ServiceRow, why: string, completedAt: number): ServiceRow {
  const nobody = { lastAccessedBy: null, lastAccessedRegion: null, accountsEverUsed: 0 };
  return { ...row, ...nobody, lastAccessedAt: completedAt, unreadable: why };
}

/** The namespace of a row, or null where it is none. IAM compares action prefixes without regard to case (IAM JSON policy elements: Action), so it is read in lower case. */
export function namespaceOf(text: string | undefined): string | null {
  const namespace = text?.toLowerCase() ?? '';
  return /^[a-z0-9-]+$/.test(namespace) ? namespace : null;
}

function timeOf(date: Date | undefined): number | null {
  const time = date instanceof Date ? date.getTime() : Number.NaN;
  return Number.isFinite(time) ? time : null;
}
