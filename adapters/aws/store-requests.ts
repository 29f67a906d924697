import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { RequestedReview, RequestOutcome } from '../../core/requested-review.ts';
import type { RequestStore, StoredRequest } from '../store-ports.ts';
import { isConditionFailed } from './store-changes.ts';
import { type Item, queryAll } from './store-items.ts';
import { statusIndex, type Table } from './store-table.ts';

const open = 'REQUEST#open';

/** Keeps the reviews that people asked for, one item each (`REQUEST#id`), until `ttl`. */
export function createRequestStore(table: Table): RequestStore {
  return {
    put: async (request, expiresAt) => {
      try {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: {
              ...keyOf(request.id),
              ...{ request, statusKey: open, updatedAt: request.requestedAt },
              ttl: Math.ceil(expiresAt / 1000),
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return 'created';
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        return 'exists';
      }
    },
    countOpen: async (since) => {
      const items = await queryAll(table, {
        IndexName: statusIndex,
        KeyConditionExpression: 'statusKey = :open AND updatedAt > :since',
        ExpressionAttributeValues: { ':open': open, ':since': since },
      });
      return items.length;
    },
    load: async (id) => {
      const { Item: item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keyOf(id), ConsistentRead: true }),
      );
      return item ? storedRequest(item) : null;
    },
    claim: async (id, { at, invocationId, reviewId }) => {
      try {
        const { Attributes: item = {} } = await table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keyOf(id),
            UpdateExpression:
              'SET invocationId = :invocation, reviewId = :review, startedAt = :at, statusKey = :open REMOVE outcome',
            // Lambda's own second attempt carries the id of the first.
            ConditionExpression:
              'attribute_exists(pk) AND (attribute_not_exists(invocationId) OR invocationId = :invocation)',
            ExpressionAttributeValues: {
              ...{ ':invocation': invocationId, ':review': reviewId, ':at': at, ':open': open },
            },
            ReturnValues: 'ALL_NEW',
          }),
        );
        return storedRequest(item).request;
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        return null;
      }
    },
    close: async (id, outcome) => {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keyOf(id),
          UpdateExpression: 'SET outcome = :outcome REMOVE statusKey',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':outcome': outcome },
        }),
      );
    },
  };
}

function keyOf(id: string): { readonly pk: string; readonly sk: string } {
  return { pk: `REQUEST#${id}`, sk: 'REQUEST' };
}

function storedRequest({ outcome, request, reviewId, startedAt }: Item): StoredRequest {
  return {
    request: request as RequestedReview,
    started: reviewId === undefined ? null : { at: Number(startedAt), reviewId: String(reviewId) },
    outcome: (outcome as RequestOutcome | undefined) ?? null,
  };
}
