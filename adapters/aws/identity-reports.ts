import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  type GetServiceLastAccessedDetailsWithEntitiesResponse,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { accessReportLimits } from '../../core/base/limits.ts';
import type {
  EntityUse,
  IdentityReport,
  IdentityServiceRow,
  ReportLevel,
} from '../../core/identity/identity-report.ts';
import { concurrently } from '../concurrently.ts';
import type { IdentityReports } from '../identity-ports.ts';
import type { Clock, RefusalKind } from '../ports.ts';
import { createDenialScope, type DenialScope } from './denial-scope.ts';
import { type IdentityReportPage, toIdentityRows, toUses } from './identity-report-rows.ts';
import { createJobDurations, type JobDurations, whenMostAreDone } from './job-durations.ts';
import { AwsRefusal, isAwsRefusal, refusing } from './refusal.ts';
import {
  awaitJob,
  type JobReader,
  type JobTimes,
  jobIdIn,
  pageUnlessLost,
  readJobPages,
} from './report-job.ts';
import { createWideningGate } from './widening-gate.ts';

/** A job that is lost to a change of credentials is generated again so many times. */
const lostJobs = 2;
/** Reports that are made side by side: at first, and at most. */
const widths = { first: 8, widest: 96 };
/** Services of one report whose users are asked for at a time. */
const servicesAtOnce = 4;
/** Refusals that every other report would meet too. */
const fatalKinds: readonly RefusalKind[] = ['credentials', 'clock', 'endpoint', 'set-up'];

const generation = 'GenerateServiceLastAccessedDetails';
const retrieval = 'GetServiceLastAccessedDetails';
const entityRetrieval = 'GetServiceLastAccessedDetailsWithEntities';

interface Maker {
  readonly client: IAMClient;
  readonly clock: Clock;
  readonly times: JobTimes;
  readonly durations: JobDurations;
}

type EntityPage = Partial<GetServiceLastAccessedDetailsWithEntitiesResponse>;

/** Makes reports through IAM with the client's credentials, many side by side: AWS runs them together, and the meter slows down where AWS throttles. */
export function createIdentityReports(
  client: IAMClient,
  clock: Clock,
  times: JobTimes = accessReportLimits,
): IdentityReports {
  const durations = createJobDurations(times.firstPollMilliseconds, whenMostAreDone);
  const maker = { client, clock, times, durations };
  const gate = createWideningGate(widths);
  const scope = createDenialScope();
  return {
    report: async (arn, level) => {
      scope.begun();
      return orFailed(scope, arn, () => gate.enter(() => reportOf(maker, arn, level)));
    },
  };
}

function failed(subjectArn: string, code: string, message: string): IdentityReport {
  return { status: 'failed', subjectArn, failure: { code, message } };
}

/** What a refusal means for this report, or for all. */
async function orFailed(
  scope: DenialScope,
  arn: string,
  report: () => Promise<IdentityReport>,
): Promise<IdentityReport> {
  try {
    const answer = await report();
    scope.ended('allowed');
    return answer;
  } catch (error) {
    if (isAwsRefusal(error) && error.kind === 'access-denied') {
      if (await scope.denied()) throw error;
      return failed(arn, error.code, error.message);
    }
    scope.ended('other');
    if (!isAwsRefusal(error) || fatalKinds.includes(error.kind)) throw error;
    return failed(arn, error.code === 'UNREADABLE_ANSWER' ? 'MALFORMED_REPORT' : error.code, error.message);
  }
}

async function reportOf(maker: Maker, arn: string, level: ReportLevel): Promise<IdentityReport> {
  for (let lost = 0; lost <= lostJobs; lost += 1) {
    const report = await reportUnlessLost(maker, arn, level);
    if (report) return report;
  }
  const said = `${lostJobs + 1} jobs in a row could not be read with the credentials that are in use now`;
  return failed(arn, 'NoSuchEntity', said);
}

