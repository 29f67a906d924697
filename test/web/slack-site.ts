import { createHmac } from 'node:crypto';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { createHandler } from '../../handlers/slack.ts';
import { type Gateway, startApiGateway } from '../../sandbox/api-gateway.ts';
import type { AppSettings } from '../../sandbox/slack-app.ts';
import { asFunction } from './role-of-function.ts';
import { openSite } from './site.ts';

/** The signing secret of the app. */
const signingSecret = '8f742231b10e8888abcd99badc0ffee5';
/** The workspace that decisions are taken from. */
const teamId = 'T0BANK';

/** Ana and Ben decide everywhere, Cleo elsewhere alone, and Dora has no user of Slack. */
const people = [
  { id: 'ana', name: 'Ana Diaz', email: 'ana@example.com', slackUserId: 'U0ANA' },
  { id: 'ben', name: 'Ben Okafor', email: 'ben@example.com', slackUserId: 'U0BEN' },
  {
    ...{ id: 'cleo', name: 'Cleo Ott', email: 'cleo@example.com', slackUserId: 'U0CLEO' },
    scopes: ['ou-ex01-elsewhere'],
  },
  { id: 'dora', name: 'Dora Li', email: 'dora@example.com' },
];

/** A raw request as a stranger or Slack may send it. */
export interface RawRequest {
  readonly body: string;
  /** Seconds by which the time lies in the past. */
  readonly age?: number;
  readonly secret?: string;
  /** What is sent in the place of the body that was signed. */
  readonly sent?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly method?: string;
}

/** The function that Slack calls behind a gateway of its own, with the secrets in Secrets Manager and the app installed in Slack's double. */
export async function openSlackSite() {
  const site = await openSite();
  const client = new SecretsManagerClient({});
  const secretOf = async (Name: string, SecretString: string) =>
    (await client.send(new CreateSecretCommand({ Name, SecretString }))).ARN;
  const { sandbox } = site;
  const secrets = {
    botTokenSecret: await secretOf('slack/bot', 'xoxb-1-2-abc'),
    signingSecret: await secretOf('slack/signing', signingSecret),
  };
  const gateways: Gateway[] = [];
  /** Where the function with such a configuration is called. */
  const deploy = async (changes: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const slack = { ...secrets, teamId, apiUrl: `${sandbox.endpoint}/slack/api` };
    const parsed = parseConfiguration({ approvers: people, slack, ...changes });
    if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
    const gateway = await startApiGateway({
      handler: asFunction('slack', parsed.value, createHandler(parsed.value)),
      callerArnOf: () => null,
      patience: 600_000,
    });
    gateways.push(gateway);
    return `${gateway.url}/slack/interactions`;
  };
  const requestUrl = await deploy();
  const install = (settings: Partial<AppSettings> = {}): void =>
    sandbox.slack.app.install({ requestUrl, signingSecret, teamId, ...settings });
  install();
  return {
    ...{ site, sandbox, deploy, install, app: sandbox.slack.app },
    /** Posts a message with the button of a change, as the bot does. */
    ask: async (id: string): Promise<void> => {
      const text = { type: 'plain_text', text: 'Review' };
      const elements = [{ type: 'button', action_id: 'review', text, value: id }];
      await fetch(`${sandbox.endpoint}/slack/api/chat.postMessage`, {
        method: 'POST',
        headers: { authorization: 'Bearer xoxb-1-2-abc', 'content-type': 'application/json' },
        body: JSON.stringify({ channel: 'C0TEAM', text: 'ask', blocks: [{ type: 'actions', elements }] }),
      });
    },
    /** Sends a request as somebody signed it who may not be Slack. */
    send: async ({
      age = 0,
      body,
      headers = {},
      method = 'POST',
      secret = signingSecret,
      sent,
    }: RawRequest) => {
      const timestamp = String(Math.floor(Date.now() / 1000) - age);
      const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
      const all = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${digest}`,
        ...headers,
      };
      const kept = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
      const response = await fetch(requestUrl, {
        ...{ method, headers: kept },
        ...(method === 'POST' ? { body: sent ?? body } : {}),
      });
      return { status: response.status, text: await response.text() };
    },
    /** The words of the modal that a user has open, or null. */
    shownTo: (userId: string): string | null => {
      if (sandbox.slack.app.modalOf(userId) === null) return null;
      const message = sandbox
        .messages()
        .findLast(({ channel, to }) => channel === 'slack modal' && to === userId);
      return `${message?.subject}\n${message?.text}`;
    },
    close: async (): Promise<void> => {
      for (const gateway of gateways) await gateway.close();
      await site.close();
    },
  };
}

/** The site, and what is particular to Slack. */
export type SlackSite = Awaited<ReturnType<typeof openSlackSite>>;

/** The body of a submission that approves, as Slack would send it for this user. */
export function submission(
  { digest, id, revision }: { readonly id: string; readonly revision: number; readonly digest: string },
  userId = 'U0ANA',
): string {
  const values = {
    decision: { value: { type: 'radio_buttons', selected_option: { value: 'approve' } } },
    confirm: { value: { type: 'plain_text_input', value: 'Development' } },
  };
  const payload = {
    ...{ type: 'view_submission', team: { id: teamId }, user: { id: userId, team_id: teamId } },
    view: {
      ...{ callback_id: 'decide', state: { values } },
      private_metadata: JSON.stringify({ change: id, revision, digest }),
    },
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}
