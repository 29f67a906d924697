import type { Answer, Collection } from '../core/review/collection.ts';
import type { ReviewRequest } from '../core/review/review-facts.ts';
import type { ReadingPages } from './ports.ts';

/** The pages of one reading of the organization, and when the first and the last of them came (epoch ms); null: none is kept. */
export interface KeptPages extends ReadingPages {
  readonly begunAt: number | null;
  readonly endedAt: number | null;
}

/** Keeps the answers of reviews that are under way, until they are too old to prove anything. */
export interface CollectionStore {
  /** Everything that was answered to a review, or null where nothing is kept. Read consistently. */
  load(reviewId: string): Promise<Collection | null>;
  /** Writes an answer as it arrives, in place of an earlier one to the same question. */
  keep(request: ReviewRequest, answer: Answer): Promise<void>;
  /** What the reading with which this round begins, or will begin, was answered since then (epoch ms); a page that is kept has this instant. */
  pages(
    review: Pick<ReviewRequest, 'reviewId' | 'asOf' | 'configuration'>,
    round: number,
    times: { readonly since: number; readonly now: () => number },
  ): Promise<KeptPages>;
}
