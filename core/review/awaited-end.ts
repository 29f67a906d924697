import { functionMilliseconds } from '../base/limits.ts';
import type { RequestOutcome } from './requested-review.ts';

/** What of a review of many accounts tells whether it still runs. Times are epoch milliseconds. */
export interface SeenRunning {
  /** Its last sign of life. */
  readonly seenAt: number;
  /** Null until it ended. */
  readonly outcome: RequestOutcome | null;
}

/** A review that gave no sign of life for so long is over, in milliseconds: its function, and a second attempt of it. */
const silence = functionMilliseconds + 300_000;
/** Nobody waits longer than that for the end of a review, in milliseconds. */
const longest = 6 * 3_600_000;

/** The review of many accounts that this review of one account is a part of, by its id; null: it is of none. */
export function wholeReviewOf(reviewId: string): string | null {
  const [, whole = null] = /^(.+)-\d{12}$/.exec(reviewId) ?? [];
  return whole;
}

/** Whether people are asked about a proposal once the whole review has ended, so that they get one message for all accounts. */
export function awaitsEnd(proposedAt: number, whole: SeenRunning | null, now: number): boolean {
  if (whole === null || whole.outcome !== null) return false;
  return now - whole.seenAt < silence && now - proposedAt < longest;
}
