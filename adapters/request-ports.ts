import type {
  OpenBound,
  OpenFull,
  RequestedReview,
  RequestOutcome,
} from '../core/review/requested-review.ts';

/** A review that somebody asked for, and what became of it. */
export interface StoredRequest {
  readonly request: RequestedReview;
  /** When it was started (epoch ms), as which review and by which invocation; null while it waits. */
  readonly started: { readonly at: number; readonly reviewId: string; readonly invocationId: string } | null;
  /** Null until it ended. */
  readonly outcome: RequestOutcome | null;
}

/** For what a request waits that could not begin: the lease of another review. */
export interface Waiting {
  readonly id: string;
  readonly requestedBy: string;
  /** Since when (epoch ms). */
  readonly at: number;
  /** The key of the lease. */
  readonly lease: string;
  /** The review that had it. */
  readonly reviewId: string;
}

/** Keeps the reviews that people asked for, and those of the product's own that wait. */
export interface RequestStore {
  /** Writes a request that is not stored yet, if the bound leaves room, however many are written at once. The table may drop it from `expiresAt` (epoch ms) on. */
  put(
    request: RequestedReview,
    expiresAt: number,
    bound: OpenBound,
  ): Promise<'created' | 'exists' | OpenFull>;
  /** A request, or null. Read consistently. */
  load(id: string): Promise<StoredRequest | null>;
  /** Takes a request to run it: for one invocation alone, however often that one tries. Null if another has it or there is none. */
  claim(
    id: string,
    by: { readonly invocationId: string; readonly reviewId: string; readonly at: number },
  ): Promise<RequestedReview | null>;
  /**
   * Notes that it waits, for this invocation could not begin it, or could not go on. `what` stands for what it asks for: of
   * requests with the same one waits alone. Answers the id of the one that waits; null: another invocation has it.
   */
  wait(waiting: Waiting & { readonly what: string; readonly invocationId: string }): Promise<string | null>;
  /** Requests that wait for the end of another review, oldest first. */
  listWaiting(): Promise<readonly Waiting[]>;
  /** Says what came of it. */
  close(id: string, outcome: RequestOutcome): Promise<void>;
}
