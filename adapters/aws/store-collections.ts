import { createHash } from 'node:crypto';
import type { FailedReport } from '../../core/finding/access-report.ts';
import {
  type Answer,
  type Collection,
  type CollectionEvent,
  newCollection,
  questionId,
  withAnswer,
} from '../../core/review/collection.ts';
import type { ReviewRequest } from '../../core/review/review-facts.ts';
import type { CollectionStore, KeptPages } from '../collection-ports.ts';
import { reviewKey } from './store-access.ts';
import { bodiesUnder, bodyOf, putBodies } from './store-bodies.ts';
import type { Table } from './store-table.ts';
import { type PlainReport, plainReport, reportOf } from './stored-report.ts';

type PlainAnswer =
  | Exclude<Answer, { readonly type: 'report' }>
  | { readonly type: 'report'; readonly round: number; readonly report: PlainReport | FailedReport };

/** What is in the body of an item: each says what is collected for, so that the first answer begins a collection. */
interface Body {
  readonly event: CollectionEvent;
  readonly answer: PlainAnswer;
}

/** Keeps answers in the table, beside the review that they are for: `REVIEW#id` / `ANSWER#question#n`, compressed, until `ttl`. */
export function createCollectionStore(table: Table): CollectionStore {
  return {
    keep: (request, answer) => {
      const { event } = newCollection(request);
      const body: Body = { event, answer: plainAnswer(answer) };
      const prefix = `ANSWER#${questionId(answer)}`;
      return putBodies(table, [bodyOf('answer', reviewKey(event.reviewId), prefix, body, endOf(request))]);
    },
    load: async (reviewId) => {
      const bodies = await bodiesUnder(table, 'answer', reviewKey(reviewId), 'ANSWER#');
      let collection: Collection | null = null;
      for (const body of bodies.values() as Iterable<Body | null>) {
        // Its writing was cut off: it is asked again.
        if (body === null) continue;
        collection ??= { event: body.event, round: -1, answers: new Map() };
        collection = withAnswer(collection, answerOf(body.answer));
      }
      return collection;
    },
    pages: (review, round, times) => pagesOf(table, review, round, times),
  };
}

/** What is in the body of a page's item. */
interface PageBody {
  readonly question: string;
  readonly answer: unknown;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The pages of a reading, an item each, since an answer must be kept before the next question: `REVIEW#id` / `PAGE#round:hash of the question#n`. */
async function pagesOf(
  table: Table,
  review: Parameters<CollectionStore['pages']>[0],
  round: number,
  { now, since }: Parameters<CollectionStore['pages']>[2],
): Promise<KeptPages> {
  const [pk, prefix] = [reviewKey(review.reviewId), `PAGE#${round}:`];
  const answers = new Map<string, unknown>();
  let begunAt: number | null = null;
  let endedAt: number | null = null;
  const kept = await bodiesUnder(table, 'page', pk, prefix);
  for (const body of kept.values() as Iterable<PageBody | null>) {
    if (body === null || body.at < since) continue;
    answers.set(body.question, body.answer);
    begunAt = Math.min(begunAt ?? body.at, body.at);
    endedAt = Math.max(endedAt ?? body.at, body.at);
  }
  return {
    begunAt,
    endedAt,
    get: (question) => answers.get(question),
    keep: async (question, answer) => {
      const body: PageBody = { question, answer, at: now() };
      const hash = createHash('sha256').update(question).digest('hex').slice(0, 32);
      await putBodies(table, [bodyOf('page', pk, `${prefix}${hash}`, body, endOf(review))]);
    },
  };
}

function plainAnswer(answer: Answer): PlainAnswer {
  if (answer.type !== 'report' || answer.report.status === 'failed') return answer as PlainAnswer;
  return { ...answer, report: plainReport(answer.report) };
}

function answerOf(plain: PlainAnswer): Answer {
  if (plain.type !== 'report' || plain.report.status === 'failed') return plain as Answer;
  return { ...plain, report: reportOf(plain.report) };
}

/** Epoch milliseconds: a report that is older proves nothing. */
function endOf({ asOf, configuration }: Pick<ReviewRequest, 'asOf' | 'configuration'>): number {
  return asOf + configuration.reportFreshnessHours * 3_600_000;
}
