import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StoredChange } from '../../core/change/life/stored-change.ts';
import { iamSchemaFiles } from '../../core/message/events/iam-schemas.ts';
import { createHandler } from '../../handlers/approvals.ts';
import { committedIamSchemas } from './iam-answers.ts';
import { approvalOf, happened, keys, openSite, type Site, signature } from './site.ts';

describe('deciding with AWS credentials', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  test('the recorded actor is the ARN of who signed', async () => {
    const change = await site.put();
    const { id } = change.record;
    const sent = await site.iam('POST', `/iam/changes/${id}/decisions`, keys.ana, approvalOf(change));
    expect({ status: sent.status, ...JSON.parse(sent.text) }).toMatchObject({
      status: 200,
      change: { id, status: 'approved' },
    });
    const { record } = await site.load(id);
    expect(record.state).toMatchObject({
      approvals: [
        {
          approverId: 'ana',
          channel: 'iam',
          actor: { type: 'principal', id: 'arn:aws:iam::111111111111:user/ana' },
        },
      ],
    });
  });

  test('an actor in body, header or query is nobody', async () => {
    const change = await site.put();
    const { id } = change.record;
    const ana = 'arn:aws:iam::111111111111:user/ana';
    const before = await site.rows();
    const path = `/iam/changes/${id}/decisions?principalArn=${ana}&userArn=${ana}&approverId=ana`;
    const body = {
      ...approvalOf(change),
      actor: { type: 'principal', id: ana },
      approverId: 'ana',
      principalArn: ana,
      channel: 'iam',
      requestContext: { authorizer: { iam: { userArn: ana } } },
    };
    const sent = await site.iam('POST', path, keys.nobody, body);
    expect(sent.status).toBe(403);
    expect(JSON.parse(sent.text).refusals).toMatchObject([
      { code: 'OUT_OF_SCOPE', detail: expect.stringContaining('user/nobody is not a configured approver') },
    ]);
    const unsigned = await site.ask('POST', path, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'x-amzn-iam-userarn': ana, 'x-user-arn': ana },
    });
    expect(unsigned.status).toBe(403);
    expect(
      (await site.iam('POST', `/iam/changes/${id}/decisions`, keys.cleo, approvalOf(change))).status,
    ).toBe(403);
    expect(await site.rows()).toBe(before);
  });

  describe('where API Gateway says who signed', () => {
    const ana = 'arn:aws:iam::111111111111:user/ana';
    type Place = (event: Record<string, unknown>, context: Record<string, unknown>) => object;
    /** A request as the function gets it, with an ARN put somewhere; the function is the real one, with its people. */
    const sent = async (change: StoredChange, put: Place): Promise<number | undefined> => {
      const path = `/iam/changes/${change.record.id}/decisions`;
      const context = { domainName: 'localhost', stage: '$default', http: { method: 'POST', path } };
      const event = {
        version: '2.0',
        rawPath: path,
        rawQueryString: '',
        headers: { 'content-type': 'application/json', host: 'localhost' },
        requestContext: context,
        body: JSON.stringify(approvalOf(change)),
        isBase64Encoded: false,
      };
      const handler = createHandler(site.configuration);
      // As JSON, as every event comes: what is undefined is not there.
      const arrived = JSON.parse(JSON.stringify({ ...event, ...put(event, context) }));
      return (await handler(arrived)).statusCode;
    };

    test('is the one place that counts', async () => {
      const change = await site.put();
      const asSigned: Place = (_, context) => ({
        requestContext: { ...context, authorizer: { iam: { userArn: ana } } },
      });
      expect(await sent(change, asSigned)).toBe(200);
      expect((await site.load(change.record.id)).record.state.status).toBe('approved');
    });

    test.each<[string, Place]>([
      [
        'a Lambda authorizer',
        (_, context) => ({ requestContext: { ...context, authorizer: { lambda: { userArn: ana } } } }),
      ],
      [
        'a JWT authorizer',
        (_, context) => ({
          requestContext: {
            ...context,
            authorizer: { jwt: { claims: { userArn: ana, sub: ana }, scopes: [ana] } },
          },
        }),
      ],
      [
        'no kind of authorizer',
        (_, context) => ({ requestContext: { ...context, authorizer: { userArn: ana } } }),
      ],
      ['the identity', (_, context) => ({ requestContext: { ...context, identity: { userArn: ana } } })],
      [
        'the headers',
        ({ headers }) => ({
          headers: { ...(headers as object), 'x-amzn-iam-userarn': ana, userarn: ana, authorization: ana },
        }),
      ],
      [
        'the query',
        () => ({
          rawQueryString: `userArn=${ana}&principalArn=${ana}`,
          queryStringParameters: { userArn: ana },
        }),
      ],
      [
        'the body',
        ({ body }) => ({
          body: JSON.stringify({
            ...JSON.parse(String(body)),
            ...{ userArn: ana, requestContext: { authorizer: { iam: { userArn: ana } } } },
          }),
        }),
      ],
      ['the event beside its context', () => ({ authorizer: { iam: { userArn: ana } } })],
      [
        'a list',
        (_, context) => ({ requestContext: { ...context, authorizer: { iam: { userArn: [ana] } } } }),
      ],
      [
        'an older payload in the place of the newer one',
        (_, context) => ({
          version: '1.0',
          requestContext: { ...context, authorizer: { iam: { userArn: ana } } },
        }),
      ],
      [
        'an older payload in all its places',
        (event, context) => ({
          ...{ version: '1.0', rawPath: undefined, rawQueryString: undefined },
          ...{ resource: '$default', path: event.rawPath, httpMethod: 'POST' },
          requestContext: {
            ...context,
            ...{ identity: { userArn: ana, sourceIp: '192.0.2.1' }, authorizer: { iam: { userArn: ana } } },
          },
        }),
      ],
    ])('an ARN from %s is nobody', async (_, put) => {
      const change = await site.put();
      expect(await sent(change, put)).toBe(403);
      expect(await site.load(change.record.id)).toEqual(change);
    });
  });

  test('lists and shows changes to any authorized caller, and to nobody else', async () => {
    const change = await site.put();
    const list = await site.iam('GET', '/iam/changes', keys.nobody);
    expect(list.status).toBe(200);
    expect(JSON.parse(list.text).changes).toContainEqual(
      expect.objectContaining({
        ...{ id: change.record.id, status: 'proposed' },
        awaited: {
          ...{ risk: change.record.content.risk.level, decideBy: expect.stringMatching(/^20.*Z$/) },
          approvals: { given: 0, required: change.record.content.requiredApprovals },
        },
      }),
    );
    const rejected = await site.iam('GET', '/iam/changes?status=rejected', keys.nobody);
    expect(JSON.parse(rejected.text)).toEqual({ changes: [], frozen: null });
    expect((await site.iam('GET', '/iam/changes?status=gone', keys.nobody)).status).toBe(422);
    const shown = await site.iam('GET', `/iam/changes/${change.record.id}`, keys.nobody);
    expect(JSON.parse(shown.text).change).toMatchObject({
      id: change.record.id,
      digest: change.record.content.digest,
    });
    expect((await site.iam('GET', '/iam/changes/chg-000000000000', keys.nobody)).status).toBe(404);
    for (const path of ['/iam/changes', `/iam/changes/${change.record.id}`])
      expect((await site.get(path)).status).toBe(403);
  });

  test('cancels and rolls back; refusals are those of the page', async () => {
    const approved = await site.put({}, happened('approved'));
    expect((await site.iam('POST', `/iam/changes/${approved.record.id}/cancel`, keys.ben, {})).status).toBe(
      200,
    );
    const applied = await site.put({}, happened('applied'));
    const path = `/iam/changes/${applied.record.id}/roll-back`;
    const without = await site.iam('POST', path, keys.ben, {});
    expect({ status: without.status, ...JSON.parse(without.text) }).toMatchObject({
      status: 422,
      refusals: [{ code: 'MISSING_FIELD', field: 'reason' }],
    });
    expect((await site.iam('POST', path, keys.ben, { reason: 'needed' })).status).toBe(200);
    expect((await site.iam('POST', path, keys.ben, { reason: 'needed' })).status).toBe(409);
    const { id, content } = (await site.put()).record;
    const stale = { decision: 'approve', confirm: content.confirm, digest: '0'.repeat(64) };
    expect((await site.iam('POST', `/iam/changes/${id}/decisions`, keys.ana, stale)).status).toBe(409);
  });

  describe('to ask for a review', () => {
    const reviews = '/iam/reviews';
    const ana = 'arn:aws:iam::111111111111:user/ana';

    test('records who signed, once, and tells where it stands to any authorized caller', async () => {
      const asked = await site.iam('POST', reviews, keys.nobody, { scope: 'r-ex01' });
      const { request } = JSON.parse(asked.text);
      expect({ status: asked.status, request }).toMatchObject({
        status: 202,
        request: { requestedBy: 'arn:aws:iam::111111111111:user/nobody', event: { scope: 'r-ex01' } },
      });
      const before = await site.rows();
      expect((await site.iam('POST', reviews, keys.nobody, { scope: 'r-ex01' })).status).toBe(202);
      const shown = await site.iam('GET', `${reviews}/${request.id}`, keys.ana);
      expect({ status: shown.status, body: JSON.parse(shown.text) }).toEqual({
        ...{ status: 200, body: { request, started: null, waitsFor: null, progress: null, outcome: null } },
      });
      await site.ask('HEAD', `${reviews}/${request.id}`, { headers: { authorization: signature(keys.ana) } });
      // The outbox says when it was written last: nothing else may differ.
      const still = (text: string): string => text.replace(/"updatedAt":\d+/g, '');
      expect(still(await site.rows())).toBe(still(before));
    });

    test('takes nobody from body, query or header, and nothing without a signature', async () => {
      const before = await site.rows();
      for (const body of [{ requestedBy: ana }, { actor: ana }, { startedBy: { type: 'schedule' } }]) {
        const sent = await site.iam('POST', reviews, keys.nobody, body);
        expect({ status: sent.status, message: JSON.parse(sent.text).message }).toEqual({
          ...{ status: 422, message: expect.stringContaining(`${Object.keys(body)[0]}: is not a field`) },
        });
      }
      const headers = { 'content-type': 'application/json', 'x-amzn-iam-userarn': ana };
      expect((await site.ask('POST', reviews, { body: '{}', headers })).status).toBe(403);
      expect((await site.get(`${reviews}/req-00000000000000000000`)).status).toBe(403);
      expect(await site.rows()).toBe(before);
      const named = await site.iam('POST', `${reviews}?principalArn=${ana}`, keys.ben, {});
      expect(JSON.parse(named.text).request.requestedBy).toBe('arn:aws:iam::111111111111:user/ben');
    });

    test.each([
      ['a dry run', 'POST', reviews, { dryRun: true }, 422],
      ['a threshold below the least', 'POST', reviews, { thresholdDays: 1 }, 422],
      ['a list', 'POST', reviews, [], 400],
      ['200 KB', 'POST', reviews, { scope: 'x'.repeat(200_000) }, 413],
      ['to drop all', 'DELETE', reviews, undefined, 405],
      ['a request that is none', 'GET', `${reviews}/req-00000000000000000000`, undefined, 404],
      ['a key of another item', 'GET', `${reviews}/LOCK%23scp-writes`, undefined, 404],
      ['to take one back', 'DELETE', `${reviews}/req-00000000000000000000`, undefined, 405],
    ])('%s is refused in one line, and nothing recorded', async (_, method, path, body, status) => {
      const before = await site.rows();
      const sent = await site.iam(method, path, keys.ana, body);
      expect({ status: sent.status, message: JSON.parse(sent.text).message }).toEqual({
        status,
        message: expect.stringMatching(/^\S.*$/),
      });
      expect(await site.rows()).toBe(before);
    });
  });

  test.each([
    ['text that is no JSON', '{', 'application/json', 400],
    ['a list', '[]', 'application/json', 400],
    ['a number for a text', '{"decision":1}', 'application/json', 422],
    ['a text for a list', '{"services":"lex"}', 'application/json', 422],
    ['a form', 'decision=approve', 'application/x-www-form-urlencoded', 415],
    ['a body of 200 KB', JSON.stringify({ reason: 'x'.repeat(200_000) }), 'application/json', 413],
  ])('%s is refused and nothing recorded', async (_, body, type, status) => {
    const { id } = (await site.put()).record;
    const before = await site.rows();
    const headers = { authorization: signature(keys.ana), 'content-type': type };
    const sent = await site.ask('POST', `/iam/changes/${id}/decisions`, { body, headers });
    expect({ status: sent.status, message: JSON.parse(sent.text).message }).toEqual({
      status,
      message: expect.any(String),
    });
    expect(await site.rows()).toBe(before);
  });
});

test('the committed schemas of /iam are those of the code', () => {
  expect(new Map(committedIamSchemas())).toEqual(new Map([...iamSchemaFiles()].sort()));
});
