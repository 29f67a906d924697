import { isDeepStrictEqual } from 'node:util';
import type { Sandbox } from '../../sandbox/server.ts';

/** An item in DynamoDB's own format. */
export type Item = Readonly<Record<string, { readonly S?: string }>>;

/** The table of a story. */
const ofStory = 'story';
const mostWrites = 25;

/** Everything in a table. */
export async function readItems(sandbox: Sandbox, table = ofStory): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const input = { TableName: table, ConsistentRead: true, ExclusiveStartKey: start };
    const page = await ask(sandbox, 'Scan', input);
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

/** Leaves these items in a table, and of others those alone that may stay. */
export async function keepItems(
  sandbox: Sandbox,
  items: readonly Item[],
  mayStay: (item: Item) => boolean = () => false,
  table = ofStory,
): Promise<void> {
  const before = new Map((await readItems(sandbox, table)).map((item) => [keyOf(item), item]));
  const kept = new Set(items.map(keyOf));
  const writes = [
    ...[...before]
      .filter(([key, item]) => !kept.has(key) && !mayStay(item))
      .map(([, { pk, sk }]) => ({ DeleteRequest: { Key: { pk, sk } } })),
    ...items
      .filter((item) => !isDeepStrictEqual(before.get(keyOf(item)), item))
      .map((item) => ({ PutRequest: { Item: item } })),
  ];
  for (let from = 0; from < writes.length; from += mostWrites) {
    const some = writes.slice(from, from + mostWrites);
    await ask(sandbox, 'BatchWriteItem', { RequestItems: { [table]: some } });
  }
}

function keyOf({ pk, sk }: Item): string {
  return JSON.stringify([pk, sk]);
}

/** What a Scan answers. */
interface Answer {
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

/** Asks the table in its own format, without a client: nothing is read into it, so nothing is lost. */
async function ask({ endpoint }: Sandbox, operation: string, input: object): Promise<Answer> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
  };
  const answer = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
  if (!answer.ok) throw new Error(`${operation}: ${await answer.text()}`);
  const { UnprocessedItems: left = {}, ...told } = (await answer.json()) as Answer & {
    readonly UnprocessedItems?: object;
  };
  if (Object.keys(left).length > 0) throw new Error(`${operation}: some items were not written`);
  return told;
}
