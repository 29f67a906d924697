import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { isThrottle } from './refusal-hints.ts';
import type { Table } from './store-table.ts';

/** An item as the document client gives and takes it. */
export type Item = Readonly<Record<string, unknown>>;

/** A value as gzipped JSON, in as many bytes as it has: what zlib gives holds 16 KB, and there are findings by the hundred thousand. */
export function packed(value: unknown): Uint8Array {
  return new Uint8Array(gzipSync(JSON.stringify(value)));
}

/** The value of gzipped JSON. Throws if the attribute is not there or not readable. */
export function unpacked(bytes: unknown): unknown {
  if (!(bytes instanceof Uint8Array)) throw new Error('a stored item has no body');
  return JSON.parse(gunzipSync(bytes).toString('utf8'));
}

/** Every item of a query, however many pages it takes. */
export async function queryAll(
  table: Table,
  query: Omit<QueryCommandInput, 'TableName'>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({ ...query, TableName: table.name, ...(start && { ExclusiveStartKey: start }) }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

/** Every item under a partition key, or those whose sort key starts so, in the order of their keys, read consistently. */
export function itemsUnder(table: Table, pk: string, skPrefix?: string): Promise<readonly Item[]> {
  // DynamoDB takes no empty text for a key, not even as a prefix that everything has.
  return queryAll(table, {
    ...(skPrefix === undefined
      ? { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } }
      : {
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': skPrefix },
        }),
    ConsistentRead: true,
  });
}

// BatchWriteItem takes 25 items and 16 MB (DynamoDB API reference); large chunks are sent fewer at a time.
const batchItems = 25;
const batchBytes = 2_000_000;

/** Puts items in batches and sends again what DynamoDB did not take. Throws after eight rounds without an end. */
export function putAll(table: Table, items: readonly Item[]): Promise<void> {
  return writeAll(table, items, (item) => ({ PutRequest: { Item: { ...item } } }));
}

/** Removes items by their keys, in batches as `putAll`: DynamoDB counts a removal as large as what is removed. */
export function removeAll(table: Table, items: readonly Item[]): Promise<void> {
  return writeAll(table, items, ({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }));
}

type WriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

async function writeAll(
  table: Table,
  items: readonly Item[],
  requestOf: (item: Item) => WriteRequest,
): Promise<void> {
  let batch: WriteRequest[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = item.body instanceof Uint8Array ? item.body.length : 1000;
    if (batch.length === batchItems || (batch.length > 0 && bytes + size > batchBytes)) {
      await writeBatch(table, batch);
      batch = [];
      bytes = 0;
    }
    batch.push(requestOf(item));
    bytes += size;
  }
  await writeBatch(table, batch);
}

async function writeBatch(table: Table, batch: readonly WriteRequest[]): Promise<void> {
  let requests = batch;
  for (let round = 0; requests.length > 0; round += 1) {
    if (round === 8)
      throw new Error(
        `DynamoDB did not take ${requests.length} items of ${batch.length}: the table ${table.name} is throttled`,
      );
    if (round > 0) await wait(50 * 2 ** round);
    requests = await leftOf(table, requests);
  }
}

/** What DynamoDB did not take. Where it took nothing it answers with an error (DynamoDB API reference, BatchWriteItem). */
async function leftOf(table: Table, requests: readonly WriteRequest[]): Promise<readonly WriteRequest[]> {
  const command = new BatchWriteCommand({ RequestItems: { [table.name]: [...requests] } });
  try {
    return (await table.client.send(command)).UnprocessedItems?.[table.name] ?? [];
  } catch (error) {
    if (isThrottle(error)) return requests;
    throw error;
  }
}
