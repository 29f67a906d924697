import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { type StoredKind, upToDate } from './store-format.ts';
import { type Item, queryAll } from './store-items.ts';
import { statusIndex, type Table } from './store-table.ts';

/** The key of one item. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** What must hold for a write to take place. */
type Condition = Pick<
  PutCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** The item under a key as it is stored, read consistently; of its `attributes` those that are named, apart by commas, by default all. */
export async function getItem(
  { client, name }: Table,
  key: Key,
  attributes?: string,
): Promise<Item | undefined> {
  const some = attributes === undefined ? {} : { ProjectionExpression: attributes };
  const command = new GetCommand({ TableName: name, Key: key, ConsistentRead: true, ...some });
  return (await client.send(command)).Item;
}

/** The item under a key in the format of today, read consistently. */
export async function readItem(table: Table, kind: StoredKind, key: Key): Promise<Item | undefined> {
  const item = await getItem(table, key);
  return item && (upToDate(kind, item, item) as Item);
}

/** Every whole item under a key of an index, by default that of states. */
export function itemsByStatus(
  table: Table,
  statusKey: string,
  index = statusIndex,
): Promise<readonly Item[]> {
  return queryAll(table, {
    IndexName: index,
    KeyConditionExpression: 'statusKey = :statusKey',
    ExpressionAttributeValues: { ':statusKey': statusKey },
  });
}

/** Puts an item in the place of what is there. */
export async function putItem({ client, name }: Table, item: Item): Promise<void> {
  await client.send(new PutCommand({ TableName: name, Item: { ...item } }));
}

/** Puts an item where the condition holds, and tells whether it did. */
export async function putIf({ client, name }: Table, item: Item, condition: Condition): Promise<boolean> {
  const command = new PutCommand({ TableName: name, Item: { ...item }, ...condition });
  return (await unlessRefused(client.send(command))) !== null;
}

/** Updates an item. Answers what the update asks to be returned, or null where its condition does not hold. */
export async function updateIf(
  { client, name }: Table,
  key: Key,
  update: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
): Promise<Item | null> {
  const answer = await unlessRefused(
    client.send(new UpdateCommand({ TableName: name, Key: key, ...update })),
  );
  return answer && (answer.Attributes ?? {});
}

/** Removes an item, if it is there and the condition holds. */
export async function removeItem(
  { client, name }: Table,
  key: Key,
  condition: Condition = {},
): Promise<void> {
  await unlessRefused(client.send(new DeleteCommand({ TableName: name, Key: key, ...condition })));
}

/** Holds while nobody wrote the item since it was read with this `version`; 0: there was none. */
export function stillAt(version: number): Condition {
  return version === 0
    ? ifMissing
    : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } };
}

/** Holds while there is no item. */
export const ifMissing: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

/** When DynamoDB may remove an item; its attribute counts seconds. `expiresAt` is epoch milliseconds. */
export function ttlOf(expiresAt: number): Item {
  return { ttl: Math.ceil(expiresAt / 1000) };
}

/** The partition key of all that is kept of a review. */
export function reviewKey(reviewId: string): string {
  return `REVIEW#${reviewId}`;
}

/** What a write answers; null where its condition does not hold, and so nothing was written. */
async function unlessRefused<Answer>(write: Promise<Answer>): Promise<Answer | null> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return null;
    throw error;
  }
}
