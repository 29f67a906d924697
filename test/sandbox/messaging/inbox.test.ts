import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createInbox, type Inbox } from '../../../sandbox/inbox.ts';
import { startTestServer, type TestServer } from './http.ts';

let inbox: Inbox;
let server: TestServer;

beforeEach(async () => {
  inbox = createInbox(() => new Date('2026-11-22T09:00:00Z'));
  server = await startTestServer([], [inbox.answerInbox]);
});

afterEach(() => server.close());

const page = async () => (await fetch(`${server.url}/inbox`)).text();

describe('the inbox', () => {
  test('lists five fields as JSON to whoever asks for JSON', async () => {
    inbox.record({
      channel: 'slack',
      to: 'U1',
      subject: '',
      text: 'hello',
      blocks: [{ type: 'divider' }],
      ts: '1.1',
    });
    const response = await fetch(`${server.url}/inbox`, { headers: { accept: 'application/json' } });
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual([
      { channel: 'slack', to: 'U1', subject: '', text: 'hello', sentAt: '2026-11-22T09:00:00.000Z' },
    ]);
  });

  test('is a page that refreshes itself, needs no script and says when it is empty', async () => {
    const html = await page();
    expect(html).toContain('<meta http-equiv="refresh" content="5">');
    expect(html).toContain('No message has arrived yet.');
    expect(html).not.toContain('<script');
  });

  test('shows mail as text with links that leave punctuation alone', async () => {
    const text = 'REVIEW:\nhttps://a.example/c/1?a=1&token=x_y-z.\n(see https://b.example)';
    inbox.record({ channel: 'email', to: 'ana@example.com', subject: 'Two services', text });
    const html = await page();
    expect(html).toContain(
      '<a href="https://a.example/c/1?a=1&amp;token=x_y-z">https://a.example/c/1?a=1&amp;token=x_y-z</a>.',
    );
    expect(html).toContain('<a href="https://b.example">https://b.example</a>)');
    expect(html).toContain('<h2>Two services</h2>');
  });

  test('shows Slack blocks: headings, emphasis, code, buttons and links', async () => {
    const mrkdwn = 'Deny *two* services: `lex:*`, `dms:*` <https://a.example/?a=1&amp;b=2|read _more_>';
    inbox.record({
      channel: 'slack',
      to: 'C1',
      subject: '',
      text: 'Two services',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Deny & prove' } },
        { type: 'section', text: { type: 'mrkdwn', text: mrkdwn } },
        {
          type: 'actions',
          elements: [{ type: 'button', text: { type: 'plain_text', text: 'Go' }, url: 'https://b.example' }],
        },
      ],
    });
    const html = await page();
    expect(html).toContain('<h2>Deny &amp; prove</h2>');
    expect(html).toContain('Deny <b>two</b> services: <code>lex:*</code>, <code>dms:*</code>');
    expect(html).toContain('<a href="https://a.example/?a=1&amp;b=2">read <i>more</i></a>');
    expect(html).toContain('<a class="button" href="https://b.example">Go</a>');
  });

  test.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onclick='x",
    '<https://a.example/"onclick="x|"><b>hi>',
  ])('nothing that somebody sent becomes markup: %s', async (evil) => {
    const text = { type: 'mrkdwn', text: evil };
    const button = {
      type: 'button',
      text: { type: 'plain_text', text: evil },
      url: `https://a.example/${evil}`,
    };
    const blocks = [
      { type: 'section', text, fields: [text] },
      { type: 'actions', elements: [button] },
      { type: evil },
    ];
    inbox.record({ channel: evil, to: evil, subject: evil, text: `${evil} https://a.example/${evil}` });
    inbox.record({ channel: 'slack', to: evil, subject: '', text: evil, blocks });
    const tags = (await page()).match(/<[a-z][^>]*>/gi) ?? [];
    expect(tags.filter((tag) => /^<(script|img)|\son\w+\s*=/i.test(tag.replace(/"[^"]*"/g, '""')))).toEqual(
      [],
    );
  });

  test('a button that leads to a script is no link', async () => {
    const button = { type: 'button', text: { type: 'plain_text', text: 'Go' }, url: 'javascript:alert(1)' };
    inbox.record({
      channel: 'slack',
      to: 'C1',
      subject: '',
      text: 'x',
      blocks: [{ type: 'actions', elements: [button] }],
    });
    expect(await page()).not.toContain('javascript:');
  });

  test('a Slack message that was updated is folded away', async () => {
    const section = (text: string) => [{ type: 'section', text: { type: 'mrkdwn', text } }];
    inbox.record({
      channel: 'slack',
      to: 'U1',
      subject: '',
      text: 'before',
      blocks: section('before'),
      ts: '1.1',
    });
    inbox.record({
      channel: 'slack',
      to: 'U1',
      subject: '',
      text: 'after',
      blocks: section('after'),
      ts: '1.1',
      update: true,
    });
    const html = await page();
    expect(html.match(/Replaced by a later update/g)).toHaveLength(1);
    expect(html.indexOf('after')).toBeLessThan(html.indexOf('before'));
  });

  test('can only be read', async () => {
    expect((await fetch(`${server.url}/inbox`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${server.url}/inbox`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${server.url}/other`)).status).toBe(404);
  });
});
