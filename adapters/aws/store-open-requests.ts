import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from './store-changes.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import type { Table } from './store-table.ts';

/** How many requests may be open, and since when (epoch ms) one counts. */
export interface OpenBound {
  readonly most: number;
  readonly since: number;
}

/** The open requests by id, with the time (epoch ms) from which each counts. */
type Open = Readonly<Record<string, number>>;

const key = { pk: 'REQUEST#OPEN', sk: 'OPEN' } as const;
/** Each attempt that fails means that another one succeeded. */
const attempts = 200;

/** Enters a request into the list of open ones, by one conditional write, if there is room; one that is listed already stays. `hasEnded` is asked when the list is full. */
export async function enterOpen(
  table: Table,
  id: string,
  at: number,
  { most, since }: OpenBound,
  hasEnded: (id: string, at: number) => Promise<boolean>,
): Promise<'entered' | 'full'> {
  let answer: 'entered' | 'full' = 'entered';
  await change(table, async (listed) => {
    answer = 'entered';
    if (listed[id] !== undefined) return null;
    let open = Object.entries(listed).filter(([, began]) => began > since);
    if (open.length >= most) {
      const ended = await Promise.all(open.map(([other, began]) => hasEnded(other, began)));
      open = open.filter((_, index) => !ended[index]);
    }
    if (open.length >= most) {
      answer = 'full';
      return null;
    }
    return Object.fromEntries([...open, [id, at]]);
  });
  return answer;
}

/** Takes a request off the list of open ones; does nothing if it is not there. */
export async function leaveOpen(table: Table, id: string): Promise<void> {
  await change(table, async (listed) => {
    const { [id]: own, ...others } = listed;
    return own === undefined ? null : others;
  });
}

/** Changes the list under the version that was read, and looks again where another was first. `next` answers null where nothing is to be written. */
async function change(table: Table, next: (open: Open) => Promise<Open | null>): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { Item: item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
    );
    const version = Number(item?.version ?? 0);
    const open = await next(item ? (upToDate('open requests', item, item.open) as Open) : {});
    if (open === null) return;
    try {
      await table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...key, ...formatAttribute('open requests'), open, version: version + 1 },
          ...(version === 0
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'version = :version',
                ExpressionAttributeValues: { ':version': version },
              }),
        }),
      );
      return;
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }
  throw new Error(`the list of open requests was written by others ${attempts} times in a row: try again`);
}
