import { randomBytes } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createGrantStore } from '../../adapters/aws/store-grants.ts';
import { day, start } from '../change/samples.ts';
import { putItems } from '../support/raw-items.ts';
import { localTable } from './local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
beforeAll(async () => {
  local = await localTable();
});
afterAll(() => local.close());

const account = { organizationId: 'o-exampleorg1', accountId: '222222222222' };
const other = { ...account, accountId: '333333333333' };

test('the latest before an instant is found, of the account alone, however many grants there are', async () => {
  const grants = createGrantStore(local.table);
  const keys = Array.from({ length: 40_000 }, () => randomBytes(16).toString('hex'));
  const many = { readAt: start - 100 * day, grants: Object.fromEntries(keys.map((key) => [key, key])) };
  const older = { readAt: start - 200 * day, grants: { old: 'member' } };
  const newer = { readAt: start - 50 * day, grants: { new: 'member' } };
  for (const seen of [newer, many, older]) await grants.save(account, seen, start + 400 * day);
  expect(await grants.latestBefore(account, start)).toEqual(newer);
  expect(await grants.latestBefore(account, start - 90 * day)).toEqual(many);
  expect(await grants.latestBefore(account, many.readAt)).toEqual(older);
  expect(await grants.latestBefore(account, older.readAt)).toBeNull();
  expect(await grants.latestBefore(other, start)).toBeNull();
  const { Items = [] } = await local.table.client.send(new ScanCommand({ TableName: local.table.name }));
  expect(Items.length).toBeGreaterThan(3);
  expect(new Set(Items.map(({ ttl }) => ttl))).toEqual(new Set([(start + 400 * day) / 1000]));
});

test('what a crash left by half says nothing: the one before it does', async () => {
  const grants = createGrantStore(local.table);
  const whole = { readAt: start - 2 * day, grants: { one: 'member' } };
  await grants.save(other, whole, start);
  await grants.save(other, { ...whole, readAt: start - day }, start);
  const { Items = [] } = await local.table.client.send(new ScanCommand({ TableName: local.table.name }));
  const half = Items.find(({ pk, sk }) => pk.endsWith('333333333333') && sk.includes(String(start - day)));
  await putItems(local.table.client, local.table.name, [{ ...half, chunks: 2 }]);
  expect(await grants.latestBefore(other, start)).toEqual(whole);
});
