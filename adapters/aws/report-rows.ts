import type { AccessDetail, GetOrganizationsAccessReportResponse } from '@aws-sdk/client-iam';
import { type AccessReport, namedAccount, type ServiceRow } from '../../core/finding/access-report.ts';

/** One page of a finished job, as the SDK gives it. */
export type ReportPage = GetOrganizationsAccessReportResponse;

/** Reads the pages of a finished job into a report. A row that is not understood, a row that comes twice or a figure that does not add up fails the whole report: nothing that was misread may look unused. */
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
  for (const detail of pages.flatMap((page) => page.AccessDetails ?? [])) {
    const row = toRow(detail);
    if (typeof row === 'string') return fail('MALFORMED_REPORT', row);
    if (rows.has(row.serviceNamespace))
      return fail('MALFORMED_REPORT', `service ${row.serviceNamespace} is listed twice`);
    rows.set(row.serviceNamespace, row);
  }
  const announced = first?.NumberOfServicesAccessible;
  if (announced === undefined)
    return fail('MALFORMED_REPORT', `job ${jobId} does not say how many services it lists`);
  if (rows.size < announced) return fail('SHORT_REPORT', `${rows.size} of ${announced} services were listed`);
  if (rows.size > announced)
    return fail('MALFORMED_REPORT', `${rows.size} services were listed where ${announced} were announced`);
  return { status: 'completed', entityId, jobId, createdAt, completedAt, rows };
}

/** The row, or what is wrong with it. Use is told by the time and the count together: one without the other could make a used service look unused. */
function toRow(detail: AccessDetail): ServiceRow | string {
  const { ServiceNamespace, ServiceName: serviceName, LastAuthenticatedTime: time } = detail;
  const serviceNamespace = namespaceOf(ServiceNamespace);
  if (serviceNamespace === null) return `a row names no service: ${ServiceNamespace ?? ''}`;
  const lastAccessedAt = time === undefined ? null : timeOf(time);
  if (time !== undefined && lastAccessedAt === null)
    return `service ${serviceNamespace} has a last use that is no date`;
  const count = detail.TotalAuthenticatedEntities ?? (time === undefined ? 0 : Number.NaN);
  if (!Number.isInteger(count) || count < 0) return `service ${serviceNamespace} has no count of accounts`;
  if (count > 0 !== (lastAccessedAt !== null))
    return `service ${serviceNamespace} was used by ${count} accounts but its last use says otherwise`;
  return {
    serviceNamespace,
    serviceName: serviceName || serviceNamespace,
    lastAccessedAt,
    lastAccessedBy: namedAccount(detail.EntityPath),
    lastAccessedRegion: detail.Region || null,
    accountsEverUsed: count,
  };
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
