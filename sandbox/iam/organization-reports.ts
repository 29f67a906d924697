import { type Caller, isDenied } from '../callers.ts';
import type { FaultBox } from '../faults.ts';
import { QueryError, type QueryValue } from '../query-protocol.ts';
import type { QueryOperations } from '../query-service.ts';
import { createReportJobs, type ReportJob, type ReportPace } from '../report-jobs.ts';
import type { ReportRow } from '../report-rows.ts';
import type { World } from '../world.ts';
import { maxItemsFaults, validate, violated } from './validation.ts';

const byNamespace = (left: ReportRow, right: ReportRow): number =>
  left.namespace < right.namespace ? -1 : 1;
const byTime = (left: ReportRow, right: ReportRow): number =>
  (left.latest?.at ?? 0) - (right.latest?.at ?? 0) || byNamespace(left, right);

// In the order in which AWS's own error message names them.
const sortKeys: Readonly<Record<string, (left: ReportRow, right: ReportRow) => number>> = {
  SERVICE_NAMESPACE_DESCENDING: (left, right) => byNamespace(right, left),
  SERVICE_NAMESPACE_ASCENDING: byNamespace,
  LAST_AUTHENTICATED_TIME_DESCENDING: (left, right) => byTime(right, left),
  LAST_AUTHENTICATED_TIME_ASCENDING: byTime,
};

const pathPattern = '^o-[0-9a-z]{10,32}\\/r-[0-9a-z]{4,32}[0-9a-z-\\/]*';
const policyPattern = '^p-[0-9a-zA-Z_]{8,128}$';

const generateInput = (
  input: URLSearchParams,
): { readonly path: string; readonly policyId: string | null } => {
  const path = input.get('EntityPath');
  const policyId = input.get('OrganizationsPolicyId');
  validate([
    path === null && violated('entityPath', 'not be null'),
    path !== null && path.length < 19 && violated('entityPath', 'have length greater than or equal to 19'),
    path !== null && path.length > 427 && violated('entityPath', 'have length less than or equal to 427'),
    path !== null &&
      !new RegExp(`${pathPattern}$`).test(path) &&
      violated('entityPath', `satisfy regular expression pattern: ${pathPattern}`),
    policyId !== null &&
      !new RegExp(policyPattern).test(policyId) &&
      violated('organizationsPolicyId', `satisfy regular expression pattern: ${policyPattern}`),
  ]);
  return { path: path as string, policyId };
};

const getInput = (
  input: URLSearchParams,
): { readonly id: string; readonly maxItems: number; readonly sortKey: string } => {
  const id = input.get('JobId');
  const maxItems = Number(input.get('MaxItems') ?? 100);
  const sortKey = input.get('SortKey') ?? 'SERVICE_NAMESPACE_ASCENDING';
  validate([
    id === null && violated('jobId', 'not be null'),
    id !== null && id.length < 36 && violated('jobId', 'have length greater than or equal to 36'),
    id !== null && id.length > 36 && violated('jobId', 'have length less than or equal to 36'),
    ...maxItemsFaults(maxItems),
    !(sortKey in sortKeys) &&
      violated('sortKey', `satisfy enum value set: [${Object.keys(sortKeys).join(', ')}]`),
  ]);
  return { id: id as string, maxItems, sortKey };
};

interface Marker {
  readonly job: string;
  readonly sortKey: string;
  readonly from: number;
}

const startOf = (given: string | null, job: ReportJob, sortKey: string): number => {
  if (given === null) return 0;
  let marker: Marker;
  try {
    marker = JSON.parse(Buffer.from(given, 'base64').toString('utf8')) as Marker;
    if (!Number.isInteger(marker.from)) throw new Error('no position');
  } catch {
    throw new QueryError('ValidationError', 'Invalid Marker.');
  }
  if (marker.job !== job.id || marker.sortKey !== sortKey) {
    throw new QueryError('InvalidInput', 'The marker passed in the request was invalid.');
  }
  return marker.from;
};

