/** How long a call to Slack may take, in milliseconds. */
const patience = 5_000;
/** The longest that Slack may ask us to wait before one more try, in seconds; longer waits are left to the next run. */
const longestWait = 3;

/** Posts to an incoming webhook. Throws with Slack's own word where it says no; the URL is a secret and is not in the message. */
export async function postToWebhook(url: string, message: object): Promise<void> {
  const answer = await post(url, message, {});
  if (!answer.ok)
    throw new Error(`Slack's webhook answered ${answer.status} ${(await answer.text()).slice(0, 100)}`);
}

/** Sends a direct message with a bot token: opens the conversation, then posts. `apiUrl` is Slack's own where absent. */
export async function postToUser(
  token: string,
  userId: string,
  message: object,
  apiUrl = 'https://slack.com/api',
): Promise<void> {
  const authorization = { authorization: `Bearer ${token}` };
  const opened = await callApi(`${apiUrl}/conversations.open`, { users: userId }, authorization);
  const channel = (opened.channel as { readonly id?: string } | undefined)?.id;
  if (!channel) throw new Error('Slack opened no conversation');
  await callApi(`${apiUrl}/chat.postMessage`, { channel, ...message }, authorization);
}

async function callApi(
  url: string,
  body: object,
  headers: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await post(url, body, headers);
  if (!answer.ok) throw new Error(`Slack answered ${answer.status}`);
  const result = (await answer.json()) as Readonly<Record<string, unknown>>;
  // Slack answers 200 to a call that it refuses, and says so in the body (Slack's reference "Web API").
  if (result.ok !== true) throw new Error(`Slack refused: ${String(result.error)}`);
  return result;
}

async function post(url: string, body: object, headers: Readonly<Record<string, string>>): Promise<Response> {
  const request = (): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
      redirect: 'error',
    });
  const answer = await request();
  if (answer.status !== 429) return answer;
  const seconds = Number(answer.headers.get('retry-after') ?? '1');
  if (!(seconds <= longestWait)) return answer;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return request();
}
