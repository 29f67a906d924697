import type { Approver, Configuration } from '../../base/configuration.ts';
import { foldedName } from '../../base/folded-name.ts';
import type { ChangeRecord } from '../../change/life/life.ts';
import type { Channel } from '../../change/links/links.ts';

/** Where a message goes. */
export type Address =
  /** An SNS topic with one subscriber: mail to one person. */
  | { readonly by: 'topic'; readonly topicArn: string }
  /** A Slack incoming webhook, whose URL is a secret: the ARN of the secret that holds it, or a URL on this machine. */
  | { readonly by: 'webhook'; readonly place: string }
  /** A Slack user (`U…`) or channel (`C…`) that the bot writes to. */
  | { readonly by: 'bot'; readonly to: string }
  /** An SNS topic that a chat channel hangs on by Amazon Q Developer. */
  | { readonly by: 'amazon-q'; readonly topicArn: string };

/** Who gets a message, and how. */
export interface Recipient {
  /** The approver's id, or `#name` for a channel that many read. */
  readonly id: string;
  readonly channel: Exclude<Channel, 'iam'>;
  readonly address: Address;
  /** Null where many read along: there, nothing personal is ever said. */
  readonly approver: Approver | null;
}

/** How one approver can be reached: his own mail topic, his own webhook, else the bot's direct message. The topic for all is no way to a person. */
export function approverAddresses(approver: Approver, { email, slack }: Configuration): readonly Recipient[] {
  const recipients: Recipient[] = [];
  const { id } = approver;
  const topicArn = own(email?.topics, id);
  if (topicArn !== null)
    recipients.push({ id, channel: 'email', approver, address: { by: 'topic', topicArn } });
  const place = own(slack?.channels, id);
  if (place !== null) recipients.push({ id, channel: 'slack', approver, address: slackAddress(place) });
  else if (slack && approver.slackUserId !== undefined)
    recipients.push({ id, channel: 'slack', approver, address: { by: 'bot', to: approver.slackUserId } });
  return recipients;
}

/** The channels that hear of a change: those of the entities that hold its targets, else the webhook for all; and Amazon Q's. */
export function sharedAddresses(
  { content, targetPaths }: ChangeRecord,
  { approvers, slack }: Configuration,
): readonly Recipient[] {
  if (!slack) return [];
  const people = new Set(approvers.map((approver) => approver.id));
  const { confirm, confirmEntityId, targets } = content;
  const ids = new Set([
    confirmEntityId,
    ...targets.flatMap(({ id }) => [id, ...(own(targetPaths, id) ?? '').split('/')]),
  ]);
  const names = new Set([confirm, ...targets.map(({ name }) => name)].map(foldedName));
  const shared: Recipient[] = [];
  for (const [key, place] of Object.entries(slack.channels ?? {})) {
    if (people.has(key) || !(ids.has(key) || names.has(foldedName(key)))) continue;
    shared.push(sharedBy(key, slackAddress(place)));
  }
  if (shared.length === 0 && slack.webhookUrl !== undefined)
    shared.push(sharedBy('all', { by: 'webhook', place: slack.webhookUrl }));
  if (slack.amazonQTopicArn !== undefined)
    shared.push(sharedBy('amazon-q', { by: 'amazon-q', topicArn: slack.amazonQTopicArn }));
  return shared;
}

function sharedBy(key: string, address: Address): Recipient {
  // The history names it among others by spaces and slashes.
  return { id: `#${key.replace(/[\s/]+/g, '-')}`, channel: 'slack', approver: null, address };
}

function slackAddress(place: string): Address {
  return place.includes(':') ? { by: 'webhook', place: place } : { by: 'bot', to: place };
}

function own(values: Readonly<Record<string, string>> | undefined, key: string): string | null {
  return values !== undefined && Object.hasOwn(values, key) ? (values[key] ?? null) : null;
}
