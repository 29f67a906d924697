import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRequestStore } from '../../adapters/aws/store-requests.ts';
import type { RequestStore } from '../../adapters/store-ports.ts';
import type { RequestedReview } from '../../core/requested-review.ts';
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

test('a request is kept as it was first written, until it may be dropped', async () => {
  expect(await requests.load(request.id)).toBeNull();
  expect(await requests.put(request, start + 5_500)).toBe('created');
  expect(await requests.put({ ...request, requestedBy: 'somebody else' }, start)).toBe('exists');
  expect(await requests.load(request.id)).toEqual({ request, started: null, outcome: null });
  const Key = { pk: `REQUEST#${request.id}`, sk: 'REQUEST' };
  const { Item } = await local.table.client.send(new GetCommand({ TableName: local.table.name, Key }));
  expect(Item?.ttl).toBe(start / 1000 + 6);
  expect(await requests.countOpen(start)).toBe(0);
  expect(await requests.countOpen(start - 1)).toBe(1);
});

test('of twenty invocations at once exactly one runs it, as often as it tries', async () => {
  const one = { ...request, id: 'req-000000000002' };
  await requests.put(one, start);
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
  const open = await requests.countOpen(0);
  const id = 'req-000000000003';
  expect(await requests.claim(id, by('any'))).toBeNull();
  await expect(requests.close(id, { failed: 'x' })).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
  });
  expect(await requests.load(id)).toBeNull();
  await requests.put({ ...request, id }, start);
  expect(await requests.countOpen(0)).toBe(open + 1);
  await requests.claim(id, by('one'));
  const outcome = { status: 'completed', openFindings: 2, changeIds: ['chg-0123456789ab'] } as const;
  await requests.close(id, outcome);
  expect(await requests.countOpen(0)).toBe(open);
  expect(await requests.load(id)).toEqual({
    request: { ...request, id },
    started: { at: start + 1, reviewId: 'rev-one' },
    outcome,
  });
});
