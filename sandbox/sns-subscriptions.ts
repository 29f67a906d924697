import { randomUUID } from 'node:crypto';
import type { Inbox } from './inbox.ts';
import { readFilterPolicy } from './sns-filter.ts';
import {
  attributesXml,
  element,
  fault,
  invalidParameter,
  mapParameter,
  type QueryParameters,
  type SnsReply,
  success,
} from './sns-protocol.ts';
import { findTopic, page, type SnsState, type Subscription, subscriptionsOf } from './sns-topics.ts';

const PROTOCOLS = new Set(['email', 'email-json', 'https', 'sqs']);
// PendingConfirmation is the sandbox's own: it keeps an e-mail subscription waiting for its owner's click.
const SETTABLE_SUBSCRIPTION_ATTRIBUTES = new Set([
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'DeliveryPolicy',
  'RedrivePolicy',
  'PendingConfirmation',
]);

/** Subscribe: confirmed at once unless the attribute `PendingConfirmation` is `true`, which sends a mail with the link to confirm. The same endpoint again answers the same ARN, and sends the mail again. */
export function subscribe(state: SnsState, inbox: Inbox, parameters: QueryParameters): SnsReply {
  const topic = findTopic(state, parameters.get('TopicArn'));
  if ('ok' in topic) return topic;
  const protocol = parameters.get('Protocol') ?? '';
  const endpoint = parameters.get('Endpoint') ?? '';
  if (!PROTOCOLS.has(protocol)) return invalidParameter(`Does not support this protocol string: ${protocol}`);
  const problem = endpointProblem(protocol, endpoint);
  if (problem !== null) return invalidParameter(problem);
  const attributes = mapParameter(parameters, 'Attributes.entry');
  for (const [name, value] of attributes) {
    const attributeProblem = subscriptionAttributeProblem(name, value);
    if (attributeProblem !== null) return invalidParameter(attributeProblem);
  }
  const existing = subscriptionsOf(state, topic.arn).find(
    (known) => known.protocol === protocol && known.endpoint === endpoint,
  );
  if (existing !== undefined) {
    askToConfirm(inbox, existing);
    return success(element('SubscriptionArn', existing.arn));
  }
  const subscription: Subscription = {
    arn: `${topic.arn}:${randomUUID()}`,
    topicArn: topic.arn,
    protocol,
    endpoint,
    attributes: new Map(attributes),
    confirmed: attributes.get('PendingConfirmation') !== 'true',
    needsLogin: false,
    token: randomUUID().replaceAll('-', ''),
  };
  state.subscriptions.set(subscription.arn, subscription);
  askToConfirm(inbox, subscription);
  const shown = subscription.confirmed || parameters.get('ReturnSubscriptionArn') === 'true';
  return success(element('SubscriptionArn', shown ? subscription.arn : 'pending confirmation'));
}

/** The mail that SNS sends to an address that has not confirmed yet. */
function askToConfirm(inbox: Inbox, { confirmed, endpoint, protocol, token, topicArn }: Subscription): void {
  if (confirmed || !protocol.startsWith('email')) return;
  const query = new URLSearchParams({ TopicArn: topicArn, Token: token, Endpoint: endpoint });
  const link = `https://sns.${topicArn.split(':')[3]}.amazonaws.com/confirmation.html?${query}`;
  inbox.record({
    channel: protocol,
    to: endpoint,
    subject: 'AWS Notification - Subscription Confirmation',
    text: `You have chosen to subscribe to the topic:\n${topicArn}\n\nTo confirm this subscription, click or visit the link below:\n${link}\n`,
  });
}

/** ConfirmSubscription: with the token of the mail; with AuthenticateOnUnsubscribe it has to be signed. */
export function confirmSubscription(state: SnsState, parameters: QueryParameters, signed: boolean): SnsReply {
  const topic = findTopic(state, parameters.get('TopicArn'));
  if ('ok' in topic) return topic;
  const needsLogin = parameters.get('AuthenticateOnUnsubscribe') === 'true';
  if (needsLogin && !signed)
    return fault('AuthorizationError', 'AuthenticateOnUnsubscribe needs an AWS signature', 403);
  const subscription = subscriptionsOf(state, topic.arn).find(
    ({ token }) => token === parameters.get('Token'),
  );
  if (subscription === undefined) return invalidParameter('Token');
  // Whoever confirmed first settled it.
  if (!subscription.confirmed) subscription.needsLogin = needsLogin;
  subscription.confirmed = true;
  return success(element('SubscriptionArn', subscription.arn));
}