/** One job from beginning to end, all with one session; null: the session changed, and the job is lost. */
async function reportUnlessLost(
  maker: Maker,
  arn: string,
  level: ReportLevel,
): Promise<IdentityReport | null> {
  const { client, clock, durations, times } = maker;
  const input = { Arn: arn, Granularity: level === 'action' ? 'ACTION_LEVEL' : 'SERVICE_LEVEL' } as const;
  const answer = await refusing(generation, () =>
    client.send(new GenerateServiceLastAccessedDetailsCommand(input)),
  );
  const jobId = jobIdIn(generation, answer);
  const reader = reportReader(client);
  const firstPollMilliseconds = durations.firstPoll();
  const end = await awaitJob(reader, clock, { ...times, firstPollMilliseconds }, jobId);
  if (end.status === 'lost') return null;
  if (end.status === 'failed') {
    const { Code = 'REPORT_FAILED', Message = 'AWS gave no reason' } = end.page.Error ?? {};
    return failed(arn, Code, Message);
  }
  const createdAt = end.page.JobCreationDate?.getTime() ?? Number.NaN;
  const completedAt = end.page.JobCompletionDate?.getTime() ?? Number.NaN;
  if (!Number.isFinite(createdAt) || !Number.isFinite(completedAt))
    return failed(arn, 'MALFORMED_REPORT', `job ${jobId} is finished but has no dates`);
  durations.note(completedAt - createdAt);

  const pages = await readJobPages(reader, jobId, end.page);
  if (pages === null) return null;
  const read = toIdentityRows(pages, level);
  if (typeof read === 'string') return failed(arn, 'MALFORMED_REPORT', read);
  const rows = isShared(arn) ? await withUses(client, jobId, read) : read;
  return rows && { status: 'completed', subjectArn: arn, level, jobId, createdAt, completedAt, rows };
}

/** A group's or policy's use is that of several principals; a user and a role are their own only user. */
function isShared(arn: string): boolean {
  return /^(group|policy)\//.test(arn.split(':')[5] ?? '');
}

/** The rows with who used them, asked for each service with a use; null: the job was lost meanwhile. */
async function withUses(
  client: IAMClient,
  jobId: string,
  rows: ReadonlyMap<string, IdentityServiceRow>,
): Promise<ReadonlyMap<string, IdentityServiceRow> | null> {
  const used = [...rows.values()].filter(({ lastAccessedAt }) => lastAccessedAt !== null);
  const uses = await concurrently(used, servicesAtOnce, async ({ serviceNamespace }) => {
    const usedBy = await readUses(client, jobId, serviceNamespace);
    return usedBy && ([serviceNamespace, usedBy] as const);
  });
  const byService = new Map(uses.filter((use) => use !== null));
  if (byService.size < used.length) return null;
  const complete = [...rows].map(
    ([namespace, row]) => [namespace, { ...row, usedBy: byService.get(namespace) ?? [] }] as const,
  );
  return new Map(complete);
}

async function readUses(
  client: IAMClient,
  jobId: string,
  serviceNamespace: string,
): Promise<readonly EntityUse[] | null> {
  const reader = entityReader(client, serviceNamespace);
  const first = await pageUnlessLost(reader, jobId, undefined);
  const pages = first && (await readJobPages(reader, jobId, first));
  if (!pages) return null;
  const isWhole = pages.every(
    ({ EntityDetailsList, JobStatus }) => EntityDetailsList && JobStatus === 'COMPLETED',
  );
  const uses = isWhole
    ? toUses(pages.flatMap(({ EntityDetailsList }) => EntityDetailsList ?? []))
    : 'the principals that used it are not there';
  if (typeof uses !== 'string') return uses;
  throw new AwsRefusal({
    operation: entityRetrieval,
    code: 'MALFORMED_REPORT',
    kind: 'answer',
    said: `service ${serviceNamespace}: ${uses}`,
  });
}

function reportReader(client: IAMClient): JobReader<IdentityReportPage> {
  return {
    retrieval,
    readPage: (jobId, marker) =>
      client.send(
        new GetServiceLastAccessedDetailsCommand({
          JobId: jobId,
          MaxItems: accessReportLimits.pageRows,
          Marker: marker,
        }),
      ),
  };
}

function entityReader(client: IAMClient, serviceNamespace: string): JobReader<EntityPage> {
  return {
    retrieval: entityRetrieval,
    readPage: (jobId, marker) =>
      client.send(
        new GetServiceLastAccessedDetailsWithEntitiesCommand({
          JobId: jobId,
          ServiceNamespace: serviceNamespace,
          MaxItems: accessReportLimits.pageRows,
          Marker: marker,
        }),
      ),
  };
}
