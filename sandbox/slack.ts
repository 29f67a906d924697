import type { Inbox } from './inbox.ts';
import { isObject, parseJson } from './json.ts';
import type { WireRequest, WireResponse } from './service.ts';
import { createSlackApp, type SlackApp } from './slack-app.ts';
import { checkBlocks, type SlackBlock } from './slack-blocks.ts';
import { plainMessage } from './slack-text.ts';

/** Slack as far as a notifier and an app see it: incoming webhooks, Web API methods, and people who press buttons. */
export interface Slack {
  /** People, and the app that is told what they do. */
  readonly app: SlackApp;
  /** The answer to a request below `/slack/`; null for any other path. */
  answer(request: WireRequest): WireResponse | null;
  /** Lets the next `times` requests (1 by default) fail with this HTTP status and record nothing. */
  failNext(status: number, times?: number): void;
}

type Fields = Readonly<Record<string, unknown>>;

interface SlackState {
  readonly app: SlackApp;
  readonly inbox: Inbox;
  readonly now: () => Date;
  readonly failures: number[];
  /** Direct message channel id → user id. */
  readonly directMessages: Map<string, string>;
  /** `channel ts` of every message posted by a bot. */
  readonly posted: Set<string>;
  lastTimestamp: number;
}

// Slack cuts longer messages off with this error (chat.postMessage reference).
const LONGEST_TEXT = 40_000;

/** A Slack that records what it is told in the inbox; any non-empty bearer token is accepted. */
export function createSlack({ inbox, now }: { readonly inbox: Inbox; readonly now: () => Date }): Slack {
  const app = createSlackApp({ inbox, now });
  const state: SlackState = {
    app,
    inbox,
    now,
    failures: [],
    directMessages: new Map(),
    posted: new Set(),
    lastTimestamp: 0,
  };
  return {
    app,
    answer: (request) => answer(state, request),
    failNext: (status, times = 1) => {
      for (let count = 0; count < times; count++) state.failures.push(status);
    },
  };
}

function answer(state: SlackState, request: WireRequest): WireResponse | null {
  const path = request.url.split('?', 1)[0] ?? '';
  if (!path.startsWith('/slack/')) return null;
  const failure = state.failures.shift();
  if (failure !== undefined) return failWith(failure);
  if (path.startsWith('/slack/webhook/'))
    return answerWebhook(state, request, path.slice('/slack/webhook/'.length));
  if (!path.startsWith('/slack/api/')) return plain(404, 'no_service');
  return answerMethod(state, request, path.slice('/slack/api/'.length));
}

function answerWebhook(state: SlackState, request: WireRequest, channelPart: string): WireResponse {
  const channel = decodePathPart(channelPart);
  if (channel === '' || channel.includes('/')) return plain(404, 'no_service');
  if (request.method !== 'POST') return plain(405, 'invalid_http_method');
  const fields = readFields(request);
  if (fields === null) return plain(400, 'invalid_payload');
  const message = readMessage(fields);
  if ('error' in message) return plain(400, message.error);
  record(state, channel, message);
  return plain(200, 'ok');
}

function answerMethod(state: SlackState, request: WireRequest, method: string): WireResponse {
  const authorization = String(request.headers.authorization ?? '');
  if (!/^Bearer \S+$/i.test(authorization)) return refused('not_authed');
  const fields = readFields(request);
  if (fields === null) return refused('invalid_json');
  // A token that says so stands for one that was revoked.
  if (authorization.includes('revoked')) return refused('token_revoked');
  if (method === 'auth.test')
    return accepted({ team: 'Example', team_id: 'T0SANDBOX', user: 'reviewer', user_id: 'U0REVIEWER' });
  if (method === 'chat.postMessage') return postMessage(state, fields);
  if (method === 'chat.update') return updateMessage(state, fields);
  if (method === 'conversations.open') return openConversation(state, fields);
  const ofApp = state.app.call(method, fields);
  return ofApp === null ? refused('unknown_method', { req_method: method }) : json(ofApp);
}

function postMessage(state: SlackState, fields: Fields): WireResponse {
  const channel = stringOf(fields.channel);
  if (channel === '') return refused('channel_not_found');
  const message = readMessage(fields);
  if ('error' in message) return refused(message.error, problemFields(message.problems));
  const thread = stringOf(fields.thread_ts);
  if (thread !== '' && !state.posted.has(`${channel} ${thread}`)) return refused('thread_not_found');
  const ts = nextTimestamp(state);
  state.posted.add(`${channel} ${ts}`);
  record(state, channel, message, thread === '' ? { ts } : { ts, thread });
  return accepted({
    channel,
    ts,
    message: { type: 'message', text: message.text, ts, blocks: message.blocks },
  });
}

