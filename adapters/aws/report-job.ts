import type { Clock } from '../ports.ts';
import { isAbsent } from './iam-pages.ts';
import { AwsRefusal, refusing } from './refusal.ts';

/** Waits and bounds of a report job, in milliseconds. */
export interface JobTimes {
  readonly firstPollMilliseconds: number;
  /** The longest and the shortest wait between two polls. */
  readonly pollMilliseconds: number;
  readonly shortestPollMilliseconds?: number;
  /** Between two polls passes this share of the job's age. */
  readonly waitShare?: number;
  readonly jobBoundMilliseconds: number;
}

/** What every page of every kind of report job has. */
export interface JobPage {
  readonly JobStatus?: string | undefined;
  readonly JobCreationDate?: Date | undefined;
  readonly JobCompletionDate?: Date | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** A kind of report job: how a page of it is read. */
export interface JobReader<Page extends JobPage> {
  /** The AWS operation that reads a page. */
  readonly retrieval: string;
  readPage(jobId: string, marker: string | undefined): Promise<Page>;
}

/** How a job ended: done, failed by AWS, or lost, because other credentials made it. */
export type JobEnd<Page> =
  | { readonly status: 'completed' | 'failed'; readonly page: Page }
  | { readonly status: 'lost' };

/** A poll comes late by half its distance from the one before, and that time is lost: each waits for a tenth of the job's age, but at least 0.2 s. */
const shortestWait = 200;
const waitShare = 0.1;

/** The id in the answer of the operation that starts a job. Throws `AwsRefusal` where there is none. */
export function jobIdIn(generation: string, answer: { readonly JobId?: string | undefined }): string {
  if (answer.JobId) return answer.JobId;
  throw new AwsRefusal({
    operation: generation,
    code: 'UNREADABLE_ANSWER',
    kind: 'answer',
    said: 'the answer names no job',
  });
}

/** Polls until the job has ended. Throws `AwsRefusal`, with `REPORT_TIMED_OUT` where it outlasts the bound. */
export async function awaitJob<Page extends JobPage>(
  reader: JobReader<Page>,
  clock: Clock,
  times: JobTimes,
  jobId: string,
): Promise<JobEnd<Page>> {
  const startedAt = clock.now();
  for (let wait = times.firstPollMilliseconds; ; ) {
    await clock.wait(wait);
    const page = await pageUnlessLost(reader, jobId, undefined);
    if (page === null) return { status: 'lost' };
    if (page.JobStatus === 'COMPLETED') return { status: 'completed', page };
    if (page.JobStatus === 'FAILED') return { status: 'failed', page };
    const age = clock.now() - startedAt;
    wait = Math.min(
      times.pollMilliseconds,
      Math.max(times.shortestPollMilliseconds ?? shortestWait, age * (times.waitShare ?? waitShare)),
    );
    if (age + wait > times.jobBoundMilliseconds) {
      const said = `job ${jobId} had not ended after ${times.jobBoundMilliseconds / 1000} s`;
      throw new AwsRefusal({ operation: reader.retrieval, code: 'REPORT_TIMED_OUT', kind: 'other', said });
    }
  }
}

/** Every page of a completed job, the first of which was read already; null where the job was lost meanwhile. */
export async function readJobPages<Page extends JobPage>(
  reader: JobReader<Page>,
  jobId: string,
  first: Page,
): Promise<readonly Page[] | null> {
  const pages = [first];
  const markers = new Set<string>();
  for (let page = first; page.IsTruncated; ) {
    const marker = page.Marker;
    if (!marker || markers.has(marker)) {
      const said = `job ${jobId} promises more rows but gives no new marker`;
      throw new AwsRefusal({ operation: reader.retrieval, code: 'MALFORMED_REPORT', kind: 'answer', said });
    }
    markers.add(marker);
    const next = await pageUnlessLost(reader, jobId, marker);
    if (next === null) return null;
    pages.push(next);
    page = next;
  }
  return pages;
}

/** One page, or null where the job does not exist for these credentials. */
export async function pageUnlessLost<Page extends JobPage>(
  reader: JobReader<Page>,
  jobId: string,
  marker: string | undefined,
): Promise<Page | null> {
  try {
    return await refusing(reader.retrieval, () => reader.readPage(jobId, marker));
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
