/** How long one request to Slack may take, in milliseconds. */
const patience = 5_000;
/** The longest that Slack may ask us to wait before one more try, in seconds; longer waits are left to the next run. */
const longestWait = 3;

/** A Slack app's bot: its token (`xoxb-…`, a secret) and where Slack's Web API is, Slack's own where absent. */
export interface SlackBot {
  readonly token: string;
  readonly apiUrl?: string;
}

/** Posts to an incoming webhook. Throws with Slack's own word where it says no; the URL is a secret and is not in the message. */
export async function postToWebhook(url: string, message: object): Promise<void> {
  const answer = await post(url, message, {});
  if (!answer.ok)
    throw new Error(`Slack's webhook answered ${answer.status} ${wordOf(await answer.text())}`.trimEnd());
}

/** Posts as the bot: to a user (`U…` or `W…`) by opening the direct message, else to the channel. Answers where the message is, for `replaceAsBot` and `replyAsBot`. */
export async function postAsBot(bot: SlackBot, to: string, message: object): Promise<string> {
  const channel = /^[UW][A-Z0-9]+$/.test(to) ? await openDirectMessage(bot, to) : to;
  const posted = await callApi(bot, 'chat.postMessage', { channel, ...message });
  return `${textOf(posted.channel) || channel} ${textOf(posted.ts)}`;
}

/** Slack's words for a message that nobody can answer any more (Slack's reference "chat.postMessage"). */
const goneWords = ['thread_not_found', 'message_not_found', 'cannot_reply_to_message', 'channel_not_found'];

/** Answers in the thread of a message that `postAsBot` posted; false: nothing was posted, since that message is gone. Throws where Slack says no for another reason. */
export async function replyAsBot(bot: SlackBot, reference: string, message: object): Promise<boolean> {
  const [channel, thread_ts] = reference.split(' ');
  try {
    await callApi(bot, 'chat.postMessage', { channel, thread_ts, ...message });
    return true;
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    if (goneWords.some((word) => said.endsWith(`: ${word}`))) return false;
    throw error;
  }
}

/** Puts another message in the place of one that `postAsBot` posted. Throws where Slack says no. */
export async function replaceAsBot(bot: SlackBot, reference: string, message: object): Promise<void> {
  const [channel, ts] = reference.split(' ');
  await callApi(bot, 'chat.update', { channel, ts, ...message });
}

/**
 * Opens a modal for whoever pressed a button, within three seconds of it, and answers its id (Slack's reference,
 * "views.open"). Null: another attempt has opened it. Throws where Slack says no.
 */
export async function openView(bot: SlackBot, triggerId: string, view: object): Promise<string | null> {
  try {
    const opened = await callApi(bot, 'views.open', { trigger_id: triggerId, view });
    return textOf((opened.view as { readonly id?: unknown } | undefined)?.id) || null;
  } catch (error) {
    if (error instanceof Error && error.message.endsWith(': exchanged_trigger_id')) return null;
    throw error;
  }
}

/** Puts another modal in the place of an open one; one that was closed meanwhile stays closed. Throws where Slack says no. */
export async function updateView(bot: SlackBot, viewId: string, view: object): Promise<void> {
  try {
    await callApi(bot, 'views.update', { view_id: viewId, view });
  } catch (error) {
    if (!(error instanceof Error && error.message.endsWith(': not_found'))) throw error;
  }
}

/** Who the token is to Slack (`auth.test`). Throws where Slack says no. */
export async function testBot(
  bot: SlackBot,
): Promise<{ readonly team: string; readonly teamIds: readonly string[]; readonly user: string }> {
  const { enterprise_id, team, team_id, user } = await callApi(bot, 'auth.test', {});
  const teamIds = [textOf(team_id), textOf(enterprise_id)].filter((id) => id !== '');
  return { team: textOf(team), teamIds, user: textOf(user) };
}

async function openDirectMessage(bot: SlackBot, userId: string): Promise<string> {
  const opened = await callApi(bot, 'conversations.open', { users: userId });
  const id = textOf((opened.channel as { readonly id?: unknown } | undefined)?.id);
  if (id === '') throw new Error('Slack opened no conversation');
  return id;
}

async function callApi(
  { apiUrl = 'https://slack.com/api', token }: SlackBot,
  method: string,
  body: object,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await post(`${apiUrl}/${method}`, body, { authorization: `Bearer ${token}` });
  if (!answer.ok) throw new Error(`Slack answered ${answer.status} to ${method}`);
  const result = (await answer.json()) as Readonly<Record<string, unknown>>;
  // Slack answers 200 to a call that it refuses, and says so in the body (Slack's reference "Web API").
  if (result.ok !== true) throw new Error(`Slack refused ${method}: ${wordOf(textOf(result.error))}`);
  return result;
}

async function post(url: string, body: object, headers: Readonly<Record<string, string>>): Promise<Response> {
  const answer = await request(url, body, headers);
  if (answer.status !== 429) return answer;
  const seconds = Number(answer.headers.get('retry-after') ?? '1');
  if (!(seconds >= 0 && seconds <= longestWait)) return answer;
  await answer.body?.cancel();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return request(url, body, headers);
}

async function request(
  url: string,
  body: object,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
      redirect: 'error',
    });
  } catch (error) {
    throw new Error(`Slack could not be reached: ${reasonOf(error)}`);
  }
}

// fetch names the URL in some of its messages, and a webhook's URL is a secret: only the code goes on.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

/** Slack's own word (`no_service`, `channel_not_found`); anything longer, such as a proxy's page, is left out. */
function wordOf(text: string): string {
  return /^[a-z0-9_]{1,60}$/.test(text) ? text : '';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
