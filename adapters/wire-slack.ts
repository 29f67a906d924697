import { createSecretsClient } from './aws/clients.ts';
import { createSecretReader } from './aws/secret-reader.ts';
import { systemClock } from './clock.ts';
import type { Environment } from './environment.ts';
import { openView, type SlackBot, updateView } from './slack.ts';
import { createSlackSecrets, type SlackSettings } from './slack-secrets.ts';
import { wireDecide } from './wire.ts';

/** Everything that deciding in Slack needs: the stores of the pages, and Slack. Each secret is read again after some minutes. */
export function wireSlack(environment: Environment, slack: SlackSettings | null): SlackWires {
  const secrets = createSlackSecrets(
    slack,
    environment.slackBotToken,
    createSecretReader(createSecretsClient, systemClock.now),
  );
  const { apiUrl } = slack ?? {};
  const bot = async (): Promise<SlackBot> => ({
    token: await secrets.botToken(),
    ...(apiUrl === undefined ? {} : { apiUrl }),
  });
  return {
    ...wireDecide(environment),
    signingSecret: secrets.signingSecret,
    openView: async (triggerId, view) => openView(await bot(), triggerId, view),
    updateView: async (viewId, view) => updateView(await bot(), viewId, view),
  };
}

/** What `wireSlack` answers. */
export interface SlackWires extends ReturnType<typeof wireDecide> {
  readonly signingSecret: (isDoubted: boolean) => Promise<string>;
  readonly openView: (triggerId: string, view: object) => Promise<string | null>;
  readonly updateView: (viewId: string, view: object) => Promise<void>;
}
