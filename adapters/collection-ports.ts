import type { Answer, Collection } from '../core/review/collection.ts';
import type { ReviewRequest } from '../core/review/review-facts.ts';

/** Keeps the answers of reviews that are under way, until they are too old to prove anything. */
export interface CollectionStore {
  /** Everything that was answered to a review, or null where nothing is kept. Read consistently. */
  load(reviewId: string): Promise<Collection | null>;
  /** Writes an answer as it arrives, in place of an earlier one to the same question. */
  keep(request: ReviewRequest, answer: Answer): Promise<void>;
}
