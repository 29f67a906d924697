import { createHmac, randomBytes } from 'node:crypto';
import type { Inbox } from './inbox.ts';
import { isObject } from './json.ts';
import { elementsOf, plainMessage } from './slack-text.ts';
import { checkView, type Entered, type ModalView, stateOf } from './slack-views.ts';

/** An app as its manifest and its settings have it. */
export interface AppSettings {
  /** Where Slack sends what people do. */
  readonly requestUrl: string;
  readonly signingSecret: string;
  /** The workspace that the app and its users belong to. */
  readonly teamId?: string;
  /** The organization of Enterprise Grid, if any. */
  readonly enterpriseId?: string;
}

/** A modal that somebody has open. */
export interface OpenModal {
  readonly id: string;
  readonly userId: string;
  readonly view: ModalView;
}

/** What the app answered to something that a person did, and what Slack made of it. */
export interface Answered {
  readonly status: number;
  /** `errors`, `update`, `clear`; `closed`: an empty answer to a modal; null: nothing to do. */
  readonly action: string | null;
  /** What to mend, by the `block_id` of the field. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Slack's side of an app: people press buttons and send modals, and the app is told by signed requests. */
export interface SlackApp {
  /** Installs the app; until then nobody is told anything. */
  install(settings: AppSettings): void;
  /** Lets a user press the button with these words in the newest message that has it. Throws where there is none. */
  press(userId: string, label: string, value?: string): Promise<Answered>;
  /** Lets a user send the modal that he has open. Throws for what the modal does not offer. */
  submit(userId: string, entered: Entered): Promise<Answered>;
  /** Sends the last request again, byte by byte, as a retry of Slack's or somebody who recorded it. */
  resend(headers?: Readonly<Record<string, string>>): Promise<Answered>;
  /** The modal that a user has open, or null. */
  modalOf(userId: string): OpenModal | null;
  /** From now on triggers are older than three seconds. */
  expireTriggers(): void;
  /** Answers `views.open` and `views.update`; null for another method. */
  call(method: string, fields: Fields): Fields | null;
}

type Fields = Readonly<Record<string, unknown>>;
type Trigger = { readonly userId: string; state: 'fresh' | 'exchanged' | 'expired' };

interface AppState {
  readonly inbox: Inbox;
  readonly now: () => Date;
  settings: AppSettings | null;
  readonly triggers: Map<string, Trigger>;
  readonly modals: Map<string, OpenModal>;
  last: { readonly body: string; readonly headers: Readonly<Record<string, string>> } | null;
}

/** An app that is not installed yet. */
export function createSlackApp({
  inbox,
  now,
}: {
  readonly inbox: Inbox;
  readonly now: () => Date;
}): SlackApp {
  const state: AppState = { inbox, now, settings: null, triggers: new Map(), modals: new Map(), last: null };
  return {
    install: (settings) => {
      state.settings = settings;
    },
    press: async (userId, label, value) => {
      const { button, message } = buttonOf(state, label, value);
      const { answered } = await tell(state, {
        ...headOf(state, userId, 'block_actions'),
        container: { type: 'message', message_ts: message.ts, channel_id: message.to, is_ephemeral: false },
        channel: { id: message.to, name: 'directmessage' },
        message: { type: 'message', ts: message.ts, blocks: message.blocks },
        state: { values: {} },
        response_url: 'https://hooks.slack.com/actions/T0SANDBOX/1/secret',
        actions: [{ ...button, block_id: 'b1', action_ts: message.ts }],
      });
      return answered;
    },
    submit: async (userId, entered) => {
      const modal = [...state.modals.values()].findLast((open) => open.userId === userId);
      if (!modal) throw new Error(`${userId} has no modal open`);
      const view = { ...modal.view, id: modal.id, state: { values: stateOf(modal.view, entered) } };
      const sent = { ...headOf(state, userId, 'view_submission'), view, response_urls: [] };
      const { answered, body } = await tell(state, sent);
      return answered.status === 200 ? follow(state, modal, body) : answered;
    },
    resend: async (headers = {}) => {
      if (!state.last) throw new Error('nothing was sent yet');
      return (await deliver(state, state.last.body, { ...state.last.headers, ...headers })).answered;
    },
    modalOf: (userId) => [...state.modals.values()].findLast((open) => open.userId === userId) ?? null,
    expireTriggers: () => {
      for (const trigger of state.triggers.values()) trigger.state = 'expired';
    },
    call: (method, fields) => {
      if (method === 'views.open') return openView(state, fields);
      return method === 'views.update' ? updateView(state, fields) : null;
    },
  };
}

/** What every payload has (Slack's references "block_actions payload" and "view_submission payload"). */
function headOf(state: AppState, userId: string, type: string): Fields {
  const { enterpriseId, teamId = 'T0SANDBOX' } = settingsOf(state);
  const triggerId = `${Date.parse(state.now().toISOString())}.1.${randomBytes(8).toString('hex')}`;
  state.triggers.set(triggerId, { userId, state: 'fresh' });
  return {
    type,
    user: { id: userId, username: userId.toLowerCase(), name: userId.toLowerCase(), team_id: teamId },
    api_app_id: 'A0SANDBOX',
    token: 'verification-token-of-old',
    trigger_id: triggerId,
    team: { id: teamId, domain: 'example' },
    enterprise: enterpriseId === undefined ? null : { id: enterpriseId, name: 'Example' },
    is_enterprise_install: enterpriseId !== undefined,
  };
}

function buttonOf(state: AppState, label: string, value?: string) {
  for (const message of [...state.inbox.listMessages()].reverse()) {
    if (message.channel !== 'slack' || message.ts === undefined) continue;
    const elements = (message.blocks ?? []).flatMap((block) =>
      block.type === 'actions' ? elementsOf(block) : [block.accessory],
    );
    const button = elements.find(
      (element) =>
        isObject(element) &&
        element.type === 'button' &&
        isObject(element.text) &&
        element.text.text === label &&
        (value === undefined || element.value === value),
    );
    if (isObject(button)) return { button, message };
  }
  throw new Error(`no message has a button ${label}`);
}

function tell(state: AppState, payload: Fields) {
  const { signingSecret } = settingsOf(state);
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(state.now().getTime() / 1000));
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
  };
  state.last = { body, headers };
  return deliver(state, body, headers);
}

