import { DeleteCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRequestStore } from '../../adapters/aws/store-requests.ts';
import type { RequestStore } from '../../adapters/request-ports.ts';
import type { RequestedReview } from '../../core/review/requested-review.ts';
import { start } from '../change/samples.ts';
import { localTable } from './local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
let requests: RequestStore;
beforeAll(async () => {
  local = await localTable();
  requests = createRequestStore(local.table);
});
afterAll(() => local.close());

const request: RequestedReview = {
  ...{ id: 'req-000000000001', requestedBy: 'arn:aws:iam::111111111111:user/ana', requestedAt: start },
  event: { scope: 'r-ex01', kinds: ['lapsed'] },
};
const by = (invocationId: string) => ({ invocationId, reviewId: `rev-${invocationId}`, at: start + 1 });

const wide = { asker: 'ana', most: 1_000, mostOfOne: 1_000, since: 0 };
const isFull = (answer: unknown): boolean => typeof answer === 'object';
const open = async (since: number, most: number): Promise<boolean> => {
  const id = `req-probe${String(Math.random()).slice(2, 12)}`;
  const answer = await requests.put({ ...request, id, requestedAt: start + 10 }, start, {
    asker: 'ana',
    most,
    mostOfOne: most,
    since,
  });
  if (answer === 'created') await requests.close(id, { failed: 'a probe' });
  return isFull(answer);
};

test('a request is kept as it was first written, until it may be dropped', async () => {
  expect(await requests.load(request.id)).toBeNull();
  expect(await requests.put(request, start + 5_500, wide)).toBe('created');
  expect(await requests.put({ ...request, requestedBy: 'somebody else' }, start, wide)).toBe('exists');
  expect(await requests.load(request.id)).toEqual({
    ...{ request, started: null, waitsFor: null, outcome: null },
  });
  const Key = { pk: `REQUEST#${request.id}`, sk: 'REQUEST' };
  const { Item } = await local.table.client.send(new GetCommand({ TableName: local.table.name, Key }));
  expect(Item?.ttl).toBe(start / 1000 + 6);
  expect(await open(start - 1, 1)).toBe(true);
  expect(await open(start, 1)).toBe(false);
});

test('of twenty invocations at once exactly one runs it, as often as it tries', async () => {
  const one = { ...request, id: 'req-000000000002' };
  await requests.put(one, start, wide);
  const claims = await Promise.all(
    Array.from({ length: 20 }, (_, index) => requests.claim(one.id, by(`invocation-${index}`))),
  );
  const winner = claims.findIndex((claim) => claim !== null);
  expect(claims.filter((claim) => claim !== null)).toEqual([one]);
  await requests.close(one.id, { failed: 'the first attempt' });
  expect(await requests.claim(one.id, { ...by(`invocation-${winner}`), reviewId: 'rev-again' })).toEqual(one);
  expect(await requests.load(one.id)).toMatchObject({ started: { reviewId: 'rev-again' }, outcome: null });
  expect(await requests.claim(one.id, by('later'))).toBeNull();
});

test('what came of it is kept; one that is not there is never made', async () => {
  const id = 'req-000000000003';
  expect(await requests.claim(id, by('any'))).toBeNull();
  await expect(requests.close(id, { failed: 'x' })).rejects.toThrow(`there is no request ${id}`);
  expect(await requests.load(id)).toBeNull();
  await requests.put({ ...request, id }, start, wide);
  await requests.claim(id, by('one'));
  const outcome = { status: 'completed', openFindings: 2, changeIds: ['chg-0123456789ab'] } as const;
  await requests.close(id, outcome);
  expect(await requests.load(id)).toEqual({
    request: { ...request, id },
    started: { at: start + 1, reviewId: 'rev-one', invocationId: 'one' },
    ...{ waitsFor: null, outcome },
  });
});

/** Requests at once: more with LONG=1. */
const atOnce = process.env.LONG ? 200 : 60;

