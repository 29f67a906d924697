import type { CollectionStore } from '../adapters/collection-ports.ts';
import type { Answer } from '../core/review/collection.ts';
import type { AskingEnd } from '../core/review/review-facts.ts';
import { callFailureOf } from './apply-ports.ts';

/** Whether a run comes further: where one does not, the next one is the last of its review. */
export interface Further {
  hasCome: boolean;
  /** Reports are asked: what is read beside them brings no review to its end. */
  asksReports: boolean;
}

/** Whether what the time was too short for is left to another run: one follows anyway, or the last one gave its time to apply. */
export function isLeft(
  run: { readonly continues: boolean; readonly isLast: boolean },
  end: AskingEnd | undefined,
): boolean {
  return end?.cause === 'time' && (run.continues || (run.isLast && end.gaveWay === true));
}

/** Whether a review is further with this answer. A report that AWS refused leaves its entity unknown; a reading counts by its pages. */
export function isFurther(answer: Answer): boolean {
  if (answer.type === 'report') return answer.report.status === 'completed';
  return answer.type !== 'tree';
}

/** The same store, which notes each page that is kept while no report is asked. */
export function noting(collections: CollectionStore, further: Further): CollectionStore {
  return {
    ...collections,
    pages: async (...asked) => {
      const pages = await collections.pages(...asked);
      return {
        ...pages,
        keep: async (question, answer) => {
          await pages.keep(question, answer);
          if (!further.asksReports) further.hasCome = true;
        },
      };
    },
  };
}

/** What the last run of a review reads. It ends the asking of reports: where it has no time for a reading that came further, another run goes on with that. Null: this is not such a run. */
export async function unlessFurther<Read>(
  further: Further | null,
  read: Promise<Read>,
): Promise<Read | 'time'> {
  try {
    return await read;
  } catch (error) {
    if (!further?.hasCome || callFailureOf(error)?.kind !== 'time') throw error;
    return 'time';
  }
}
