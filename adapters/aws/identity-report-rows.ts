import type {
  EntityDetails,
  GetServiceLastAccessedDetailsResponse,
  ServiceLastAccessed,
  TrackedActionLastAccessed,
} from '@aws-sdk/client-iam';
import type {
  ActionRow,
  EntityUse,
  IdentityServiceRow,
  ReportLevel,
} from '../../core/identity/identity-report.ts';
import { namespaceOf } from './report-rows.ts';

/** One page of a finished job, as the SDK gives it. */
export type IdentityReportPage = Partial<GetServiceLastAccessedDetailsResponse>;

/** The rows of a report without who used them, or what is wrong with it: nothing that was misread may look unused. */
export function toIdentityRows(
  pages: readonly IdentityReportPage[],
  level: ReportLevel,
): ReadonlyMap<string, IdentityServiceRow> | string {
  const rows = new Map<string, IdentityServiceRow>();
  for (const { JobType, ServicesLastAccessed } of pages) {
    if (!ServicesLastAccessed) return 'a page has no list of services';
    if (JobType !== undefined && JobType !== (level === 'action' ? 'ACTION_LEVEL' : 'SERVICE_LEVEL'))
      return `the report is ${JobType} where ${level} level was asked for`;
    for (const service of ServicesLastAccessed) {
      const row = toRow(service, level);
      if (typeof row === 'string') return row;
      if (rows.has(row.serviceNamespace)) return `service ${row.serviceNamespace} is listed twice`;
      rows.set(row.serviceNamespace, row);
    }
  }
  return rows;
}

/** The row, or what is wrong with it. A count without a time could make a used service look unused; a time alone is use. */
function toRow(service: Partial<ServiceLastAccessed>, level: ReportLevel): IdentityServiceRow | string {
  const { LastAuthenticated: time, ServiceName, ServiceNamespace } = service;
  const serviceNamespace = namespaceOf(ServiceNamespace);
  if (serviceNamespace === null) return `a row names no service: ${ServiceNamespace ?? ''}`;
  const lastAccessedAt = timeOf(time);
  if (lastAccessedAt === undefined) return `service ${serviceNamespace} has a last use that is no date`;
  const count = service.TotalAuthenticatedEntities ?? 0;
  if (!Number.isInteger(count) || count < 0) return `service ${serviceNamespace} has no count of principals`;
  if (count > 0 && lastAccessedAt === null)
    return `service ${serviceNamespace} was used by ${count} principals but has no last use`;
  const actions = toActions(service.TrackedActionsLastAccessed, level);
  if (typeof actions === 'string') return `service ${serviceNamespace}: ${actions}`;
  return {
    serviceNamespace,
    serviceName: ServiceName || serviceNamespace,
    lastAccessedAt,
    lastAccessedBy: service.LastAuthenticatedEntity || null,
    lastAccessedRegion: service.LastAuthenticatedRegion || null,
    entitiesEverUsed: lastAccessedAt === null ? 0 : Math.max(1, count),
    actions,
    usedBy: [],
  };
}

/** AWS leaves the list out where it tracks no action that the subject may use: nothing is known then, which an empty list would not say. */
function toActions(
  tracked: readonly TrackedActionLastAccessed[] | undefined,
  level: ReportLevel,
): readonly ActionRow[] | null | string {
  if (level === 'service' || !tracked || tracked.length === 0) return null;
  const rows = new Map<string, ActionRow>();
  for (const { ActionName: name, LastAccessedRegion, LastAccessedTime } of tracked) {
    if (!name) return 'an action has no name';
    const lastAccessedAt = timeOf(LastAccessedTime);
    if (lastAccessedAt === undefined) return `action ${name} has a last use that is no date`;
    if (rows.has(name)) return `action ${name} is listed twice`;
    rows.set(name, { name, lastAccessedAt, lastAccessedRegion: LastAccessedRegion || null });
  }
  return [...rows.values()];
}

/** Who used a service, latest first; those who could have but did not are left out. A string says what is wrong. */
export function toUses(details: readonly EntityDetails[]): readonly EntityUse[] | string {
  const uses: (EntityUse & { readonly lastAccessedAt: number })[] = [];
  for (const { EntityInfo, LastAuthenticated } of details) {
    const lastAccessedAt = timeOf(LastAuthenticated);
    if (!EntityInfo?.Arn) return 'a principal has no ARN';
    if (lastAccessedAt === undefined) return `${EntityInfo.Arn} has a last use that is no date`;
    if (lastAccessedAt !== null) uses.push({ arn: EntityInfo.Arn, lastAccessedAt });
  }
  return uses.sort((one, other) => other.lastAccessedAt - one.lastAccessedAt);
}

/** Epoch milliseconds; null: there is no time; undefined: it is none. */
function timeOf(date: Date | undefined): number | null | undefined {
  if (date === undefined) return null;
  const time = date.getTime();
  return Number.isFinite(time) ? time : undefined;
}
