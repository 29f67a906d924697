import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createInbox, type Inbox } from '../../../sandbox/inbox.ts';
import { createSlack, type Slack } from '../../../sandbox/slack.ts';
import { plainMrkdwn } from '../../../sandbox/slack-text.ts';
import cases from '../../cases/sandbox/slack.json' with { type: 'json' };
import { startTestServer, type TestServer } from './http.ts';

let inbox: Inbox;
let slack: Slack;
let server: TestServer;

beforeEach(async () => {
  const now = () => new Date('2026-11-22T09:00:00Z');
  inbox = createInbox(now);
  slack = createSlack({ inbox, now });
  server = await startTestServer([], [slack.answer]);
});

afterEach(() => server.close());

function post(path: string, body: unknown, token: string | null = 'xoxb-example'): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
  if (token !== null) headers.authorization = `Bearer ${token}`;
  return fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function call(method: string, body: unknown, token?: string | null): Promise<Record<string, unknown>> {
  const response = await post(`/slack/api/${method}`, body, token);
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
}

// "x*200" in a case stands for 200 letters, so that the tables stay readable.
function expand(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replace(/^x\*(\d+)$/, (_all, count) => 'x'.repeat(Number(count)));
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, expand(inner)]);
  return Object.fromEntries(entries);
}

describe('incoming webhook', () => {
  test('answers ok and records the message for the channel', async () => {
    const response = await post(
      '/slack/webhook/cloud-team',
      { text: 'See <https://a.example/c?x=1&amp;y=2|the page>' },
      null,
    );
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(inbox.listMessages()).toMatchObject([
      { channel: 'slack', to: 'cloud-team', subject: '', text: 'See the page: https://a.example/c?x=1&y=2' },
    ]);
  });

  test.each([
    ['{', 'invalid_payload'],
    ['[]', 'invalid_payload'],
    ['{}', 'no_text'],
    ['{"blocks":[{"type":"nonsense"}]}', 'invalid_blocks'],
  ])('%s is refused with %s and leaves nothing behind', async (body, error) => {
    const response = await fetch(`${server.url}/slack/webhook/cloud-team`, { method: 'POST', body });
    expect([response.status, await response.text()]).toEqual([400, error]);
    expect(inbox.listMessages()).toEqual([]);
  });

  test('a form with a payload is accepted too', async () => {
    const body = new URLSearchParams({ payload: '{"text":"hello"}' });
    await fetch(`${server.url}/slack/webhook/cloud-team`, { method: 'POST', body });
    expect(inbox.listMessages().map((message) => message.text)).toEqual(['hello']);
  });
});

describe('Web API', () => {
  test('a direct message is opened, sent and updated; the person is who it went to', async () => {
    const opened = await call('conversations.open', { users: 'U0ANA' });
    const channel = (opened.channel as { id: string }).id;
    expect(channel).toMatch(/^D/);
    const sent = await call('chat.postMessage', { channel, text: 'Please decide' });
    expect(sent).toMatchObject({
      status: 200,
      ok: true,
      channel,
      ts: expect.stringMatching(/^\d{10}\.\d{6}$/),
    });
    expect(await call('chat.update', { channel, ts: sent.ts, text: 'Approved' })).toMatchObject({
      ok: true,
      ts: sent.ts,
    });
    expect(inbox.listMessages()).toMatchObject([
      { to: 'U0ANA', text: 'Please decide', ts: sent.ts },
      { to: 'U0ANA', text: 'Approved', ts: sent.ts, update: true },
    ]);
  });

  test('two messages of the same moment have different timestamps', async () => {
    const first = await call('chat.postMessage', { channel: 'C1', text: 'a' });
    const second = await call('chat.postMessage', { channel: 'C1', text: 'b' });
    expect(Number(second.ts)).toBeGreaterThan(Number(first.ts));
  });

  test.each([
    ['chat.postMessage', { text: 'x' }, 'channel_not_found'],
    ['chat.postMessage', { channel: 'C1' }, 'no_text'],
    ['chat.postMessage', { channel: 'C1', text: 'x'.repeat(40_001) }, 'msg_too_long'],
    ['chat.update', { channel: 'C1', ts: '1.1', text: 'x' }, 'message_not_found'],
    ['conversations.open', {}, 'users_list_not_supplied'],
    ['conversations.open', { users: 'ana' }, 'user_not_found'],
    ['chat.delete', { channel: 'C1' }, 'unknown_method'],
  ])('%s refuses with HTTP 200 and %p → %s', async (method, body, error) => {
    expect(await call(method, body)).toMatchObject({ status: 200, ok: false, error });
    expect(inbox.listMessages()).toEqual([]);
  });

  test('without a token nothing is accepted', async () => {
    expect(await call('chat.postMessage', { channel: 'C1', text: 'x' }, null)).toMatchObject({
      ok: false,
      error: 'not_authed',
    });
    expect(inbox.listMessages()).toEqual([]);
  });
});

describe('failures on demand', () => {
  test('the next requests fail with the status, then all is well', async () => {
    slack.failNext(503, 2);
    slack.failNext(429);
    const send = () => post('/slack/webhook/cloud-team', { text: 'x' });
    const answers = [await send(), await send(), await send(), await send()];
    expect(answers.map((answer) => answer.status)).toEqual([503, 503, 429, 200]);
    expect(answers[2]?.headers.get('retry-after')).toBe('1');
    expect(inbox.listMessages()).toHaveLength(1);
  });
});

describe('Block Kit', () => {
  test.each(cases.blocks)('$name', async ({ blocks, repeat, place }) => {
    const expanded = expand(blocks) as unknown[];
    const sent = repeat === undefined ? expanded : Array.from({ length: repeat }, () => expanded[0]);
    const answer = await call('chat.postMessage', { channel: 'C1', text: 'x', blocks: sent });
    if (place === undefined) return expect(answer).toMatchObject({ ok: true });
    expect(answer).toMatchObject({ ok: false, error: 'invalid_blocks' });
    expect(JSON.stringify(answer.response_metadata)).toContain(`[json-pointer:${place}]`);
  });

  test('the plain text says all that the blocks say, with plain URLs', async () => {
    await call('chat.postMessage', { channel: 'C1', text: 'Two services', blocks: cases.message });
    expect(inbox.listMessages()[0]?.text.split('\n')).toEqual(cases.plain);
  });

  test.each(cases.mrkdwn)('mrkdwn $source', ({ source, plain }) => {
    expect(plainMrkdwn(source)).toBe(plain);
  });
});
