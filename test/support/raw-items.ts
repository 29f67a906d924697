import { gunzipSync, gzipSync } from 'node:zlib';
import { type DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';

/** An item as the document client gives and takes it. */
export type RawItem = Readonly<Record<string, unknown>>;

/** A body that is longer than this as JSON is kept as it is stored, in base64. */
const readableBytes = 20_000;

/** An item as JSON that a person can read: `{"$json": …}` stands for a gzipped JSON body, `{"$gzip": "…"}` for one that is too long to be read. */
export function readable(item: RawItem): RawItem {
  if (!(item.body instanceof Uint8Array)) return item;
  const text = gunzipSync(item.body).toString('utf8');
  const isShort = text.length <= readableBytes && JSON.stringify(JSON.parse(text)) === text;
  const body = isShort ? { $json: JSON.parse(text) } : { $gzip: Buffer.from(item.body).toString('base64') };
  return { ...item, body };
}

/** The item that `readable` made readable, as it was in the table. */
export function raw(item: RawItem): RawItem {
  const body = item.body as { readonly $json?: unknown; readonly $gzip?: string } | undefined;
  if (body === undefined) return item;
  const bytes =
    body.$gzip === undefined ? gzipSync(JSON.stringify(body.$json)) : Buffer.from(body.$gzip, 'base64');
  return { ...item, body: bytes };
}

/** Every item of a table, in the order of their keys. */
export async function scanItems(
  client: DynamoDBDocumentClient,
  tableName: string,
): Promise<readonly RawItem[]> {
  const items: RawItem[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ExclusiveStartKey: start }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  const keyOf = ({ pk, sk }: RawItem): string => `${pk} ${sk}`;
  return items.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** Puts items into a table as they are. */
export async function putItems(
  client: DynamoDBDocumentClient,
  tableName: string,
  items: readonly RawItem[],
): Promise<void> {
  for (const item of items) await client.send(new PutCommand({ TableName: tableName, Item: { ...item } }));
}

/** Changes the item of a stored change as a later version of the software might have: a further event of a type that nobody knows yet, an intent that nobody knows, or a format of its own. */
export async function asLaterVersion(
  client: DynamoDBDocumentClient,
  tableName: string,
  id: string,
  later: { readonly event?: string; readonly format?: number; readonly intent?: string },
): Promise<void> {
  const items = await scanItems(client, tableName);
  const item = items.find(({ pk, sk }) => pk === `CHANGE#${id}` && sk === 'CHANGE');
  if (!item) throw new Error(`there is no change ${id}`);
  const text = gunzipSync(item.body as Uint8Array).toString('utf8');
  const body = JSON.parse(text) as {
    readonly history: readonly RawItem[];
    readonly contents: Readonly<Record<string, RawItem>>;
  };
  const { at, revision } = body.history.at(-1) ?? {};
  const actor = { type: 'system', id: 'review' };
  const more = later.event === undefined ? [] : [{ at, revision, actor, type: later.event, level: 3 }];
  const format = later.format === undefined ? {} : { format: later.format };
  const meant = later.intent === undefined ? {} : { intent: later.intent };
  const contents = Object.fromEntries(
    Object.entries(body.contents).map(([hash, content]) => [hash, { ...content, ...meant }]),
  );
  const changed = { ...body, contents, history: [...body.history, ...more] };
  await putItems(client, tableName, [{ ...item, ...format, body: gzipSync(JSON.stringify(changed)) }]);
}