function updateMessage(state: SlackState, fields: Fields): WireResponse {
  const channel = stringOf(fields.channel);
  const ts = stringOf(fields.ts);
  if (channel === '') return refused('channel_not_found');
  if (!state.posted.has(`${channel} ${ts}`)) return refused('message_not_found');
  const message = readMessage(fields);
  if ('error' in message) return refused(message.error, problemFields(message.problems));
  record(state, channel, message, { ts, update: true });
  return accepted({
    channel,
    ts,
    text: message.text,
    message: { type: 'message', text: message.text, blocks: message.blocks },
  });
}

function openConversation(state: SlackState, fields: Fields): WireResponse {
  const users = stringOf(fields.users)
    .split(',')
    .filter((user) => user !== '');
  if (users.length === 0) return refused('users_list_not_supplied');
  if (users.length > 8) return refused('too_many_users');
  if (!users.every((user) => /^[UW][A-Z0-9]+$/.test(user))) return refused('user_not_found');
  const id =
    users.length === 1 ? `D${users[0]?.slice(1)}` : `G${users.map((user) => user.slice(1)).join('')}`;
  const alreadyOpen = state.directMessages.has(id);
  state.directMessages.set(id, users.join(','));
  return accepted({ channel: { id }, ...(alreadyOpen ? { no_op: true, already_open: true } : {}) });
}

type Message = { readonly text: string; readonly blocks: readonly SlackBlock[] };
type BadMessage = { readonly error: string; readonly problems: readonly string[] };

function readMessage(fields: Fields): Message | BadMessage {
  const text = stringOf(fields.text);
  if (text.length > LONGEST_TEXT) return { error: 'msg_too_long', problems: [] };
  const blocks = typeof fields.blocks === 'string' ? parseJson(fields.blocks) : (fields.blocks ?? []);
  const problems = checkBlocks(blocks);
  if (problems.length > 0) return { error: 'invalid_blocks', problems };
  const checked = blocks as readonly SlackBlock[];
  if (text === '' && checked.length === 0) return { error: 'no_text', problems: [] };
  return { text, blocks: checked };
}

function record(
  state: SlackState,
  channel: string,
  message: Message,
  extra: { ts?: string; thread?: string; update?: boolean } = {},
): void {
  state.inbox.record({
    channel: 'slack',
    to: state.directMessages.get(channel) ?? channel,
    subject: '',
    text: plainMessage(message.text, message.blocks),
    blocks:
      message.blocks.length > 0
        ? message.blocks
        : [{ type: 'section', text: { type: 'mrkdwn', text: message.text } }],
    ...extra,
  });
}

/** Slack's names of messages: seconds and a counter, always rising. */
function nextTimestamp(state: SlackState): string {
  state.lastTimestamp = Math.max(state.now().getTime() * 1000, state.lastTimestamp + 1);
  const digits = String(state.lastTimestamp).padStart(16, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

function readFields(request: WireRequest): Fields | null {
  const body = request.body.toString('utf8');
  if (!String(request.headers['content-type'] ?? '').includes('application/x-www-form-urlencoded')) {
    const parsed = parseJson(body);
    return isObject(parsed) ? parsed : null;
  }
  const form: Record<string, string> = Object.fromEntries(new URLSearchParams(body));
  if (form.payload === undefined) return form;
  const payload = parseJson(form.payload);
  return isObject(payload) ? payload : null;
}

function decodePathPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function problemFields(problems: readonly string[]): Fields {
  return problems.length === 0 ? {} : { errors: problems, response_metadata: { messages: problems } };
}

function failWith(status: number): WireResponse {
  if (status !== 429) return plain(status, 'server_error');
  return json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': '1' });
}

function accepted(fields: Fields): WireResponse {
  return json({ ok: true, ...fields });
}

// Slack's Web API answers its own refusals with HTTP 200.
function refused(error: string, fields: Fields = {}): WireResponse {
  return json({ ok: false, error, ...fields });
}

function json(body: Fields, status = 200, headers: Readonly<Record<string, string>> = {}): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

function plain(status: number, body: string): WireResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
