import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import type { SubscriptionReading } from '../../core/doctor/readings.ts';
import { readAll } from './pages.ts';
import { isAwsRefusal, refusing } from './refusal.ts';

/** Who is subscribed to a topic. */
interface TopicSubscription {
  /** Null until whoever has the address confirms it. */
  readonly arn: string | null;
  /** `email`, `https`, `lambda` … */
  readonly protocol: string;
  /** The address, or the ARN. */
  readonly endpoint: string;
}

/** Nobody would get what is published: the message was not sent. */
class NobodySubscribed extends Error {
  override readonly name = 'NobodySubscribed';
  readonly code: 'NO_SUBSCRIPTION' | 'UNCONFIRMED_SUBSCRIPTION';

  /** `pending`: addresses that were asked to confirm and have not. */
  constructor(topicArn: string, pending: readonly string[]) {
    super(
      pending.length === 0
        ? `nobody is subscribed to ${topicArn}`
        : `${pending.join(', ')} has not confirmed the subscription to ${topicArn}`,
    );
    this.code = pending.length === 0 ? 'NO_SUBSCRIPTION' : 'UNCONFIRMED_SUBSCRIPTION';
  }
}

/** All subscriptions of a topic. Throws `AwsRefusal`. */
async function readSubscriptions(client: SNSClient, topicArn: string): Promise<readonly TopicSubscription[]> {
  const operation = 'ListSubscriptionsByTopic';
  const found = await readAll(operation, async (NextToken) => {
    const input = { TopicArn: topicArn, ...(NextToken === undefined ? {} : { NextToken }) };
    const page = await refusing(operation, () => client.send(new ListSubscriptionsByTopicCommand(input)));
    return { items: page.Subscriptions, nextToken: page.NextToken };
  });
  return found.map(({ Endpoint = '', Protocol = '', SubscriptionArn = '' }) => ({
    // SNS API reference, ListSubscriptionsByTopic: PendingConfirmation stands in the place of the ARN.
    arn: SubscriptionArn.startsWith('arn:') ? SubscriptionArn : null,
    protocol: Protocol,
    endpoint: Endpoint,
  }));
}

/** Throws `NobodySubscribed` where a topic has no confirmed subscriber: SNS takes a message for such a topic, and nobody gets it. Where that may not be read, nothing is known. */
export async function requireSubscriber(client: SNSClient, topicArn: string): Promise<void> {
  try {
    const subscriptions = await readSubscriptions(client, topicArn);
    if (subscriptions.some(({ arn }) => arn !== null)) return;
    throw new NobodySubscribed(
      topicArn,
      subscriptions.map(({ endpoint }) => endpoint),
    );
  } catch (error) {
    if (!isAwsRefusal(error) || error.kind !== 'access-denied') throw error;
  }
}

/** Who is subscribed to a topic; null where there is none. */
export async function readTopicSubscriptions(
  client: SNSClient,
  topicArn: string,
): Promise<readonly SubscriptionReading[] | null> {
  try {
    const found = await readSubscriptions(client, topicArn);
    return await Promise.all(
      found.map(async ({ arn, endpoint, protocol }) => ({
        arn,
        endpoint,
        unsubscribesByLink:
          arn === null || !protocol.startsWith('email') ? null : await unsubscribesWithoutLogin(client, arn),
      })),
    );
  } catch (error) {
    if (isAwsRefusal(error) && error.code === 'NotFound') return null;
    throw error;
  }
}

/** Whether the link at the end of each mail unsubscribes without a login: so it is unless the confirmation was signed. Null where that may not be read. */
async function unsubscribesWithoutLogin(client: SNSClient, subscriptionArn: string): Promise<boolean | null> {
  try {
    const { Attributes } = await refusing('sns:GetSubscriptionAttributes', () =>
      client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: subscriptionArn })),
    );
    const confirmed = Attributes?.ConfirmationWasAuthenticated;
    return confirmed === undefined ? null : confirmed !== 'true';
  } catch (error) {
    if (isAwsRefusal(error) && error.kind === 'access-denied') return null;
    throw error;
  }
}
