import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createAskedBackStore } from '../../adapters/aws/store-asked-back.ts';
import { createChangeStore } from '../../adapters/aws/store-changes.ts';
import { type Table, tableDefinition } from '../../adapters/aws/store-table.ts';
import { beginChange } from '../../core/change/life/stored-change.ts';
import { day, proposal, start } from '../change/samples.ts';
import { localTable } from './local-table.ts';

test('the table on one machine has the keys and the indexes that the product needs', async () => {
  const { table } = await opened();
  const { Table } = await table.client.send(new DescribeTableCommand({ TableName: table.name }));
  expect(Table?.KeySchema).toEqual(tableDefinition(table.name).KeySchema);
  const indexes = Object.fromEntries(
    (Table?.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]),
  );
  expect(indexes).toMatchObject({
    byStatus: {
      KeySchema: [
        { AttributeName: 'statusKey', KeyType: 'HASH' },
        { AttributeName: 'updatedAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
    byKind: {
      KeySchema: [
        { AttributeName: 'sk', KeyType: 'HASH' },
        { AttributeName: 'updatedAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: expect.not.arrayContaining(['body']) },
    },
    unfinished: {
      KeySchema: [
        { AttributeName: 'statusKey', KeyType: 'HASH' },
        { AttributeName: 'changeId', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: expect.not.arrayContaining(['body']) },
    },
  });
});

let local: Awaited<ReturnType<typeof localTable>> | undefined;
afterEach(() => local?.close());

async function opened(): Promise<Awaited<ReturnType<typeof localTable>>> {
  local = await localTable();
  return local;
}

/** Loses the answer to the first write after it went through, as a broken connection does; meanwhile somebody else goes on. */
function loseFirstAnswer(
  { client }: Table,
  meanwhile: () => Promise<unknown> = async () => null,
): () => number {
  let writes = 0;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (request) => {
        const answer = await next(request);
        if (!/^Put/.test(String(commandName))) return answer;
        writes += 1;
        if (writes > 1) return answer;
        await meanwhile();
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' });
      },
    { step: 'deserialize', priority: 'low', name: 'loseFirstAnswer' },
  );
  return () => writes;
}

test('a write whose answer is lost and that the SDK sends again counts once, as saved', async () => {
  const { table } = await opened();
  const store = createChangeStore(table);
  const begun = beginChange([proposal()]);
  await store.create(begun);

  const writes = loseFirstAnswer(table);
  expect(await store.save(begun, 1)).toBe('saved');
  expect(writes()).toBeGreaterThan(1);
  expect((await store.load(begun.record.id))?.version).toBe(2);
  expect(await store.save(begun, 1)).toBe('conflict');
});

describe('a write whose answer is lost', () => {
  test.each([
    [1, 'saved'],
    [3, 'saved'],
  ])('counts as saved where others wrote %i times before the SDK sends it again', async (times, answer) => {
    const { table, another } = await opened();
    const store = createChangeStore(table);
    const others = createChangeStore(another);
    const begun = beginChange([proposal()]);
    await store.create(begun);
    loseFirstAnswer(table, async () => {
      for (let time = 0; time < times; time += 1) {
        const read = await others.load(begun.record.id);
        if (read) await others.save(read, read.version);
      }
    });
    expect(await store.save(begun, 1)).toBe(answer);
    expect((await store.load(begun.record.id))?.version).toBe(2 + times);
  });

  test('does not count where another write was first', async () => {
    const { table, another } = await opened();
    const store = createChangeStore(table);
    const others = createChangeStore(another);
    const begun = beginChange([proposal()]);
    await store.create(begun);
    const read = await others.load(begun.record.id);
    if (read) await others.save(read, read.version);
    expect(await store.save(begun, 1)).toBe('conflict');
  });

  test('counts one request for services, not two', async () => {
    const { table } = await opened();
    const store = createAskedBackStore(table);
    const entry = {
      of: 'chg-1',
      id: 'chg-2',
      asker: 'arn:aws:iam::222222222222:user/dev',
      at: start,
      until: start + day,
    };
    const first = { ...entry, id: 'chg-0', at: start - 1 };
    const nobody = async (): Promise<boolean> => false;
    await store.enter(first, nobody);
    loseFirstAnswer(table);
    expect(await store.enter(entry, nobody)).toBeNull();
    // Two of three that may wait are taken: there is room for one more, and for no further one.
    expect(await store.enter({ ...entry, id: 'chg-3', at: start + 1 }, nobody)).toBeNull();
    expect(await store.enter({ ...entry, id: 'chg-4', at: start + 2 }, nobody)).toMatchObject({
      code: 'TOO_MANY',
    });
  });
});
