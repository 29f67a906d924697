import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHandler } from '../../handlers/approvals.ts';
import { parseFault } from '../../sandbox/faults.ts';
import { stylesheet } from '../../web/components/stylesheet.ts';
import { securityHeaders } from '../../web/headers.ts';
import { approvalOf, happened, keys, openSite, type Site } from './site.ts';

describe('what strangers send and what they wrote before', () => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite({ requireProven: ['regions'] });
  });
  afterAll(() => site.close());

  test.each<[string, object]>([
    ['a host that is none', { requestContext: { domainName: 'a b', http: { method: 'GET' } } }],
    ['a method that no request has', { requestContext: { domainName: 'x', http: { method: 'TRACE' } } }],
    ['a body where none may be', { requestContext: { domainName: 'x', http: { method: 'GET' } }, body: 'x' }],
  ])('%s: 400 with the headers, and nothing is printed', async (_, changes) => {
    const { record } = await site.put();
    const token = await site.link(record.id, 'ana');
    const event = {
      ...{ version: '2.0', rawPath: `/changes/${record.id}`, rawQueryString: `token=${token}`, headers: {} },
      ...changes,
    };
    const printed: string[] = [];
    const original = console.error;
    console.error = (...parts) => printed.push(parts.join(' '));
    const answer = await createHandler(site.configuration)(JSON.parse(JSON.stringify(event))).finally(() => {
      console.error = original;
    });
    expect(printed).toEqual([]);
    expect(answer).toMatchObject({
      ...{ statusCode: 400, headers: securityHeaders },
      body: expect.stringContaining('Nothing was recorded'),
    });
    expect(JSON.stringify(answer)).not.toContain(token);
  });

  test('every answer carries the headers, whatever was asked', async () => {
    const change = await site.put();
    const { id } = change.record;
    const token = await site.link(id, 'ana');
    const answers = [
      await site.get(`/changes/${id}?token=${token}`),
      await site.ask('HEAD', `/changes/${id}?token=${token}`),
      await site.get(`/changes/${id}`),
      await site.get('/'),
      await site.get('/healthz'),
      await site.ask('DELETE', `/changes/${id}`),
      await site.post(`/changes/${id}/decisions`, { token }),
      await site.post(`/changes/${id}/decisions`, { token }, { 'content-type': 'text/plain' }),
      await site.iam('GET', '/iam/changes', keys.ana),
      await site.iam('POST', `/iam/changes/${id}/decisions`, keys.nobody, {}),
      await site.post(`/changes/${id}/decisions`, { ...approvalOf(change, token), accept: ['regions'] }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      200, 200, 404, 404, 200, 405, 422, 415, 200, 403, 303,
    ]);
    const style = createHash('sha256').update(stylesheet).digest('base64');
    for (const { headers } of answers) {
      expect(headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'sha256-${style}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
      );
      expect(Object.fromEntries(headers)).toMatchObject({
        'referrer-policy': 'same-origin',
        'cache-control': 'no-store',
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'strict-transport-security': expect.stringContaining('max-age='),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-robots-tag': expect.stringContaining('noindex'),
      });
      expect(headers.get('set-cookie')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
    // The style in the page is the one that the header allows, byte for byte.
    const [, used = ''] = /<style>([\s\S]*?)<\/style>/.exec(answers[0]?.text ?? '') ?? [];
    expect(createHash('sha256').update(used).digest('base64')).toBe(style);
  });

  test.each([
    ['10 MB', 'x'.repeat(10 * 1024 * 1024 - 10), 'application/x-www-form-urlencoded', 413],
    [
      'more than API Gateway takes',
      'x'.repeat(10 * 1024 * 1024 + 1),
      'application/x-www-form-urlencoded',
      413,
    ],
    ['half an escape', 'token=%4&reason=%zz', 'application/x-www-form-urlencoded', 400],
    [
      'bytes that are no text',
      Uint8Array.from([0xff, 0xfe, 0x00, 0xc3]),
      'application/x-www-form-urlencoded',
      400,
    ],
    ['a token given twice', 'token=a&token=b', 'application/x-www-form-urlencoded', 400],
    ['JSON for a form', '{"decision":"approve"}', 'application/json', 415],
    ['a form of parts', '--x\r\n\r\n--x--', 'multipart/form-data; boundary=x', 415],
    ['nothing', '', 'application/x-www-form-urlencoded', 404],
  ])('a body of %s is refused', async (_, body, type, status) => {
    const { id } = (await site.put()).record;
    const before = await site.rows();
    const sent = await site.ask('POST', `/changes/${id}/decisions`, {
      body,
      headers: { 'content-type': type },
    });
    expect(sent.status).toBe(status);
    expect(await site.rows()).toBe(before);
  });

  test.each(['of no length at all', 'shorter than it is'])(
    'a body said to be %s is counted',
    async (said) => {
      const { id } = (await site.put()).record;
      const path = `/changes/${id}/decisions`;
      const length = said.startsWith('of') ? {} : { 'content-length': '10' };
      const event = {
        ...{ version: '2.0', rawPath: path, rawQueryString: '', isBase64Encoded: false },
        headers: { ...length, 'content-type': 'application/x-www-form-urlencoded', host: 'x' },
        requestContext: { domainName: 'x', stage: '$default', http: { method: 'POST', path } },
        body: `token=${'x'.repeat(512 * 1024)}`,
      };
      expect(await createHandler(site.configuration)(event as never)).toMatchObject({ statusCode: 413 });
    },
  );

  test('a reason of 2,000 characters in any script is taken, and not one more', async () => {
    const change = await site.put();
    const token = await site.link(change.record.id, 'ana');
    const reason = '却'.repeat(2_000);
    const fields = { ...approvalOf(change, token), decision: 'reject', reason };
    const longer = { ...fields, reason: `${reason}x` };
    expect((await site.post(`/changes/${change.record.id}/decisions`, longer)).status).toBe(422);
    expect((await site.post(`/changes/${change.record.id}/decisions`, fields)).status).toBe(303);
    expect((await site.load(change.record.id)).record.state).toMatchObject({ status: 'rejected', reason });
    expect((await site.get(`/changes/${change.record.id}?token=${token}`)).text.length).toBeLessThan(40_000);
  });

  const sites: readonly (readonly [string, Readonly<Record<string, string>>, number])[] = [
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a sister of our host', { 'sec-fetch-site': 'same-site' }, 403],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['no origin, not said to be ours', { origin: 'null' }, 403],
    [
      'another origin that claims to be ours',
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      403,
    ],
    ['our page, its origin hidden', { origin: 'null', 'sec-fetch-site': 'same-origin' }, 303],
    ['our page', { 'sec-fetch-site': 'same-origin', 'sec-fetch-user': '?1' }, 303],
    ['a person who typed it', { 'sec-fetch-site': 'none' }, 303],
  ];
  test.each(sites)('a form from %s', async (_, headers, status) => {
    const change = await site.put();
    const token = await site.link(change.record.id, 'ana');
    const fields = { ...approvalOf(change, token), accept: ['regions'] };
    const sent = await site.post(`/changes/${change.record.id}/decisions`, fields, headers);
    expect(sent.status).toBe(status);
    expect((await site.load(change.record.id)).record.state.status).toBe(
      status === 303 ? 'approved' : 'proposed',
    );
  });

  test('our own origin is that of the host that was asked', async () => {
    const change = await site.put();
    const token = await site.link(change.record.id, 'ana');
    const fields = { ...approvalOf(change, token), accept: ['regions'] };
    const sent = await site.post(`/changes/${change.record.id}/decisions`, fields, {
      origin: site.gateway.url,
    });
    expect(sent.status).toBe(303);
  });

  test('there is no way to be sent elsewhere', async () => {
    const change = await site.put();
    const { id } = change.record;
    const token = await site.link(id, 'ana');
    const query = '?next=https://evil.example&redirect=//evil.example&url=https://evil.example';
    const sent = await site.post(`/changes/${id}/decisions${query}`, {
      ...approvalOf(change, token),
      accept: ['regions'],
      next: '//evil.example',
    });
    expect(sent.headers.get('location')).toBe(`/changes/${id}?token=${token}`);
    for (const path of [
      '//evil.example/',
      '/\\evil.example',
      `/changes/${encodeURIComponent('../../evil')}`,
      `/changes/${'a'.repeat(5_000)}`,
      '/changes/chg-%00',
    ])
      expect([404]).toContain((await site.get(path)).status);
    const long = await site.get(`/changes/${id}?token=${'a'.repeat(12_000)}`);
    expect(long.status).toBe(431);
  });

  test('where the table does not answer, the page says that nothing is known to have been recorded, and no more', async () => {
    const change = await site.put({}, happened('approved'));
    const { id } = change.record;
    const token = await site.link(id, 'ana', 'cancel');
    const written: string[] = [];
    const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
    for (const { stream } of streams)
      stream.write = ((text: string) => written.push(String(text)) > 0) as never;
    site.sandbox.faults.add(parseFault('error:Query:AccessDeniedException:100'));
    try {
      for (const answer of [
        await site.get(`/changes/${id}?token=${token}`),
        await site.post(`/changes/${id}/cancel`, { token }),
        await site.iam('POST', `/iam/changes/${id}/cancel`, keys.ana, {}),
      ]) {
        expect(answer.status).toBe(503);
        expect(answer.text).toMatch(/nothing is known to have been recorded/i);
        expect(answer.text).not.toMatch(/\.ts:|node_modules|DynamoDB|AccessDenied/);
        expect(answer.text).not.toContain(token);
      }
    } finally {
      site.sandbox.faults.clear();
      for (const { stream, write } of streams) stream.write = write;
    }
    expect(written.join('')).not.toContain(token);
    expect((await site.load(id)).record.state.status).toBe('approved');
  });

  test('tokens are in no row and in no page but the hidden field of their own form', async () => {
    const change = await site.put();
    const { id } = change.record;
    const token = await site.link(id, 'ana');
    const other = await site.link(id, 'ben');
    const page = await site.get(`/changes/${id}?token=${token}`);
    expect(page.text.split(token)).toHaveLength(2);
    expect(page.text).not.toContain(other);
    await site.post(`/changes/${id}/decisions`, { ...approvalOf(change, token), accept: ['regions'] });
    for (const text of [
      await site.rows(),
      JSON.stringify(site.sandbox.events()),
      (await site.get(`/changes/${id}?token=${token}`)).text,
    ])
      for (const secret of [token, other]) expect(text).not.toContain(secret);
  });
});
