import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { sha256 } from '../../core/base/sha256.ts';
import type { ReviewLease } from '../../core/review/running.ts';
import type { ReviewProgress, RunNote, RunStore } from '../run-ports.ts';
import { isConditionFailed } from './store-changes.ts';
import { formatAttribute, type StoredKind, upToDate } from './store-format.ts';
import type { Item } from './store-items.ts';
import { statusIndex, type Table } from './store-table.ts';

/** How far reviews are, in the index by status: ordered by when they began. */
const progressStatus = 'PROGRESS';

/** Keeps leases (`LEASE#key` / `LEASE`), under each the last run of every review of the same (`RUN#…`), and how far a review is (`REVIEW#id` / `PROGRESS`). */
export function createRunStore(table: Table): RunStore {
  const holder = async (key: string): Promise<ReviewLease | null> =>
    ((await read(table, 'lease', leaseItemKey(key)))?.lease as ReviewLease | undefined) ?? null;
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
      try {
        await table.client.send(
          new DeleteCommand({
            TableName: table.name,
            Key: leaseItemKey(key),
            ConditionExpression: '#token = :token',
            ExpressionAttributeNames: { '#token': 'token' },
            ExpressionAttributeValues: { ':token': token },
          }),
        );
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
      }
    },
    holder,
    lastRun: async (key, event) =>
      ((await read(table, 'run', runItemKey(key, event)))?.run as RunNote | undefined) ?? null,
    noteRun: (key, event, run, expiresAt) =>
      put(table, 'run', { ...runItemKey(key, event), run, ...ttlOf(expiresAt) }),
    progress: async (reviewId) =>
      ((await read(table, 'progress', progressKey(reviewId)))?.progress as ReviewProgress | undefined) ??
      null,
    noteProgress: (progress, expiresAt) =>
      put(table, 'progress', {
        ...{ ...progressKey(progress.reviewId), ...ttlOf(expiresAt), progress },
        ...{ statusKey: progressStatus, updatedAt: progress.startedAt },
      }),
    listProgress: async (most) => {
      const { Items: items = [] } = await table.client.send(
        new QueryCommand({
          ...{ TableName: table.name, IndexName: statusIndex, Limit: most, ScanIndexForward: false },
          KeyConditionExpression: 'statusKey = :status',
          ExpressionAttributeValues: { ':status': progressStatus },
        }),
      );
      return items.map((item) => (upToDate('progress', item, item) as Item).progress as ReviewProgress);
    },
  };
}

/** Writes a lease under a condition. Its own run may write it again, which also makes a write that the SDK sent twice harmless. */
async function putLease(
  table: Table,
  lease: ReviewLease,
  condition: string,
  values: Item = {},
): Promise<boolean> {
  const { expiresAt, invocationId, key, token } = lease;
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          ...leaseItemKey(key),
          ...formatAttribute('lease'),
          ...{ expiresAt, invocationId, lease, token },
        },
        ConditionExpression: condition,
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: { ...values, ':token': token },
      }),
    );
    return true;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return false;
  }
}

type Key = { readonly pk: string; readonly sk: string };

async function put(table: Table, kind: StoredKind, item: Item): Promise<void> {
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { ...item, ...formatAttribute(kind) } }),
  );
}

async function read(table: Table, kind: StoredKind, key: Key): Promise<Item | undefined> {
  const { Item: item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  );
  return item && (upToDate(kind, item, item) as Item);
}

function leaseItemKey(key: string): Key {
  return { pk: `LEASE#${key}`, sk: 'LEASE' };
}

function runItemKey(key: string, event: string): Key {
  return { pk: `LEASE#${key}`, sk: `RUN#${sha256(event).slice(0, 32)}` };
}

function progressKey(reviewId: string): Key {
  return { pk: `REVIEW#${reviewId}`, sk: 'PROGRESS' };
}

// DynamoDB's expiry attribute counts seconds.
function ttlOf(expiresAt: number): Item {
  return { ttl: Math.ceil(expiresAt / 1000) };
}
