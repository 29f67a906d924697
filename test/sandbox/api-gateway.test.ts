import { afterEach, describe, expect, test } from '@jest/globals';
import { type Gateway, startApiGateway } from '../../sandbox/api-gateway.ts';
import { signature } from '../web/site.ts';

let open: Gateway | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

/** A gateway whose function answers with the event that it got, or with this. */
async function gateway(answer?: (event: object) => unknown): Promise<string> {
  open = await startApiGateway({
    handler: async (event: never) =>
      answer ? answer(event) : { statusCode: 200, body: JSON.stringify(event) },
    callerArnOf: (key) => (key === 'AKIAANA' ? 'arn:aws:iam::111111111111:user/ana' : null),
  });
  return open.url;
}

describe('an HTTP API on one machine', () => {
  test('hands over what payload format 2.0 says', async () => {
    const url = await gateway();
    const answer = await fetch(`${url}/changes/a%20b?token=x&status=a&status=b`, {
      method: 'POST',
      headers: { 'X-Custom': 'Value', cookie: 'a=1; b=2', 'content-type': 'application/json' },
      body: '{"text":"ü"}',
    });
    expect(await answer.json()).toMatchObject({
      version: '2.0',
      rawPath: '/changes/a%20b',
      rawQueryString: 'token=x&status=a&status=b',
      queryStringParameters: { token: 'x', status: 'a,b' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-custom': 'Value', host: url.slice('http://'.length) },
      requestContext: { http: { method: 'POST', path: '/changes/a%20b' }, stage: '$default' },
      body: '{"text":"ü"}',
      isBase64Encoded: false,
    });
  });

  test('a form arrives in base64, as API Gateway sends it', async () => {
    const url = await gateway();
    const body = new URLSearchParams({ reason: 'é' });
    const event = (await (await fetch(url, { method: 'POST', body })).json()) as { body: string };
    expect(event).toMatchObject({ isBase64Encoded: true });
    expect(Buffer.from(event.body, 'base64').toString()).toBe('reason=%C3%A9');
  });

  test('IAM routes want a signed request of somebody, and name the caller; other routes name nobody', async () => {
    const url = await gateway();
    const get = (path: string, authorization?: string) =>
      fetch(url + path, { headers: authorization === undefined ? {} : { authorization } });
    expect((await get('/iam/changes')).status).toBe(403);
    expect((await get('/iam/changes', signature('AKIASTRANGER'))).status).toBe(403);
    expect((await get('/iam/changes', signature('AKIAANA').replace('execute-api', 's3'))).status).toBe(403);
    const signed = await get('/iam/changes', signature('AKIAANA'));
    expect(await signed.json()).toMatchObject({
      requestContext: {
        authorizer: { iam: { userArn: 'arn:aws:iam::111111111111:user/ana', accessKey: 'AKIAANA' } },
      },
    });
    const open = (await (await get('/changes', signature('AKIAANA'))).json()) as { requestContext: object };
    expect(open.requestContext).not.toHaveProperty('authorizer');
  });

  test('answers cookies, binary bodies and bare values; a function that fails is an error of the server', async () => {
    const whole = await fetch(
      await gateway(() => ({
        statusCode: 201,
        cookies: ['a=1', 'b=2'],
        headers: { 'X-A': 'b' },
        body: Buffer.from([1, 2]).toString('base64'),
        isBase64Encoded: true,
      })),
    );
    expect(whole.status).toBe(201);
    expect(whole.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect([...new Uint8Array(await whole.arrayBuffer())]).toEqual([1, 2]);
    await open?.close();
    const bare = await fetch(await gateway(() => ({ ok: true })));
    expect(await bare.json()).toEqual({ ok: true });
    await open?.close();
    const broken = await fetch(await gateway(() => ({ statusCode: 'no' })));
    expect({ status: broken.status, ...((await broken.json()) as object) }).toEqual({
      status: 500,
      message: 'Internal Server Error',
    });
  });
});
