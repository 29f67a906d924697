import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { sha256 } from '../../core/base/sha256.ts';
import type { ReviewLease } from '../../core/review/running.ts';
import type { ReviewProgress, RunNote, RunStore } from '../run-ports.ts';
import { type Key, putIf, putItem, readItem, removeItem, reviewKey, ttlOf } from './store-access.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import type { Item } from './store-items.ts';
import { statusIndex, type Table } from './store-table.ts';

/** How far reviews are, in the index by status: ordered by when they began. */
const progressStatus = 'PROGRESS';

/** Keeps leases (`LEASE#key` / `LEASE`), under each the last run of every review of the same (`RUN#…`), and how far a review is (`REVIEW#id` / `PROGRESS`). */
export function createRunStore(table: Table): RunStore {
  const holder = async (key: string): Promise<ReviewLease | null> =>
    ((await readItem(table, 'lease', leaseItemKey(key)))?.lease as ReviewLease | undefined) ?? null;
  return {
    take: async (lease, endedBefore) => {
      // Two rounds: whoever had the lease may give it back between the refused write and the look at it.
      for (let round = 0; ; round += 1) {
        const isTaken = await putLease(
          table,
          lease,
          'attribute_not_exists(pk) OR expiresAt < :before OR invocationId = :invocation OR #token = :token',
          { ':before': endedBefore, ':invocation': lease.invocationId },
        );
        if (isTaken) return { taken: true };
        const other = await holder(lease.key);
        if (other) return { taken: false, holder: other };
        if (round === 1) throw new Error(`the lease ${lease.key} comes and goes: try again`);
      }
    },
    renew: (lease) => putLease(table, lease, '#token = :token'),
    release: async ({ key, token }) => {
      await removeItem(table, leaseItemKey(key), {
        ConditionExpression: '#token = :token',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: { ':token': token },
      });
    },
    holder,
    lastRun: async (key, event) =>
      ((await readItem(table, 'run', runItemKey(key, event)))?.run as RunNote | undefined) ?? null,
    noteRun: (key, event, run, expiresAt) =>
      putItem(table, { ...runItemKey(key, event), ...formatAttribute('run'), run, ...ttlOf(expiresAt) }),
    progress: async (reviewId) =>
      ((await readItem(table, 'progress', progressKey(reviewId)))?.progress as ReviewProgress | undefined) ??
      null,
    noteProgress: (progress, expiresAt) =>
      putItem(table, {
        ...progressKey(progress.reviewId),
        ...formatAttribute('progress'),
        ...ttlOf(expiresAt),
        progress,
        statusKey: progressStatus,
        updatedAt: progress.startedAt,
      }),
    listProgress: async (most) => {
      const { Items: items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: statusIndex,
          Limit: most,
          ScanIndexForward: false,
          KeyConditionExpression: 'statusKey = :status',
          ExpressionAttributeValues: { ':status': progressStatus },
        }),
      );
      return items.map((item) => (upToDate('progress', item, item) as Item).progress as ReviewProgress);
    },
  };
}

/** Writes a lease under a condition. Its own run may write it again, which also makes a write that the SDK sent twice harmless. */
function putLease(table: Table, lease: ReviewLease, condition: string, values: Item = {}): Promise<boolean> {
  const { expiresAt, invocationId, key, token } = lease;
  const item = { ...leaseItemKey(key), ...formatAttribute('lease'), expiresAt, invocationId, lease, token };
  return putIf(table, item, {
    ConditionExpression: condition,
    ExpressionAttributeNames: { '#token': 'token' },
    ExpressionAttributeValues: { ...values, ':token': token },
  });
}

function leaseItemKey(key: string): Key {
  return { pk: `LEASE#${key}`, sk: 'LEASE' };
}

function runItemKey(key: string, event: string): Key {
  return { pk: `LEASE#${key}`, sk: `RUN#${sha256(event).slice(0, 32)}` };
}

function progressKey(reviewId: string): Key {
  return { pk: reviewKey(reviewId), sk: 'PROGRESS' };
}