// Observed: a service without use has no time and no path; the iam row alone still names a Region.
const rowValue = (row: ReportRow): QueryValue => ({
  ServiceName: row.name,
  ServiceNamespace: row.namespace,
  Region: row.latest?.region ?? (row.namespace === 'iam' ? 'us-east-1' : undefined),
  EntityPath: row.latest?.accountPath,
  LastAuthenticatedTime: row.latest === null ? undefined : new Date(row.latest.at),
  TotalAuthenticatedEntities: row.accounts,
});

const reportValue = (
  world: World,
  job: ReportJob,
  input: ReturnType<typeof getInput>,
  marker: string | null,
): QueryValue => {
  const created = { JobCreationDate: new Date(job.created) };
  const from = startOf(marker, job, input.sortKey);
  if (job.stuck || world.now() < job.ends)
    return { JobStatus: 'IN_PROGRESS', ...created, IsTruncated: false };
  const finished = { ...created, JobCompletionDate: new Date(job.ends) };
  if ('code' in job.outcome) {
    return {
      JobStatus: 'FAILED',
      ...finished,
      IsTruncated: false,
      ErrorDetails: { Message: job.outcome.message, Code: job.outcome.code },
    };
  }
  const rows = [...job.outcome.rows].sort(sortKeys[input.sortKey]);
  const end = from + input.maxItems;
  const truncated = end < rows.length;
  const next: Marker = { job: job.id, sortKey: input.sortKey, from: end };
  return {
    JobStatus: 'COMPLETED',
    ...finished,
    NumberOfServicesAccessible: job.outcome.counted.length,
    NumberOfServicesNotAccessed: job.outcome.counted.filter(({ accounts }) => accounts === 0).length,
    AccessDetails: rows.slice(from, end).map(rowValue),
    IsTruncated: truncated,
    Marker: truncated ? Buffer.from(JSON.stringify(next)).toString('base64') : undefined,
  };
};

const denied = (caller: Caller, name: string, resource: string): QueryError =>
  new QueryError(
    'AccessDenied',
    `User: ${caller.arn} is not authorized to perform: iam:${name} on resource: ${resource} because no identity-based policy allows the iam:${name} action.`,
    403,
  );

/** IAM's organizations access reports over the sandbox's world. */
export const organizationReportOperations = (
  world: World,
  faults: FaultBox,
  pace: ReportPace,
): QueryOperations => {
  const jobs = createReportJobs(world, faults, pace);

  const generate = (caller: Caller, input: URLSearchParams): QueryValue => {
    const { path, policyId } = generateInput(input);
    const name = 'GenerateOrganizationsAccessReport';
    const resource = `arn:aws:iam::${caller.accountId}:access-report/${path}`;
    if (isDenied(caller, `iam:${name}`)) throw denied(caller, name, resource);
    if (world.scenario.organization.inUse === false || path.split('/')[0] !== world.organizationId) {
      throw new QueryError(
        'AccessDenied',
        'The organization ID in the specified entity path is different than your organization ID.',
        403,
      );
    }
    // Documented: only the management account may ask. The text that AWS answers a member account was not observed.
    if (caller.accountId !== world.managementAccountId) throw denied(caller, name, resource);
    return { JobId: jobs.generate(caller, path, policyId).id };
  };

  const get = (caller: Caller, input: URLSearchParams): QueryValue => {
    const given = getInput(input);
    if (isDenied(caller, 'iam:GetOrganizationsAccessReport'))
      throw denied(caller, 'GetOrganizationsAccessReport', '*');
    const job = jobs.find(caller, given.id);
    if (job === null) throw new QueryError('NoSuchEntity', `Job ${given.id} does not exist.`, 404);
    return reportValue(world, job, given, input.get('Marker'));
  };

  return { GenerateOrganizationsAccessReport: generate, GetOrganizationsAccessReport: get };
};
