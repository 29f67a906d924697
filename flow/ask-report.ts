import type { CallFailure, ReviewPorts } from '../adapters/ports.ts';
import { accessReportLimits } from '../core/base/limits.ts';
import { type AccessReport, isBusy } from '../core/finding/access-report.ts';
import { entityOf } from '../core/organization/organization.ts';
import { type Answer, type Collection, jobsNotBefore, type Question } from '../core/review/collection.ts';
import type { AskingEnd, ReviewFacts } from '../core/review/review-facts.ts';
import { callFailureOf } from './apply-ports.ts';
import { isLasting } from './organization-snapshot.ts';
import type { OnProgress } from './progress.ts';

/** What bounds the asking; times are epoch milliseconds unless they say otherwise. */
export interface AskOptions {
  /** No report is waited for after it: what is open then is pending. */
  readonly deadline: number;
  /** The end of every other question. */
  readonly lookUntil: number;
  /** Kept back of the life of the credentials for another look at the tree and the answer, in milliseconds. */
  readonly reserveMilliseconds: number;
  readonly onProgress: OnProgress;
  /** Waits for what comes first, until an instant (epoch ms) at most; answers whether it had to. Absent: nothing does. */
  readonly giveWay: ((until: number) => Promise<boolean>) | undefined;
  /** When the reading of the tree began. */
  readonly treeReadAt: number;
}

/** Why no report is asked any more once the time is over. */
export const timeIsOver = { cause: 'time', reason: 'the time ran out' } as const;

const timeWasGiven: AskingEnd = {
  cause: 'time',
  reason: 'the time ran out while a change was applied',
  gaveWay: true,
};

/** The same as a clause, where the run before came no further either. */
export const timeIsOverInVain =
  'AWS gave no report in a whole invocation, and the time of the next one ran out';

/** Asks AWS for one report, or answers why no further one can be had. Throws what AWS refuses before any report is known. */
export async function askReport(
  ports: ReviewPorts,
  { entityId }: Extract<Question, { readonly type: 'report' }>,
  collection: Collection,
  { reports, tree }: Pick<ReviewFacts, 'reports' | 'tree'>,
  options: AskOptions,
): Promise<Answer | AskingEnd> {
  const { deadline, giveWay, onProgress, reserveMilliseconds, treeReadAt } = options;
  const { id, path, shortPath: name } = entityOf(tree, entityId);
  const entity = { id, path };
  const isOver = (): boolean => ports.clock.now() >= deadline;
  if (isOver()) return timeIsOver;
  let given = 0;
  let gaveWay = false;
  const waitsForApply = async (): Promise<boolean> => {
    const from = ports.clock.now();
    const hasWaited = (await giveWay?.(deadline)) ?? false;
    const now = ports.clock.now();
    given += now - from;
    gaveWay ||= hasWaited && given >= deadline - now;
    return hasWaited;
  };
  const ask = async (): Promise<AccessReport> => {
    const made = await ports.reports.report(entity, jobsNotBefore(collection));
    return isOlderThanTree(made, treeReadAt) ? ports.reports.report(entity, treeReadAt) : made;
  };
  if ((await waitsForApply()) && isOver()) return timeWasGiven;
  try {
    const end = await ports.caller.credentialsEnd();
    if (end !== null && ports.clock.now() + reserveMilliseconds >= end)
      return { cause: 'credentials', reason: `the AWS credentials end at ${new Date(end).toISOString()}` };
    onProgress({ kind: 'report-started', entityId, name });
    let report = await ask();
    // Reports of our own apply kept AWS busy: its end is waited for, as if it had begun before.
    while (isBusy(report) && (await waitsForApply())) {
      if (isOver()) return timeWasGiven;
      report = await ask();
    }
    onProgress({ kind: 'report-ended', entityId, name, report });
    return { type: 'report', round: collection.round, report };
  } catch (error) {
    const failure = callFailureOf(error);
    if (!failure || (reports.length === 0 && isLasting(failure))) throw error;
    const end = askingEndOf(failure);
    return gaveWay && end.cause === 'time' ? { ...end, gaveWay } : end;
  }
}

/** Why the asking ended, from the failure that ended it. */
export function askingEndOf({ code, kind, message }: CallFailure): AskingEnd {
  if (kind === 'time') return timeIsOver;
  const isCredentials = kind === 'credentials' || code === 'RequestExpired';
  return { cause: isCredentials ? 'credentials' : 'failure', reason: message };
}

/** How far AWS's clock may be behind ours before a new job looks old, in milliseconds. */
const clockTolerance = 2_000;

/**
 * AWS hands a job of the last minute out again. One that is older than the tree may not count an account that came since.
 * A job that looks older than any that is handed out again was made by a clock that differs from ours, and is new.
 */
function isOlderThanTree(report: AccessReport, treeReadAt: number): boolean {
  if (report.status === 'failed') return false;
  const age = treeReadAt - report.createdAt;
  const oldest = accessReportLimits.reuseMilliseconds + accessReportLimits.jobBoundMilliseconds;
  return age > clockTolerance && age < oldest;
}
