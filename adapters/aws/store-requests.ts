import type { RequestedReview, RequestOutcome } from '../../core/review/requested-review.ts';
import type { RequestStore, StoredRequest } from '../request-ports.ts';
import { getItem, ifMissing, type Key, putIf, ttlOf, updateIf } from './store-access.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import type { Item } from './store-items.ts';
import { enterOpen, leaveOpen, startOpen } from './store-open-requests.ts';
import type { Table } from './store-table.ts';

/** A request that is listed as open and was never written after so long has failed on its way, in milliseconds. */
const writtenWithin = 60_000;

/** Keeps the reviews that people asked for, one item each (`REQUEST#id`), until `ttl`, and one list of those that are open. */
export function createRequestStore(table: Table): RequestStore {
  const read = async (id: string): Promise<StoredRequest | null> => {
    const item = await getItem(table, keyOf(id));
    return item ? storedRequest(item) : null;
  };

  return {
    put: async (request, expiresAt, bound) => {
      const { id, requestedAt } = request;
      const hasEnded = async (other: string, began: number): Promise<boolean> => {
        const stored = await read(other);
        return stored === null ? began < requestedAt - writtenWithin : stored.outcome !== null;
      };
      const entry = { id, at: requestedAt };
      const full = await enterOpen(table, entry, bound, hasEnded);
      if (full) return full;
      const item = { ...keyOf(id), ...formatAttribute('request'), request, ...ttlOf(expiresAt) };
      if (await putIf(table, item, ifMissing)) return 'created';
      // The other one may have ended since: then it must not count.
      if ((await read(id))?.outcome) await leaveOpen(table, id);
      return 'exists';
    },
    load: read,
    claim: async (id, { at, invocationId, reviewId }) => {
      const item = await updateIf(table, keyOf(id), {
        UpdateExpression:
          'SET invocationId = :invocation, reviewId = :review, startedAt = :at REMOVE outcome, waitsFor',
        // A further attempt carries the id of the first.
        ConditionExpression:
          'attribute_exists(pk) AND (attribute_not_exists(invocationId) OR invocationId = :invocation)',
        ExpressionAttributeValues: { ':invocation': invocationId, ':review': reviewId, ':at': at },
        ReturnValues: 'ALL_NEW',
      });
      if (item === null) return null;
      // A second attempt is open again, however many others are.
      await startOpen(table, { id, at });
      return storedRequest(item).request;
    },
    noteWaiting: async (id, reviewId, at) => {
      const noted = await updateIf(table, keyOf(id), {
        UpdateExpression: 'SET waitsFor = :review',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(invocationId)',
        ExpressionAttributeValues: { ':review': reviewId },
      });
      // What waits for others is not lost, however long that takes.
      if (noted !== null) await startOpen(table, { id, at });
    },
    close: async (id, outcome) => {
      const closed = await updateIf(table, keyOf(id), {
        UpdateExpression: 'SET outcome = :outcome',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':outcome': outcome },
      });
      if (closed === null) throw new Error(`there is no request ${id} that could end`);
      await leaveOpen(table, id);
    },
  };
}

function keyOf(id: string): Key {
  return { pk: `REQUEST#${id}`, sk: 'REQUEST' };
}

function storedRequest(item: Item): StoredRequest {
  const { invocationId, outcome, request, reviewId, startedAt, waitsFor } = upToDate(
    'request',
    item,
    item,
  ) as Item;
  const started = { at: Number(startedAt), reviewId: String(reviewId), invocationId: String(invocationId) };
  return {
    request: request as RequestedReview,
    started: reviewId === undefined ? null : started,
    waitsFor: waitsFor === undefined ? null : String(waitsFor),
    outcome: (outcome as RequestOutcome | undefined) ?? null,
  };
}
