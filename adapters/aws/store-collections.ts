import { createHash } from 'node:crypto';
import type { FailedReport } from '../../core/finding/access-report.ts';
import {
  type Answer,
  type CollectionEvent,
  newCollection,
  questionId,
  withAnswer,
  withAnswers,
} from '../../core/review/collection.ts';
import type { ReviewRequest } from '../../core/review/review-facts.ts';
import type { CollectionStore, KeptPages } from '../collection-ports.ts';
import { reviewKey } from './store-access.ts';
import { bodiesIn, bodiesUnder, bodyItems, bodyOf, putBodies } from './store-bodies.ts';
import type { Item } from './store-items.ts';
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
      const items = await bodyItems(table, reviewKey(reviewId), ['ANSWER#']);
      // Looks at the accounts share what a tree before them says.
      const treesFirst = items.toSorted((one, other) => Number(isOfTree(other)) - Number(isOfTree(one)));
      const bodies = bodiesOf(treesFirst);
      const first = bodies.next();
      if (first.done) return null;
      const { answer, event } = first.value;
      const begun = withAnswer({ event, round: -1, answers: new Map() }, answerOf(answer));
      return withAnswers(begun, answersIn(bodies));
    },
    pages: (review, round, times) => pagesOf(table, review, round, times),
  };
}

function isOfTree({ sk }: Item): boolean {
  return String(sk).startsWith('ANSWER#tree:');
}

/** Each body as it is come to: rows that say the same are not all there at once. */
function* bodiesOf(items: readonly Item[]): Generator<Body> {
  // One whose writing was cut off is asked again.
  for (const [, body] of bodiesIn(() => 'answer', items) as Iterable<readonly [string, Body | null]>)
    if (body !== null) yield body;
}

function* answersIn(bodies: Iterable<Body>): Generator<Answer> {
  for (const { answer } of bodies) yield answerOf(answer);
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
