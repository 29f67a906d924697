import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSeasonStore } from '../../adapters/aws/store-seasons.ts';
import type { SeenUse, UseSpan } from '../../core/finding/seen-use.ts';
import { putItems } from '../support/raw-items.ts';
import { localTable } from './local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
beforeAll(async () => {
  local = await localTable();
});
afterAll(() => local.close());

const loaded = async (organizationId: string): Promise<SeenUse> =>
  new Map([...(await createSeasonStore(local.table).load(organizationId))].flatMap((seen) => [...seen]));

const span = (first: number): UseSpan => ({
  ...{ first, last: first + 3, quietUntil: first + 100, accountId: '222222222222', alone: first % 2 === 0 },
});
const seenOf = (...services: readonly (readonly [string, readonly UseSpan[]])[]): SeenUse =>
  new Map(services.map(([service, spans]) => [service, new Map([['ou-ex01-development', spans]])]));

test('what was seen is kept service by service, of the organization alone and without an end', async () => {
  const seasons = createSeasonStore(local.table);
  const seen = seenOf(['lex', [span(20_000), span(20_365)]], ['dms', [span(20_100)]]);
  await seasons.change('o-exampleorg1', ['lex', 'dms'], (_, each) => ({ seen, services: [each] }));
  expect(await loaded('o-exampleorg1')).toEqual(seen);
  expect(await loaded('o-exampleorg2')).toEqual(new Map());
  const later = seenOf(['lex', [span(20_730)]], ['dms', [span(20_730)]]);
  await seasons.change('o-exampleorg1', ['dms'], (_, each) => ({ seen: later, services: [each] }));
  const [lex, dms] = [seen.get('lex'), later.get('dms')];
  expect(await loaded('o-exampleorg1')).toEqual(
    new Map([
      ['dms', dms],
      ['lex', lex],
    ]),
  );
  const { Items = [] } = await local.table.client.send(new ScanCommand({ TableName: local.table.name }));
  expect(Items.some(({ ttl }) => ttl !== undefined)).toBe(false);
});

test('what a crash of an earlier version left by half is left out, and the rest is read', async () => {
  const seasons = createSeasonStore(local.table);
  const seen = seenOf(['lex', [span(1)]], ['dms', [span(2)]]);
  await seasons.change('o-half000000', ['lex', 'dms'], (_, each) => ({ seen, services: [each] }));
  const { Items = [] } = await local.table.client.send(new ScanCommand({ TableName: local.table.name }));
  const half = Items.find(({ pk, sk }) => pk === 'SEEN#o-half000000' && sk.startsWith('USE#lex'));
  await putItems(local.table.client, local.table.name, [{ ...half, chunks: 2 }]);
  expect([...(await loaded('o-half000000')).keys()]).toEqual(['dms']);
});

test('a service is read when it is come to: the whole need not fit into memory', async () => {
  const seasons = createSeasonStore(local.table);
  const seen = seenOf(['dms', [span(1)]], ['lex', [span(2)]]);
  await seasons.change('o-large00000', ['dms', 'lex'], (_, each) => ({ seen, services: [each] }));
  const { Items = [] } = await local.table.client.send(new ScanCommand({ TableName: local.table.name }));
  const lex = Items.find(({ pk, sk }) => pk === 'SEEN#o-large00000' && sk.startsWith('USE#lex'));
  await putItems(local.table.client, local.table.name, [{ ...lex, format: 99 }]);
  const parts = (await seasons.load('o-large00000'))[Symbol.iterator]();
  expect([...(parts.next().value as SeenUse).keys()]).toEqual(['dms']);
  expect(() => parts.next()).toThrow('format 99');
});
