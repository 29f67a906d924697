import type { FailedReport } from '../../core/finding/access-report.ts';
import {
  type Answer,
  type Collection,
  type CollectionEvent,
  newCollection,
  questionId,
  withAnswer,
} from '../../core/review/collection.ts';
import type { CollectionStore } from '../collection-ports.ts';
import { formatAttribute, whole } from './store-format.ts';
import { chunkItems, type Item, itemsUnder, packed, piecesById, putAll } from './store-items.ts';
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
      return putAll(
        table,
        chunkItems(keyOf(event.reviewId), `ANSWER#${questionId(answer)}`, packed(body), {
          ...formatAttribute('answer'),
          ttl: Math.floor(endOf(request) / 1000),
        }),
      );
    },
    load: async (reviewId) => {
      const items = await itemsUnder(table, keyOf(reviewId), 'ANSWER#');
      let collection: Collection | null = null;
      for (const pieces of piecesById(items).values()) {
        const body = bodyIn(pieces);
        if (body === null) continue;
        collection ??= { event: body.event, round: -1, answers: new Map() };
        collection = withAnswer(collection, answerOf(body.answer));
      }
      return collection;
    },
  };
}

/** The body of an answer; null where its writing was cut off, and it is asked again. Pieces of an earlier, longer answer may lie behind. */
function bodyIn(items: readonly Item[]): Body | null {
  const own = items.filter(({ chunks }) => chunks === items[0]?.chunks);
  return whole('answer', own) as Body | null;
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
function endOf({ asOf, configuration }: Parameters<CollectionStore['keep']>[0]): number {
  return asOf + configuration.reportFreshnessHours * 3_600_000;
}

function keyOf(reviewId: string): string {
  return `REVIEW#${reviewId}`;
}
