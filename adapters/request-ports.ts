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
  /** The review whose end it waited for when it was tried last; null: it never had to wait, or was started since. */
  readonly waitsFor: string | null;
  /** Null until it ended. */
  readonly outcome: RequestOutcome | null;
}

/** Keeps the reviews that people asked for. */
export interface RequestStore {
  /** Writes a request that is not stored yet, if the bound leaves room, however many are written at once. The table may drop it from `expiresAt` (epoch ms) on. */
  put(
    request: RequestedReview,
    expiresAt: number,
    bound: OpenBound,
  ): Promise<'created' | 'exists' | OpenFull>;
  /** A request, or null. Read consistently. */
  load(id: string): Promise<StoredRequest | null>;
  /** Takes a request to run it: for one invocation or execution alone, however often that one tries. Null if another has it or there is none. */
  claim(
    id: string,
    by: { readonly invocationId: string; readonly reviewId: string; readonly at: number },
  ): Promise<RequestedReview | null>;
  /** Notes that it could not begin at this instant (epoch ms), and which review had the place. Does nothing for one that was started. */
  noteWaiting(id: string, reviewId: string, at: number): Promise<void>;
  /** Says what came of it. */
  close(id: string, outcome: RequestOutcome): Promise<void>;
}
