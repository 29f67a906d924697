import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createCollectionStore } from '../../adapters/aws/store-collections.ts';
import { type Answer, newCollection, withAnswer } from '../../core/review/collection.ts';
import type { ReviewRequest } from '../../core/review/review-facts.ts';
import { now, reportOf, reviewOf, treeOf } from '../support/small-world.ts';
import { localTable } from './local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
beforeAll(async () => {
  local = await localTable();
});
afterAll(() => local.close());

const tree = treeOf({ One: { a: { id: '222222222221' } } });
const uses = [{ accountId: '222222222221', service: 'lex', at: now - 1000 }];
const failed = (entityId: string): Answer => ({
  ...{ type: 'report', round: 0 },
  report: { status: 'failed', entityId, failure: { code: 'REPORT_TIMED_OUT', message: 'stuck' } },
});
const reported = (entityId: string, round = 0): Answer => ({
  ...{ type: 'report', round },
  report: reportOf(tree, entityId, uses, ['lex', 'dms']),
});
/** Where 50,000 accounts are: more than one item holds. */
const manyPlaces = Array.from({ length: 50_000 }, (_, index) => {
  const accountId = String((index * 7_919_317) % 1e12).padStart(12, '0');
  return [accountId, `ou-${index % 2000}`] as const;
});
const request = (reviewId: string): ReviewRequest => reviewOf(tree, { request: { reviewId } }).request;
const sorted = (answers: Iterable<readonly [string, Answer]>) => [...answers].sort();

async function itemsOf(reviewId: string) {
  const { Items = [] } = await local.table.client.send(new ScanCommand({ TableName: local.table.name }));
  return Items.filter(({ pk }) => pk === `REVIEW#${reviewId}`);
}

test('answers come back as they were given, failed ones too, and say what is collected for', async () => {
  const store = createCollectionStore(local.table);
  const asked = request('rev-1');
  const answers: readonly Answer[] = [
    { type: 'tree', round: 0, places: manyPlaces, units: [['ou-1', 'r-test']] },
    ...[reported('r-test'), failed('ou-test-one00000'), reported('ou-test-one00000', 1)],
    { type: 'parents', round: 0, places: manyPlaces.slice(1) },
    { type: 'tree', round: 1, places: [], units: [] },
  ];
  expect(await store.load('rev-1')).toBeNull();
  for (const answer of answers) await store.keep(asked, answer);
  const loaded = await store.load('rev-1');
  const wanted = answers.reduce(withAnswer, newCollection(asked));
  expect(loaded?.event).toEqual(wanted.event);
  expect(loaded?.event).not.toHaveProperty('configuration');
  expect(loaded?.round).toBe(1);
  expect(sorted(loaded?.answers ?? [])).toEqual(sorted(wanted.answers));
  const [first, look] = ['tree:0', 'parents:0'].map((id) => loaded?.answers.get(id));
  if (first?.type !== 'tree' || look?.type !== 'parents') throw new Error('an answer is missing');
  expect(look.places[0]).toBe(first.places[1]);
  const items = await itemsOf('rev-1');
  expect(items.filter(({ sk }) => sk.startsWith('ANSWER#tree:0#')).length).toBeGreaterThan(1);
  const hours = asked.configuration.reportFreshnessHours;
  expect(new Set(items.map(({ ttl }) => ttl))).toEqual(new Set([Math.floor(now / 1000) + hours * 3600]));
});

test('an answer whose writing was cut off is no answer, and is given anew', async () => {
  const store = createCollectionStore(local.table);
  const asked = request('rev-2');
  const long: Answer = { type: 'tree', round: 0, places: manyPlaces, units: [] };
  const short: Answer = { type: 'tree', round: 0, places: [], units: [['ou-1', 'r-test']] };
  await store.keep(asked, long);
  await store.keep(asked, reported('r-test'));
  const last = (await itemsOf('rev-2')).filter(({ sk }) => sk.startsWith('ANSWER#tree:0#')).at(-1);
  await local.table.client.send(
    new DeleteCommand({ TableName: local.table.name, Key: { pk: last?.pk, sk: last?.sk } }),
  );
  const cut = await store.load('rev-2');
  expect([cut?.round, [...(cut?.answers.keys() ?? [])]]).toEqual([-1, ['report:r-test']]);
  await store.keep(asked, long);
  await store.keep(asked, short);
  expect((await store.load('rev-2'))?.answers.get('tree:0')).toEqual(short);
});

test('the pages of a reading come back by question, without those that are too old, of that round alone', async () => {
  const store = createCollectionStore(local.table);
  const asked = request('rev-3');
  let at = now;
  const pagesOf = (round: number, since = 0) => store.pages(asked, round, { since, now: () => at });
  const first = await pagesOf(0);
  expect([first.begunAt, first.get('ListAccounts  ')]).toEqual([null, undefined]);
  await first.keep('ListAccounts  ', { items: [{ id: '222222222221' }], nextToken: 'next' });
  at += 1000;
  const long = { items: manyPlaces };
  await first.keep('ListAccounts  next', long);
  await (await pagesOf(1)).keep('ListAccounts  ', { items: [] });
  const again = await pagesOf(0);
  expect([again.begunAt, again.endedAt]).toEqual([now, now + 1000]);
  expect(again.get('ListAccounts  ')).toEqual({ items: [{ id: '222222222221' }], nextToken: 'next' });
  expect(again.get('ListAccounts  next')).toEqual(long);
  expect((await pagesOf(0, now)).begunAt).toBe(now);
  const young = await pagesOf(0, now + 1);
  expect([young.begunAt, young.get('ListAccounts  ')]).toEqual([at, undefined]);
  expect((await pagesOf(1)).get('ListAccounts  ')).toEqual({ items: [] });
  expect((await store.load('rev-3'))?.answers.size ?? 0).toBe(0);
  const [item] = await itemsOf('rev-3');
  expect(item).toMatchObject({ format: 1, ttl: Math.floor(now / 1000) + 24 * 3600 });
});
