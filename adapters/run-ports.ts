import type { StartedBy } from '../core/change/life/starter.ts';
import type { RequestOutcome } from '../core/review/requested-review.ts';
import type { ReviewLease } from '../core/review/running.ts';

/** The last run of a review of the same: where it stopped short, the next one goes on under its id. Times are epoch milliseconds. */
export interface RunNote {
  readonly reviewId: string;
  readonly startedAt: number;
  /** When it was done; null: it still runs, failed, or was killed. */
  readonly endedAt: number | null;
  /** The execution or invocation that ran it last: a further attempt knows by it that it is done. Absent in what earlier versions wrote. */
  readonly invocationId?: string;
  /** Its last invocation came no further: the next one is its last. */
  readonly inVain?: true;
}

/** How far a stored review has come. Times are epoch milliseconds. */
export interface ReviewProgress {
  readonly reviewId: string;
  readonly startedAt: number;
  /** Its last sign of life. */
  readonly seenAt: number;
  /** How it came to run, and the entity that it judges (null: the root). Absent in what earlier versions wrote. */
  readonly startedBy?: StartedBy;
  readonly scopeId?: string | null;
  /** Of the IAM of the account `scopeId`, or of the accounts below it; absent: of the organization. */
  readonly kind?: 'identities';
  /** What `reportsDone` and `reportsOpen` count instead of reports: it is the IAM of many accounts. */
  readonly counts?: 'accounts';
  readonly reportsDone: number;
  /** Reports that are open as far as is known: each answer may decide some, or open others. */
  readonly reportsOpen: number;
  /** Null until it ended. */
  readonly outcome: RequestOutcome | null;
}

/** Keeps which stored reviews run, and how far they are. */
export interface RunStore {
  /** Takes a lease that nobody has, that ended before `endedBefore` (epoch ms), or that the same invocation has; else says who has it. */
  take(
    lease: ReviewLease,
    endedBefore: number,
  ): Promise<{ readonly taken: true } | { readonly taken: false; readonly holder: ReviewLease }>;
  /** Writes the lease anew, with its new end; false: it was lost to another run. */
  renew(lease: ReviewLease): Promise<boolean>;
  /** Gives the lease back; does nothing where another run has it. */
  release(lease: ReviewLease): Promise<void>;
  /** Who has the lease of this key, ended or not; null: nobody. Read consistently. */
  holder(key: string): Promise<ReviewLease | null>;
  /** The last run of a review of the same, or null. Read consistently. */
  lastRun(key: string, event: string): Promise<RunNote | null>;
  /** Writes it in place of the one before; the table may drop it from `expiresAt` (epoch ms) on. */
  noteRun(key: string, event: string, note: RunNote, expiresAt: number): Promise<void>;
  /** How far a review is, or null where that is not kept. Read consistently. */
  progress(reviewId: string): Promise<ReviewProgress | null>;
  noteProgress(progress: ReviewProgress, expiresAt: number): Promise<void>;
  /** The reviews that began last, newest first, so many at most. Those that earlier versions noted are not among them. */
  listProgress(most: number): Promise<readonly ReviewProgress[]>;
}
