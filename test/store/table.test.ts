import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { createChangeStore } from '../../adapters/aws/store-changes.ts';
import { tableDefinition } from '../../adapters/aws/store-table.ts';
import { beginChange } from '../../core/change/life/stored-change.ts';
import { proposal } from '../change/samples.ts';
import { localTable } from './local-table.ts';

test('the table on one machine has the keys and the indexes that the product needs', async () => {
  const { table, close } = await localTable();
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
  await close();
});

test('a write whose answer is lost and that the SDK sends again counts once, as saved', async () => {
  const { table, close } = await localTable();
  const store = createChangeStore(table);
  const begun = beginChange([proposal()]);
  await store.create(begun);

  let writes = 0;
  // Loses the answer to the first write after it went through, as a broken connection does.
  table.client.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request);
      writes += 1;
      if (writes === 1)
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' });
      return answer;
    },
    { step: 'deserialize', priority: 'low', name: 'loseFirstAnswer' },
  );
  expect(await store.save(begun, 1)).toBe('saved');
  expect(writes).toBeGreaterThan(1);
  expect((await store.load(begun.record.id))?.version).toBe(2);
  expect(await store.save(begun, 1)).toBe('conflict');
  await close();
});
