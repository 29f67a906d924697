import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { explain } from '../../adapters/aws/refusal.ts';
import { itemsUnder, putAll, removeAll } from '../../adapters/aws/store-items.ts';
import { localTable } from './local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
beforeAll(async () => {
  local = await localTable();
});
afterAll(() => local.close());

const throttled = Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' });
const pieces = Array.from({ length: 12 }, (_, index) => ({
  ...{ pk: 'SEEN#large', sk: `USE#${index}`, body: new Uint8Array(350_000) },
}));

test('items are written and removed few at a time where they are large, and again where the table took none', async () => {
  let refused = 2;
  const sizes: (number | undefined)[] = [];
  const send = async (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
    if (command instanceof BatchWriteCommand) {
      refused -= 1;
      if (refused >= 0) throw explain(throttled, 'dynamodb:BatchWriteItem');
      sizes.push(command.input.RequestItems?.[local.table.name]?.length);
    }
    return local.table.client.send(command);
  };
  const table = { ...local.table, client: { send } as DynamoDBDocumentClient };
  await putAll(table, pieces);
  expect(await itemsUnder(local.table, 'SEEN#large')).toHaveLength(12);
  await removeAll(table, pieces);
  expect(await itemsUnder(local.table, 'SEEN#large')).toEqual([]);
  expect(sizes).toEqual([5, 5, 2, 5, 5, 2]);
});