test(`of ${atOnce} at once as many are written as are allowed, and each that ends makes room for one`, async () => {
  const at = start + 10_000_000;
  const bound = { asker: 'ana', most: 5, mostOfOne: 5, since: at - 1 };
  const of = (round: number, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) => {
        const one = { ...request, id: `req-${round}-${index}`, requestedAt: at };
        return requests.put(one, start, bound).then((answer) => ({ answer, id: one.id }));
      }),
    );
  const first = await of(1, atOnce);
  const written = first.filter(({ answer }) => answer === 'created');
  expect(written).toHaveLength(5);
  expect(first.filter(({ answer }) => isFull(answer))).toHaveLength(atOnce - 5);
  for (const { answer, id } of first) expect((await requests.load(id)) === null).toBe(isFull(answer));
  await Promise.all(written.slice(0, 3).map(({ id }) => requests.close(id, { failed: 'x' })));
  expect((await of(2, 20)).filter(({ answer }) => answer === 'created')).toHaveLength(3);
  expect(await requests.put({ ...request, id: 'req-late', requestedAt: at }, start, bound)).toMatchObject({
    full: 'own',
  });
  const later = { asker: 'ana', most: 5, mostOfOne: 5, since: at };
  expect(await requests.put({ ...request, id: 'req-late', requestedAt: at + 1 }, start, later)).toBe(
    'created',
  );
});

test('what ended without leaving the list, and what was never written, blocks nobody', async () => {
  const at = start + 20_000_000;
  const bound = { asker: 'ana', most: 1, mostOfOne: 1, since: at - 1 };
  const ended = { ...request, id: 'req-ended', requestedAt: at };
  await requests.put(ended, start, bound);
  await local.table.client.send(
    new UpdateCommand({
      ...{ TableName: local.table.name, Key: { pk: `REQUEST#${ended.id}`, sk: 'REQUEST' } },
      ...{ UpdateExpression: 'SET outcome = :it', ExpressionAttributeValues: { ':it': { failed: 'x' } } },
    }),
  );
  expect(await requests.put({ ...ended, id: 'req-lost' }, start, bound)).toBe('created');
  await local.table.client.send(
    new DeleteCommand({ TableName: local.table.name, Key: { pk: 'REQUEST#req-lost', sk: 'REQUEST' } }),
  );
  expect(await requests.put({ ...ended, id: 'req-next' }, start, bound)).toEqual({
    full: 'own',
    ids: ['req-lost'],
  });
  const later = { ...ended, id: 'req-next', requestedAt: at + 60_001 };
  expect(await requests.put(later, start, bound)).toBe('created');
});

test('nobody takes the place of all others, and all together have a bound', async () => {
  const at = start + 30_000_000;
  const bound = { asker: 'ana', most: 4, mostOfOne: 2, since: at - 1 };
  const put = (asker: string, id: string) =>
    requests.put({ ...request, id, requestedAt: at }, start, { ...bound, asker });
  expect(await put('ana', 'req-ana-1')).toBe('created');
  expect(await put('ana', 'req-ana-2')).toBe('created');
  expect(await put('ana', 'req-ana-3')).toEqual({ full: 'own', ids: ['req-ana-1', 'req-ana-2'] });
  expect(await put('ben', 'req-ben-1')).toBe('created');
  expect(await put('cleo', 'req-cleo-1')).toBe('created');
  expect(await put('dan', 'req-dan-1')).toEqual({
    full: 'all',
    ids: ['req-ana-1', 'req-ana-2', 'req-ben-1', 'req-cleo-1'],
  });
  await requests.close('req-ana-1', { failed: 'x' });
  expect(await put('ana', 'req-ana-3')).toBe('created');
});

test('a list from before askers were kept counts for all together alone', async () => {
  const at = start + 40_000_000;
  const key = { pk: 'REQUEST#OPEN', sk: 'OPEN' };
  await local.table.client.send(
    new UpdateCommand({
      ...{ TableName: local.table.name, Key: key, UpdateExpression: 'SET #open = :open REMOVE askers' },
      ...{ ExpressionAttributeNames: { '#open': 'open' } },
      ...{ ExpressionAttributeValues: { ':open': { 'req-old-1': at, 'req-old-2': at } } },
    }),
  );
  const bound = { asker: 'ana', most: 3, mostOfOne: 1, since: at - 1 };
  const put = (id: string) => requests.put({ ...request, id, requestedAt: at }, start, bound);
  expect(await put('req-new-1')).toBe('created');
  expect(await put('req-new-2')).toEqual({ full: 'own', ids: ['req-new-1'] });
});
