import type { IAMClient } from '@aws-sdk/client-iam';
import { accessReportLimits } from '../../core/base/limits.ts';
import type { AccessReport } from '../../core/finding/access-report.ts';
import type { AccessReports, Clock, RefusalKind } from '../ports.ts';
import { beforeAnyIsDone, createJobDurations } from './job-durations.ts';
import {
  generateJob,
  organizationReportReader,
  type ReportMaker,
  type ReportTimes,
} from './organization-report-job.ts';
import { isAwsRefusal } from './refusal.ts';
import { awaitJob, type JobEnd, readJobPages } from './report-job.ts';
import { type ReportPage, toReport } from './report-rows.ts';

/** A job that is lost to a change of credentials is generated again so many times. */
const lostJobs = 2;
/** First wait for the reuse window to end, in milliseconds; doubles, and never goes past the window: an endpoint whose window is shorter loses little. */
const firstReuseWait = 500;
/** The organization's one job slot is empty from the end of a job until somebody asks and starts the next one. That may be at most this share of the job's age, half of it as a rule. */
const closePolls = { shortestPollMilliseconds: 100, waitShare: 0.02 } as const;
/** Refusals that every other entity would meet too: no report can be had at all. */
const fatalKinds: readonly RefusalKind[] = [
  'access-denied',
  'credentials',
  'clock',
  'endpoint',
  'set-up',
  'time',
];

/** Makes access reports through IAM, one after another however they are asked for: AWS runs one job at a time for the whole organization. */
export function createAccessReports(
  client: IAMClient,
  clock: Clock,
  times: ReportTimes = accessReportLimits,
): AccessReports {
  const durations = createJobDurations(times.firstPollMilliseconds, beforeAnyIsDone);
  const maker: ReportMaker = { client, clock, durations, times };
  let last: Promise<unknown> = Promise.resolve();
  return {
    report: (entity, notBefore) => {
      const report = last.then(() => reportOf(maker, entity, notBefore));
      last = report.catch(() => undefined);
      return report;
    },
  };
}

async function reportOf(
  maker: ReportMaker,
  entity: { readonly id: string; readonly path: string },
  notBefore: number | undefined,
): Promise<AccessReport> {
  const fail = (code: string, message: string): AccessReport => ({
    status: 'failed',
    entityId: entity.id,
    failure: { code, message },
  });
  try {
    const lost: Known = new Map();
    while (lost.size <= lostJobs) {
      const job =
        notBefore === undefined
          ? await otherJob(maker, entity.path, lost)
          : await newJob(maker, entity.path, notBefore, lost);
      if (job === 'reused') return fail('REPORT_REUSED', 'AWS kept handing out a report that is of no use');
      // By the clock of AWS it is not older than that.
      lost.set(job.jobId, maker.clock.now());
      if (job.end.status === 'lost') continue;
      if (job.end.status === 'failed') return fail(...failureOf(job.end.page));
      const pages = await readJobPages(organizationReportReader(maker.client), job.jobId, job.end.page);
      if (pages) return toReport(entity.id, job.jobId, pages);
    }
    return fail(
      'NoSuchEntity',
      `${lostJobs + 1} jobs in a row could not be read with the credentials that are in use now`,
    );
  } catch (error) {
    if (!isAwsRefusal(error) || fatalKinds.includes(error.kind)) throw error;
    return fail(error.code === 'UNREADABLE_ANSWER' ? 'MALFORMED_REPORT' : error.code, error.message);
  }
}

interface Job {
  readonly jobId: string;
  readonly end: JobEnd<ReportPage>;
}

/** Jobs that are of no use, with the time (epoch ms) after which AWS did not make them. */
type Known = Map<string, number>;

/**
 * A job that is none of those known. AWS hands the same one out again for about a minute, a failed one too, and perhaps
 * one of another session, which nobody else can read. So this waits until that minute is over.
 */
async function otherJob(maker: ReportMaker, path: string, known: Known): Promise<Job | 'reused'> {
  const { clock, times } = maker;
  // Twice the window leaves room for a clock that differs from AWS's.
  const giveUpAt = clock.now() + 2 * times.reuseMilliseconds;
  for (let wait = firstReuseWait; ; wait *= 2) {
    const jobId = await generateJob(maker, path);
    const madeBefore = known.get(jobId);
    if (madeBefore === undefined) return { jobId, end: await endOf(maker, jobId) };
    if (clock.now() >= giveUpAt) return 'reused';
    const left = madeBefore + times.reuseMilliseconds - clock.now();
    await clock.wait(left > 0 ? Math.min(wait, left) : firstReuseWait);
  }
}

async function endOf(
  { client, clock, durations, times }: ReportMaker,
  jobId: string,
): Promise<JobEnd<ReportPage>> {
  const firstPollMilliseconds = durations.firstPoll();
  const own = { ...closePolls, ...times, firstPollMilliseconds };
  const end = await awaitJob(organizationReportReader(client), clock, own, jobId);
  const { JobCompletionDate, JobCreationDate } = end.status === 'completed' ? end.page : {};
  if (JobCompletionDate && JobCreationDate)
    durations.note(JobCompletionDate.getTime() - JobCreationDate.getTime());
  return end;
}

/** A job that was created at or after an instant. An id that differs from one handed out after that instant is new whatever AWS's clock says. */
async function newJob(
  maker: ReportMaker,
  path: string,
  notBefore: number,
  lost: Known,
): Promise<Job | 'reused'> {
  const first = await otherJob(maker, path, lost);
  if (first === 'reused' || first.end.status === 'lost') return first;
  const createdAt = first.end.page.JobCreationDate?.getTime() ?? 0;
  if (createdAt >= notBefore) return first;
  return otherJob(maker, path, new Map([...lost, [first.jobId, createdAt]]));
}

function failureOf(page: ReportPage): [string, string] {
  const { Code, Message } = page.ErrorDetails ?? {};
  return [Code ?? 'REPORT_FAILED', Message ?? 'AWS gave no reason'];
}
