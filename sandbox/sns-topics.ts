import {
  attributesXml,
  element,
  fault,
  invalidParameter,
  mapParameter,
  type QueryParameters,
  type SnsFault,
  type SnsReply,
  success,
} from './sns-protocol.ts';

/** A topic with its attributes as SetTopicAttributes left them. */
export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly attributes: Map<string, string>;
}

/** A subscription; one that is pending receives nothing. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Map<string, string>;
  confirmed: boolean;
  /** Confirmed by a signed request with AuthenticateOnUnsubscribe: the link in the mails unsubscribes nobody. */
  needsLogin: boolean;
  readonly token: string;
}

/** Everything that one account's SNS knows, by ARN. */
export interface SnsState {
  readonly accountId: string;
  readonly topics: Map<string, Topic>;
  readonly subscriptions: Map<string, Subscription>;
}

const PAGE = 100;
const SETTABLE_TOPIC_ATTRIBUTES = new Set([
  'DisplayName',
  'Policy',
  'DeliveryPolicy',
  'KmsMasterKeyId',
  'SignatureVersion',
  'TracingConfig',
]);

/** The topic with this ARN, or the error that AWS gives: malformed, another account's, or never created. */
export function findTopic(state: SnsState, arn: string | undefined): Topic | SnsFault {
  const parts = (arn ?? '').split(':');
  if (parts.length !== 6 || parts[2] !== 'sns') {
    return invalidParameter(`TopicArn Reason: An ARN must have at least 6 elements, not ${parts.length}`);
  }
  const topic = state.topics.get(arn ?? '');
  if (topic !== undefined) return topic;
  if (parts[4] !== state.accountId) {
    return fault(
      'AuthorizationError',
      `User: arn:aws:iam::${state.accountId}:root is not authorized to perform this action on resource: ${arn}`,
      403,
    );
  }
  return fault('NotFound', 'Topic does not exist', 404);
}

/** CreateTopic: the same name again answers the same ARN. */
export function createTopic(state: SnsState, parameters: QueryParameters, region: string): SnsReply {
  const name = parameters.get('Name') ?? '';
  // FIFO topics cannot deliver e-mail or HTTPS; the sandbox has none, so their names are refused.
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) return invalidParameter('Topic Name');
  const attributes = mapParameter(parameters, 'Attributes.entry');
  const unknown = [...attributes.keys()].find((key) => !SETTABLE_TOPIC_ATTRIBUTES.has(key));
  if (unknown !== undefined) return invalidParameter(`Attributes Reason: Unknown attribute: ${unknown}`);
  const arn = `arn:aws:sns:${region}:${state.accountId}:${name}`;
  const existing = state.topics.get(arn);
  if (existing === undefined) state.topics.set(arn, { arn, name, attributes: new Map(attributes) });
  else if ([...attributes].some(([key, value]) => existing.attributes.get(key) !== value)) {
    return invalidParameter('Attributes Reason: Topic already exists with different attributes');
  }
  return success(element('TopicArn', arn));
}

/** DeleteTopic: takes the topic's subscriptions with it; deleting what is not there succeeds. */
export function deleteTopic(state: SnsState, parameters: QueryParameters): SnsReply {
  const topic = findTopic(state, parameters.get('TopicArn'));
  if ('ok' in topic) return topic.code === 'NotFound' ? success() : topic;
  state.topics.delete(topic.arn);
  for (const subscription of subscriptionsOf(state, topic.arn)) state.subscriptions.delete(subscription.arn);
  return success();
}

/** ListTopics: 100 to a page. */
export function listTopics(state: SnsState, parameters: QueryParameters): SnsReply {
  return page(
    'Topics',
    [...state.topics.values()].map((topic) => element('TopicArn', topic.arn)),
    parameters,
  );
}

/** GetTopicAttributes: what was set, and the figures that SNS adds. */
export function getTopicAttributes(state: SnsState, parameters: QueryParameters): SnsReply {
  const topic = findTopic(state, parameters.get('TopicArn'));
  if ('ok' in topic) return topic;
  const subscriptions = subscriptionsOf(state, topic.arn);
  const confirmed = subscriptions.filter((subscription) => subscription.confirmed).length;
  return success(
    attributesXml(
      new Map([
        ['TopicArn', topic.arn],
        ['Owner', state.accountId],
        ['DisplayName', ''],
        ['SubscriptionsConfirmed', String(confirmed)],
        ['SubscriptionsPending', String(subscriptions.length - confirmed)],
        ['SubscriptionsDeleted', '0'],
        ...topic.attributes,
      ]),
    ),
  );
}

/** SetTopicAttributes: one attribute a call. */
export function setTopicAttributes(state: SnsState, parameters: QueryParameters): SnsReply {
  const topic = findTopic(state, parameters.get('TopicArn'));
  if ('ok' in topic) return topic;
  const name = parameters.get('AttributeName') ?? '';
  if (!SETTABLE_TOPIC_ATTRIBUTES.has(name)) return invalidParameter('AttributeName');
  topic.attributes.set(name, parameters.get('AttributeValue') ?? '');
  return success();
}

/** All subscriptions of one topic, oldest first. */
export function subscriptionsOf(state: SnsState, topicArn: string): readonly Subscription[] {
  return [...state.subscriptions.values()].filter((subscription) => subscription.topicArn === topicArn);
}

/** One page of a list answer, 100 members long, with the token of the next. */
export function page(name: string, members: readonly string[], parameters: QueryParameters): SnsReply {
  const token = parameters.get('NextToken') ?? '0';
  if (!/^\d+$/.test(token)) return invalidParameter('NextToken');
  const start = Number(token);
  const shown = members.slice(start, start + PAGE).map((member) => `<member>${member}</member>`);
  const next = start + PAGE < members.length ? element('NextToken', String(start + PAGE)) : '';
  return success(`<${name}>${shown.join('')}</${name}>${next}`);
}
