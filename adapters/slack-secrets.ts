import { isLocalUrl, isSecretArn } from '../core/base/configuration-fields.ts';
import { namedSecrets } from '../core/base/configured-reach.ts';
import { samePlace } from '../core/base/same-place.ts';
import type { ReadSecret } from './aws/secret-reader.ts';

/** What the configuration says of Slack, as far as its secrets go. */
export interface SlackSettings {
  readonly apiUrl?: string | undefined;
  readonly botTokenSecret?: string | undefined;
  readonly signingSecret?: string | undefined;
  readonly webhookUrl?: string | undefined;
  readonly channels?: Readonly<Record<string, string>> | undefined;
}

/** What Slack is written to with: both are read when they are used, so that a missing one is that channel's failure alone. */
export interface SlackSecrets {
  /** The token of the bot. Throws where there is none, or where it is none. */
  botToken(): Promise<string>;
  /** The secret that Slack signs its requests to the app with. Throws where there is none, or where it is none. */
  signingSecret(isDoubted?: boolean): Promise<string>;
  /** The URL behind a webhook: the ARN of its secret, or a URL on this machine. Throws where the secret holds no URL, or that of another. */
  webhookUrl(place: string): Promise<string>;
}

/** A secret in doubt is read again after so many milliseconds: whoever forges requests causes one read in that time, not one each. */
const doubtedMilliseconds = 60_000;

/** `token` is that of the environment, for one machine: it stands above the secret. */
export function createSlackSecrets(
  settings: SlackSettings | null,
  token: string | null,
  readSecret: ReadSecret,
): SlackSecrets {
  return {
    botToken: async () => {
      if (token !== null) return token;
      const arn = settings?.botTokenSecret;
      if (arn === undefined)
        throw new Error(
          'slack.botTokenSecret is not set, and neither is SLACK_BOT_TOKEN: one is needed to write to people in Slack as the bot',
        );
      const found = await readSecret(arn);
      if (/^xox[a-z]-\S+$/.test(found)) return found;
      throw new Error(`slack.botTokenSecret: ${arn} holds no token of a Slack bot (xoxb-…)`);
    },
    signingSecret: async (isDoubted = false) => {
      const arn = settings?.signingSecret;
      if (arn === undefined) throw new Error('slack.signingSecret is not set: nothing is decided in Slack');
      const found = await (isDoubted ? readSecret(arn, doubtedMilliseconds) : readSecret(arn));
      // A short key, or another secret in its place, would let others sign.
      if (/^[A-Za-z0-9]{20,}$/.test(found)) return found;
      throw new Error(
        `slack.signingSecret: ${arn} holds no signing secret of a Slack app (32 letters and digits)`,
      );
    },
    webhookUrl: async (place) => {
      if (!isSecretArn(place)) return place;
      const url = await urlIn(readSecret, place);
      // A link is one person's: two secrets with one URL would show it to another.
      for (const other of otherWebhooks(settings, place)) {
        const otherUrl = isSecretArn(other) ? await urlIn(readSecret, other).catch(() => null) : other;
        if (otherUrl !== null && samePlace(otherUrl) === samePlace(url))
          throw new Error(`${place} and ${other} lead to one webhook: each needs one of its own`);
      }
      return url;
    },
  };
}

async function urlIn(readSecret: ReadSecret, arn: string): Promise<string> {
  const url = await readSecret(arn);
  if (URL.canParse(url) && (url.startsWith('https://') || isLocalUrl(url))) return url;
  throw new Error(`${arn} holds no URL of a webhook (https://…)`);
}

function otherWebhooks(settings: SlackSettings | null, place: string): readonly string[] {
  const { botTokenSecret, channels = {}, webhookUrl } = settings ?? {};
  const secrets = namedSecrets({ slack: settings }).filter((arn) => arn !== botTokenSecret);
  const local = [webhookUrl, ...Object.values(channels)].filter((each) => each?.startsWith('http'));
  return [...secrets, ...local].flatMap((each) => (each === undefined || each === place ? [] : [each]));
}
