import {
  GenerateOrganizationsAccessReportCommand,
  GetOrganizationsAccessReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { accessReportLimits } from '../../core/base/limits.ts';
import type { Clock } from '../ports.ts';
import { AwsRefusal, isAwsRefusal, refusing } from './refusal.ts';
import type { ReportPage } from './report-rows.ts';

/** Waits and bounds of a report, in milliseconds. */
export interface ReportTimes {
  readonly firstPollMilliseconds: number;
  /** The longest and the shortest wait between two polls. */
  readonly pollMilliseconds: number;
  readonly shortestPollMilliseconds?: number;
  readonly jobBoundMilliseconds: number;
  readonly reuseMilliseconds: number;
}

/** What a report is made with. */
export interface ReportMaker {
  readonly client: IAMClient;
  readonly clock: Clock;
  readonly times: ReportTimes;
}

/** How a job ended: done, failed by AWS, or lost, because other credentials made it. */
export type JobEnd =
  | { readonly status: 'completed' | 'failed'; readonly page: ReportPage }
  | { readonly status: 'lost' };

const generation = 'GenerateOrganizationsAccessReport';
const retrieval = 'GetOrganizationsAccessReport';
/** Codes of the one-job-at-a-time rule, on the wire and as the SDK spells it. */
const busyCodes: readonly string[] = [
  'ReportGenerationLimitExceeded',
  'ReportGenerationLimitExceededException',
];
const lostCodes: readonly string[] = ['NoSuchEntity', 'NoSuchEntityException'];
/** First and longest wait while somebody else's job runs, in milliseconds; the wait doubles in between. */
const busyWaits = { first: 500, longest: 4_000 };
/** A poll comes late by half its distance from the one before, and that time is lost: each waits for a tenth of the job's age, but at least 0.2 s. */
const shortestWait = 200;
const waitShare = 0.1;

/** Starts a job, or gets the one that AWS hands out again, and answers its id. Waits while another job of the organization runs: it may be somebody else's. Throws `AwsRefusal`, with `REPORT_BUSY` where the other job outlasts the bound. */
export async function generateJob({ client, clock, times }: ReportMaker, path: string): Promise<string> {
  const giveUpAt = clock.now() + times.jobBoundMilliseconds;
  for (let wait = busyWaits.first; ; wait = Math.min(wait * 2, busyWaits.longest)) {
    try {
      const { JobId } = await refusing(generation, () =>
        client.send(new GenerateOrganizationsAccessReportCommand({ EntityPath: path })),
      );
      if (JobId) return JobId;
      throw new AwsRefusal({
        operation: generation,
        code: 'UNREADABLE_ANSWER',
        kind: 'answer',
        said: 'the answer names no job',
      });
    } catch (error) {
      if (!isAwsRefusal(error) || !busyCodes.includes(error.code)) throw error;
      if (clock.now() + wait > giveUpAt) {
        const said = `another access report of the organization was still running after ${times.jobBoundMilliseconds / 1000} s`;
        throw new AwsRefusal({ operation: generation, code: 'REPORT_BUSY', kind: 'other', said }, error);
      }
      await clock.wait(wait);
    }
  }
}

/** Polls until the job has ended. Throws `AwsRefusal`, with `REPORT_TIMED_OUT` where it outlasts the bound. */
export async function awaitJob({ client, clock, times }: ReportMaker, jobId: string): Promise<JobEnd> {
  const startedAt = clock.now();
  for (let wait = times.firstPollMilliseconds; ; ) {
    await clock.wait(wait);
    const page = await readPage(client, jobId, undefined);
    if (page === null) return { status: 'lost' };
    if (page.JobStatus === 'COMPLETED') return { status: 'completed', page };
    if (page.JobStatus === 'FAILED') return { status: 'failed', page };
    const age = clock.now() - startedAt;
    wait = Math.min(
      times.pollMilliseconds,
      Math.max(times.shortestPollMilliseconds ?? shortestWait, age * waitShare),
    );
    if (age + wait > times.jobBoundMilliseconds) {
      const said = `job ${jobId} had not ended after ${times.jobBoundMilliseconds / 1000} s`;
      throw new AwsRefusal({ operation: retrieval, code: 'REPORT_TIMED_OUT', kind: 'other', said });
    }
  }
}

/** Every page of a completed job, the first of which was read by the last poll; null where the job was lost meanwhile. */
export async function readReportPages(
  { client }: ReportMaker,
  jobId: string,
  first: ReportPage,
): Promise<readonly ReportPage[] | null> {
  const pages = [first];
  const markers = new Set<string>();
  for (let page = first; page.IsTruncated; ) {
    const marker = page.Marker;
    if (!marker || markers.has(marker)) {
      const said = `job ${jobId} promises more rows but gives no new marker`;
      throw new AwsRefusal({ operation: retrieval, code: 'MALFORMED_REPORT', kind: 'answer', said });
    }
    markers.add(marker);
    const next = await readPage(client, jobId, marker);
    if (next === null) return null;
    pages.push(next);
    page = next;
  }
  return pages;
}

/** One page, or null where the job does not exist for these credentials. */
async function readPage(
  client: IAMClient,
  jobId: string,
  marker: string | undefined,
): Promise<ReportPage | null> {
  const input = { JobId: jobId, MaxItems: accessReportLimits.pageRows, Marker: marker };
  try {
    return await refusing(retrieval, () => client.send(new GetOrganizationsAccessReportCommand(input)));
  } catch (error) {
    if (isAwsRefusal(error) && lostCodes.includes(error.code)) return null;
    throw error;
  }
}