/** GetSubscriptionAttributes. */
export function getSubscriptionAttributes(state: SnsState, parameters: QueryParameters): SnsReply {
  const subscription = state.subscriptions.get(parameters.get('SubscriptionArn') ?? '');
  if (subscription === undefined) return fault('NotFound', 'Subscription does not exist', 404);
  const { PendingConfirmation: _own, ...given } = Object.fromEntries(subscription.attributes);
  return success(
    attributesXml(
      new Map(
        Object.entries({
          SubscriptionArn: subscription.arn,
          TopicArn: subscription.topicArn,
          Owner: state.accountId,
          Protocol: subscription.protocol,
          Endpoint: subscription.endpoint,
          PendingConfirmation: String(!subscription.confirmed),
          ConfirmationWasAuthenticated: String(subscription.needsLogin),
          ...given,
        }),
      ),
    ),
  );
}

/** Unsubscribe: removing what is not there succeeds, as at AWS. The link in a mail is not signed. */
export function unsubscribe(state: SnsState, parameters: QueryParameters, signed: boolean): SnsReply {
  const arn = parameters.get('SubscriptionArn') ?? '';
  if (arn.split(':').length !== 7)
    return invalidParameter('SubscriptionArn Reason: An ARN must have at least 7 elements');
  if (!signed && state.subscriptions.get(arn)?.needsLogin)
    return fault('AuthorizationError', 'This subscription is removed with AWS credentials alone', 403);
  state.subscriptions.delete(arn);
  return success();
}

/** SetSubscriptionAttributes: one attribute a call; an empty FilterPolicy removes it. */
export function setSubscriptionAttributes(state: SnsState, parameters: QueryParameters): SnsReply {
  const subscription = state.subscriptions.get(parameters.get('SubscriptionArn') ?? '');
  if (subscription === undefined) return fault('NotFound', 'Subscription does not exist', 404);
  const name = parameters.get('AttributeName') ?? '';
  const value = parameters.get('AttributeValue') ?? '';
  const problem = subscriptionAttributeProblem(name, value);
  if (problem !== null) return invalidParameter(problem);
  if (value === '') subscription.attributes.delete(name);
  else subscription.attributes.set(name, value);
  if (name === 'PendingConfirmation') subscription.confirmed = value !== 'true';
  return success();
}

/** ListSubscriptions of the whole account, 100 to a page. */
export function listSubscriptions(state: SnsState, parameters: QueryParameters): SnsReply {
  return page(
    'Subscriptions',
    [...state.subscriptions.values()].map((known) => subscriptionXml(state, known)),
    parameters,
  );
}

/** ListSubscriptionsByTopic, 100 to a page. */
export function listSubscriptionsByTopic(state: SnsState, parameters: QueryParameters): SnsReply {
  const topic = findTopic(state, parameters.get('TopicArn'));
  if ('ok' in topic) return topic;
  return page(
    'Subscriptions',
    subscriptionsOf(state, topic.arn).map((known) => subscriptionXml(state, known)),
    parameters,
  );
}

function subscriptionXml(state: SnsState, subscription: Subscription): string {
  return (
    element('SubscriptionArn', subscription.confirmed ? subscription.arn : 'PendingConfirmation') +
    element('Owner', state.accountId) +
    element('Protocol', subscription.protocol) +
    element('Endpoint', subscription.endpoint) +
    element('TopicArn', subscription.topicArn)
  );
}

function endpointProblem(protocol: string, endpoint: string): string | null {
  if (protocol.startsWith('email') && !/^[^@\s]+@[^@\s]+$/.test(endpoint)) return 'Email address';
  if (protocol === 'https' && !endpoint.startsWith('https://'))
    return 'Endpoint must match the specified protocol';
  if (protocol === 'sqs' && !/^arn:aws:sqs:[a-z0-9-]+:\d{12}:.+$/.test(endpoint)) return 'SQS endpoint ARN';
  return null;
}

function subscriptionAttributeProblem(name: string, value: string): string | null {
  if (!SETTABLE_SUBSCRIPTION_ATTRIBUTES.has(name)) return 'AttributeName';
  if (name === 'FilterPolicy' && value !== '') return readFilterPolicy(value).problem;
  if (name === 'FilterPolicyScope' && value !== 'MessageAttributes') {
    return 'FilterPolicyScope: the sandbox filters by MessageAttributes only';
  }
  return null;
}
