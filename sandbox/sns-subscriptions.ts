import { randomUUID } from 'node:crypto';
import { readFilterPolicy } from './sns-filter.ts';
import {
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

/** Subscribe: confirmed at once unless the attribute `PendingConfirmation` is `true`; the same endpoint again answers the same ARN. */
export function subscribe(state: SnsState, parameters: QueryParameters): SnsReply {
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
  if (existing !== undefined) return success(element('SubscriptionArn', existing.arn));
  const subscription: Subscription = {
    arn: `${topic.arn}:${randomUUID()}`,
    topicArn: topic.arn,
    protocol,
    endpoint,
    attributes: new Map(attributes),
    confirmed: attributes.get('PendingConfirmation') !== 'true',
    token: randomUUID().replaceAll('-', ''),
  };
  state.subscriptions.set(subscription.arn, subscription);
  const shown = subscription.confirmed || parameters.get('ReturnSubscriptionArn') === 'true';
  return success(element('SubscriptionArn', shown ? subscription.arn : 'pending confirmation'));
}

/** Unsubscribe: removing what is not there succeeds, as at AWS. */
export function unsubscribe(state: SnsState, parameters: QueryParameters): SnsReply {
  const arn = parameters.get('SubscriptionArn') ?? '';
  if (arn.split(':').length !== 7)
    return invalidParameter('SubscriptionArn Reason: An ARN must have at least 7 elements');
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
