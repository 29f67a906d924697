import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createInbox, type Inbox } from '../../../sandbox/inbox.ts';
import { createSlack, type Slack } from '../../../sandbox/slack.ts';
import { checkView } from '../../../sandbox/slack-views.ts';
import cases from '../../cases/sandbox/slack-views.json' with { type: 'json' };
import { startTestServer, type TestServer } from './http.ts';

const signingSecret = '8f742231b10e8888abcd99badc0ffee5';
const text = (words: string) => ({ type: 'plain_text', text: words });
const saying = { type: 'modal', title: text('Hello'), blocks: [{ type: 'divider' }] };
const field = {
  type: 'input',
  label: text('Name'),
  element: { type: 'plain_text_input', action_id: 'value' },
};
const asking = { ...saying, submit: text('Send'), blocks: [{ ...field, block_id: 'name' }] };

// "x*200" in a case stands for 200 letters, so that the table stays readable.
const expand = (json: object): Readonly<Record<string, unknown>> =>
  JSON.parse(JSON.stringify(json).replace(/"x\*(\d+)"/g, (_all, count) => `"${'x'.repeat(Number(count))}"`));

test.each(cases)('a view: $name', ({ blocks, change, place }) => {
  const many =
    blocks === undefined ? {} : { blocks: Array.from({ length: blocks }, () => ({ type: 'divider' })) };
  const problems = checkView({ ...saying, ...expand(change), ...many });
  expect(problems.join(' ')).toEqual(
    place === null ? '' : expect.stringContaining(`[json-pointer:${place}]`),
  );
});

describe('people and an app', () => {
  let inbox: Inbox;
  let slack: Slack;
  let server: TestServer;
  /** What the app was sent, and what it answers. */
  const received: { readonly body: string; readonly headers: NodeJS.Dict<string | string[]> }[] = [];
  let answer = '';
  const listener = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ body, headers: request.headers });
    response.end(answer);
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());
  afterAll(() => {
    listener.closeAllConnections();
    listener.close();
  });
  beforeEach(async () => {
    received.length = 0;
    answer = '';
    const now = () => new Date('2026-11-22T09:00:00Z');
    inbox = createInbox(now);
    slack = createSlack({ inbox, now });
    server = await startTestServer([], [slack.answer]);
    const { port } = listener.address() as AddressInfo;
    slack.app.install({ requestUrl: `http://127.0.0.1:${port}/`, signingSecret });
    const elements = [{ type: 'button', text: text('Review'), value: 'chg-1', action_id: 'review' }];
    await call('chat.postMessage', { channel: 'C1', text: 'x', blocks: [{ type: 'actions', elements }] });
  });

  async function call(method: string, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${server.url}/slack/api/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-example' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown>;
  }
  const payload = () => JSON.parse(new URLSearchParams(received.at(-1)?.body).get('payload') ?? '{}');
  const open = async (view: object) => {
    await slack.app.press('U1', 'Review');
    return call('views.open', { trigger_id: payload().trigger_id, view });
  };

  test('a press is told by a request that is signed over its body', async () => {
    await slack.app.press('U1', 'Review', 'chg-1');
    const [{ body, headers } = { body: '', headers: {} }] = received;
    const base = `v0:${headers['x-slack-request-timestamp']}:${body}`;
    const digest = createHmac('sha256', signingSecret).update(base).digest('hex');
    expect(headers['x-slack-signature']).toBe(`v0=${digest}`);
    expect(payload()).toMatchObject({
      ...{ type: 'block_actions', user: { id: 'U1', team_id: 'T0SANDBOX' } },
      actions: [{ action_id: 'review', value: 'chg-1' }],
    });
    await expect(slack.app.press('U1', 'Delete')).rejects.toThrow('no message has a button Delete');
  });

  test('a trigger opens one modal, and none when it is too old', async () => {
    expect(await open(saying)).toMatchObject({ ok: true, view: { type: 'modal' } });
    const again = { trigger_id: payload().trigger_id, view: saying };
    expect(await call('views.open', again)).toEqual({ ok: false, error: 'exchanged_trigger_id' });
    await slack.app.press('U1', 'Review');
    slack.app.expireTriggers();
    const late = { trigger_id: payload().trigger_id, view: saying };
    expect(await call('views.open', late)).toEqual({ ok: false, error: 'expired_trigger_id' });
    const bad = await call('views.open', { trigger_id: 'x', view: saying });
    expect(bad).toMatchObject({ ok: false, error: 'invalid_arguments' });
    expect(await open({ ...saying, title: text('x'.repeat(25)) })).toMatchObject({
      error: 'invalid_arguments',
    });
    expect(await call('views.update', { view_id: 'V0', view: saying })).toMatchObject({ error: 'not_found' });
  });

  test('what is entered is sent with what the modal carries, and Slack does what is answered', async () => {
    await open({ ...asking, private_metadata: 'm', callback_id: 'c' });
    await expect(slack.app.submit('U1', {})).rejects.toThrow('Slack asks for name itself');
    await expect(slack.app.submit('U1', { other: 'x' })).rejects.toThrow('the modal has no field other');
    answer = JSON.stringify({ response_action: 'errors', errors: { name: 'too short' } });
    expect(await slack.app.submit('U1', { name: 'A' })).toMatchObject({ errors: { name: 'too short' } });
    expect(payload()).toMatchObject({
      ...{ type: 'view_submission', user: { id: 'U1' } },
      view: {
        ...{ private_metadata: 'm', callback_id: 'c' },
        state: { values: { name: { value: { type: 'plain_text_input', value: 'A' } } } },
      },
    });
    answer = JSON.stringify({ response_action: 'errors', errors: { divider: 'x' } });
    await expect(slack.app.submit('U1', { name: 'A' })).rejects.toThrow('no error for divider');
    answer = JSON.stringify({ response_action: 'update', view: { ...saying, blocks: [], title: 'x' } });
    await expect(slack.app.submit('U1', { name: 'A' })).rejects.toThrow('would not show this modal');
    answer = JSON.stringify({ response_action: 'update', view: { ...saying, title: text('Done') } });
    expect(await slack.app.submit('U1', { name: 'A' })).toMatchObject({ action: 'update' });
    expect(slack.app.modalOf('U1')?.view.title.text).toBe('Done');
    answer = '';
    expect(await slack.app.submit('U1', {})).toMatchObject({ action: 'closed' });
    expect(slack.app.modalOf('U1')).toBeNull();
  });

  test('the inbox shows the modal as its user sees it', async () => {
    await open(asking);
    const modal = inbox.listMessages().at(-1);
    expect(modal).toMatchObject({ channel: 'slack modal', to: 'U1', subject: 'Hello', submit: 'Send' });
    const page = String(
      inbox.answerInbox({ method: 'GET', url: '/inbox', headers: {}, body: Buffer.alloc(0) } as never)?.body,
    );
    expect(page).toContain('<b>Name</b>');
    expect(page).toContain('<span class="button">Send</span>');
  });
});
