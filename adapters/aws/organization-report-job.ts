import {
  GenerateOrganizationsAccessReportCommand,
  GetOrganizationsAccessReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { accessReportLimits } from '../../core/base/limits.ts';
import type { Clock } from '../ports.ts';
import type { JobDurations } from './job-durations.ts';
import { AwsRefusal, isAwsRefusal, refusing } from './refusal.ts';
import { type JobReader, type JobTimes, jobIdIn } from './report-job.ts';
import type { ReportPage } from './report-rows.ts';

/** Waits and bounds of an organization's report, in milliseconds. */
export interface ReportTimes extends JobTimes {
  readonly reuseMilliseconds: number;
  /** How long the end of somebody else's job is waited for; as long as for a job where absent. */
  readonly busyMilliseconds?: number;
}

/** What an organization's report is made with. */
export interface ReportMaker {
  readonly client: IAMClient;
  readonly clock: Clock;
  readonly times: ReportTimes;
  /** How long the last jobs took. */
  readonly durations: JobDurations;
}

const generation = 'GenerateOrganizationsAccessReport';
const retrieval = 'GetOrganizationsAccessReport';
/** Codes of the one-job-at-a-time rule, on the wire and as the SDK spells it. */
const busyCodes: readonly string[] = [
  'ReportGenerationLimitExceeded',
  'ReportGenerationLimitExceededException',
];
/** First and longest wait while somebody else's job runs, in milliseconds; the wait doubles in between. */
const busyWaits = { first: 500, longest: 2_000 };

/** Starts a job, or gets the one that AWS hands out again, and answers its id. Waits while another job of the organization runs: it may be somebody else's. Throws `AwsRefusal`, with `REPORT_BUSY` where the other job outlasts the bound. */
export async function generateJob({ client, clock, times }: ReportMaker, path: string): Promise<string> {
  const patience = times.busyMilliseconds ?? times.jobBoundMilliseconds;
  const giveUpAt = clock.now() + patience;
  for (let wait = busyWaits.first; ; wait = Math.min(wait * 2, busyWaits.longest)) {
    try {
      const answer = await refusing(generation, () =>
        client.send(new GenerateOrganizationsAccessReportCommand({ EntityPath: path })),
      );
      return jobIdIn(generation, answer);
    } catch (error) {
      if (!isAwsRefusal(error) || !busyCodes.includes(error.code)) throw error;
      if (clock.now() + wait > giveUpAt) {
        const said = `another access report of the organization was still running after ${patience / 1000} s`;
        throw new AwsRefusal({ operation: generation, code: 'REPORT_BUSY', kind: 'other', said }, error);
      }
      await clock.wait(wait);
    }
  }
}

/** Reads the pages of an organization's report. */
export function organizationReportReader(client: IAMClient): JobReader<ReportPage> {
  return {
    retrieval,
    readPage: (jobId, marker) =>
      client.send(
        new GetOrganizationsAccessReportCommand({
          JobId: jobId,
          MaxItems: accessReportLimits.pageRows,
          Marker: marker,
        }),
      ),
  };
}
