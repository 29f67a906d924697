import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BatchWriteCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { groupBy } from '../../core/base/lists.ts';
import { sha256 } from '../../core/base/sha256.ts';
import { chunkBytes, type Table } from './store-table.ts';

/** An item as the document client gives and takes it. */
export type Item = Readonly<Record<string, unknown>>;

/** A value as gzipped JSON. */
export function packed(value: unknown): Uint8Array {
  return gzipSync(JSON.stringify(value));
}

/** The value of gzipped JSON. Throws if the attribute is not there or not readable. */
export function unpacked(bytes: unknown): unknown {
  if (!(bytes instanceof Uint8Array)) throw new Error('a stored item has no body');
  return JSON.parse(gunzipSync(bytes).toString('utf8'));
}

/** A long body cut into pieces that fit into one item each; at least one piece. */
function chunksOf(bytes: Uint8Array): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start === 0 || start < bytes.length; start += chunkBytes) {
    chunks.push(bytes.subarray(start, start + chunkBytes));
  }
  return chunks;
}

/** Items of a cut body. Each says how many there are and, where there are several, of which body it is a piece: a missing one is seen, and one of an earlier body. */
export function chunkItems(
  pk: string,
  skPrefix: string,
  bytes: Uint8Array,
  extra: Item = {},
): readonly Item[] {
  const chunks = chunksOf(bytes);
  const of = chunks.length > 1 ? { of: sha256(bytes) } : {};
  return chunks.map((chunk, index) => ({
    ...{ ...extra, ...of },
    pk,
    sk: `${skPrefix}#${String(index).padStart(4, '0')}`,
    chunks: chunks.length,
    body: chunk,
  }));
}

/** Puts a cut body together again, or null if a piece is missing. `items` in the order of their keys. */
export function joinChunks(items: readonly Item[]): Uint8Array | null {
  const [first] = items;
  if (!first || first.chunks !== items.length) return null;
  return Buffer.concat(items.map((item) => item.body as Uint8Array));
}

/** The pieces of cut bodies that have one prefix, by the id behind it in the sort key. */
export function piecesById(items: readonly Item[]): ReadonlyMap<string, readonly Item[]> {
  return groupBy(items, ({ sk }) => String(sk).split('#')[1] ?? '');
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
export async function putAll(table: Table, items: readonly Item[]): Promise<void> {
  let batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = item.body instanceof Uint8Array ? item.body.length : 1000;
    if (batch.length === batchItems || (batch.length > 0 && bytes + size > batchBytes)) {
      await putBatch(table, batch);
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) await putBatch(table, batch);
}

async function putBatch(table: Table, batch: readonly Item[]): Promise<void> {
  let requests = batch.map((item) => ({ PutRequest: { Item: { ...item } as Record<string, unknown> } }));
  for (let round = 0; round < 8; round += 1) {
    if (round > 0) await wait(50 * 2 ** round);
    const answer = await table.client.send(
      new BatchWriteCommand({ RequestItems: { [table.name]: requests } }),
    );
    requests = (answer.UnprocessedItems?.[table.name] ?? []) as typeof requests;
    if (requests.length === 0) return;
  }
  throw new Error(
    `DynamoDB did not take ${requests.length} items of ${batch.length}: the table ${table.name} is throttled`,
  );
}
