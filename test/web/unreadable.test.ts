import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHandler } from '../../handlers/approvals.ts';
import { handler as notify } from '../../handlers/notify.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const http = { method: 'GET' };
const event = (changes: object): object => ({
  ...{ version: '2.0', rawPath: '/healthz', rawQueryString: '', headers: {} },
  ...{ requestContext: { domainName: 'x', http } },
  ...changes,
});

test.each<[string, unknown]>([
  ['null', null],
  ['nothing', undefined],
  ['a text', 'GET /changes'],
  ['an empty text', ''],
  ['a number', 42],
  ['true', true],
  ['a list', [event({})]],
  ['an empty object', {}],
  ['an event of the bus', { 'detail-type': 'SCP Change Proposed', detail: {} }],
  ['no context', event({ requestContext: null })],
  ['a context that is a text', event({ requestContext: 'x' })],
  ['no method', event({ requestContext: { http: {} } })],
  ['a method that is a number', event({ requestContext: { http: { method: 1 } } })],
  ['no path', event({ rawPath: null })],
  ['a query that is an object', event({ rawQueryString: {} })],
  ['headers that are a list', event({ headers: ['x'] })],
  ['a header that none can be', event({ headers: { 'a b': 'c' } })],
  ['a body that is an object', event({ requestContext: { http: { method: 'POST' } }, body: {} })],
  [
    'a body that is not base64',
    event({ requestContext: { http: { method: 'POST' } }, body: '%', isBase64Encoded: true }),
  ],
])('an event that is %s: 400, nothing thrown, nothing printed', async (_, given) => {
  const printed: unknown[] = [];
  const original = console.error;
  console.error = (...parts) => printed.push(parts);
  const answer = await createHandler(site.configuration)(given as never).finally(() => {
    console.error = original;
  });
  expect(answer).toMatchObject({ statusCode: 400, body: expect.stringContaining('Nothing was recorded') });
  expect(printed).toEqual([]);
});

test('an event that can be read is answered', async () => {
  expect(await createHandler(site.configuration)(event({}) as never)).toMatchObject({ statusCode: 200 });
});

test.each([null, undefined, 'x', 1, [], { detail: null }, { detail: 'x' }, { detail: { data: null } }])(
  'notify says what it expected instead of %j',
  async (given) => {
    await expect(notify(given as never)).rejects.toThrow(/^detail\.data\.changeId: an event about a change/);
  },
);