async function deliver(state: AppState, body: string, headers: Readonly<Record<string, string>>) {
  const response = await fetch(settingsOf(state).requestUrl, { method: 'POST', headers, body });
  const answered: Answered = { status: response.status, action: null, errors: {} };
  return { answered, body: await response.text() };
}

/** Does with a modal what the app answered. Throws for an answer that Slack would not take. */
function follow(state: AppState, modal: OpenModal, body: string): Answered {
  if (body === '') {
    state.modals.delete(modal.id);
    return { status: 200, action: 'closed', errors: {} };
  }
  const answer: unknown = JSON.parse(body);
  const { errors = {}, response_action: action, view } = isObject(answer) ? answer : {};
  if (action === 'clear') state.modals.clear();
  else if (action === 'update') show(state, { ...modal, view: checked(view) });
  else if (action === 'errors') {
    const fields = modal.view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
    const stray = Object.keys(errors as Fields).find((field) => !fields.includes(field));
    if (stray !== undefined) throw new Error(`Slack takes no error for ${stray}, which is no input`);
  } else throw new Error(`Slack does not know the response_action ${String(action)}`);
  return { status: 200, action: String(action), errors: errors as Answered['errors'] };
}

function checked(view: unknown): ModalView {
  const problems = checkView(view);
  if (problems.length > 0) throw new Error(`Slack would not show this modal: ${problems.join(' ')}`);
  return view as ModalView;
}

function openView(state: AppState, { trigger_id, view }: Fields): Fields {
  const trigger = state.triggers.get(String(trigger_id));
  if (!trigger) return invalid(['[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]']);
  if (trigger.state !== 'fresh') return { ok: false, error: `${trigger.state}_trigger_id` };
  const problems = checkView(view);
  if (problems.length > 0) return invalid(problems);
  trigger.state = 'exchanged';
  const modal = { id: `V${randomBytes(5).toString('hex').toUpperCase()}`, userId: trigger.userId };
  return { ok: true, view: show(state, { ...modal, view: view as ModalView }) };
}

function updateView(state: AppState, { view, view_id }: Fields): Fields {
  const modal = state.modals.get(String(view_id));
  if (!modal) return { ok: false, error: 'not_found' };
  const problems = checkView(view);
  if (problems.length > 0) return invalid(problems);
  return { ok: true, view: show(state, { ...modal, view: view as ModalView }) };
}

function invalid(messages: readonly string[]): Fields {
  return { ok: false, error: 'invalid_arguments', response_metadata: { messages } };
}

/** Shows a modal to its user, in the inbox too. */
function show(state: AppState, modal: OpenModal): Fields {
  const update = state.modals.has(modal.id);
  state.modals.set(modal.id, modal);
  const { blocks, submit, title } = modal.view;
  const words = plainMessage('', blocks);
  state.inbox.record({
    channel: 'slack modal',
    to: modal.userId,
    subject: title.text,
    text: words,
    blocks,
    ts: modal.id,
    ...(update ? { update } : {}),
    ...(submit ? { submit: submit.text } : {}),
  });
  return { ...modal.view, id: modal.id };
}

function settingsOf({ settings }: AppState): AppSettings {
  if (!settings) throw new Error('the app is not installed: slack.app.install');
  return settings;
}
