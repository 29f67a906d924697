import { randomBytes } from 'node:crypto';
import { createSecretsClient, createSnsClient } from './aws/clients.ts';
import { createSecretReader } from './aws/secret-reader.ts';
import { readTopicSubscriptions, requireSubscriber } from './aws/subscriptions.ts';
import { createTopic, publishJson } from './aws/topic.ts';
import { systemClock } from './clock.ts';
import type { DoctorPorts } from './doctor-ports.ts';
import { type Environment, required } from './environment.ts';
import type { Clock, EventBus, Messenger, Topic } from './ports.ts';
import { postAsBot, postToWebhook, replaceAsBot, replyAsBot, type SlackBot } from './slack.ts';
import { createSlackSecrets, type SlackSettings } from './slack-secrets.ts';
import type { Stores } from './store-ports.ts';
import { wirePublishing, wireStores } from './wire.ts';

// One for all runs of a function's instance: each secret is read once in some minutes.
const readSecret = createSecretReader(createSecretsClient, systemClock.now);

/** The channels to people. Slack is null where nobody is written to there. */
export function wireMessenger(environment: Environment, slack: SlackSettings | null): Messenger {
  // One client a region: each has its own connections and credentials.
  const clients = new Map<string, ReturnType<typeof createSnsClient>>();
  const snsFor = (topicArn: string) => {
    const region = topicArn.split(':')[3] ?? '';
    const client = clients.get(region) ?? createSnsClient(topicArn);
    clients.set(region, client);
    return client;
  };
  const secrets = createSlackSecrets(slack, environment.slackBotToken, readSecret);
  const bot = async (): Promise<SlackBot> => ({
    token: await secrets.botToken(),
    ...(slack?.apiUrl === undefined ? {} : { apiUrl: slack.apiUrl }),
  });
  return {
    mail: async (topicArn, message) => {
      await requireSubscriber(snsFor(topicArn), topicArn);
      await createTopic(snsFor(topicArn), topicArn).publish(message);
    },
    notifyChannel: (topicArn, notification) => publishJson(snsFor(topicArn), topicArn, notification),
    postToWebhook: async (place, message) => postToWebhook(await secrets.webhookUrl(place), message),
    postAsBot: async (to, message) => postAsBot(await bot(), to, message),
    replyAsBot: async (reference, message) => replyAsBot(await bot(), reference, message),
    replaceAsBot: async (reference, message) => replaceAsBot(await bot(), reference, message),
  };
}

/** Reads who is subscribed to a topic; null where there is none. */
export function wireSubscribers(): { readonly readSubscriptions: DoctorPorts['readSubscriptions'] } {
  return { readSubscriptions: (topicArn) => readTopicSubscriptions(createSnsClient(topicArn), topicArn) };
}

/** Everything that telling people and sweeping need. */
export function wireNotify(environment: Environment, slack: SlackSettings | null): NotifyWires {
  return {
    ...wirePublishing(environment),
    stores: wireStores(environment),
    messenger: wireMessenger(environment, slack),
    clock: systemClock,
    pageUrl: required(environment, 'pageUrl', 'write links into messages'),
    newToken: () => randomBytes(32),
  };
}

/** What `wireNotify` answers. */
export interface NotifyWires {
  readonly bus: EventBus;
  readonly topic: Topic;
  readonly stores: Stores;
  readonly messenger: Messenger;
  readonly clock: Clock;
  readonly pageUrl: string;
  readonly newToken: () => Uint8Array;
}
