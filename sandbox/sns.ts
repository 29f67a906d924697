import type { Inbox } from './inbox.ts';
import type { Operation, SandboxService, WireRequest, WireResponse } from './service.ts';
import {
  fault,
  type QueryParameters,
  readQuery,
  refuseSns,
  respondSns,
  type SnsReply,
} from './sns-protocol.ts';
import { publish, publishBatch } from './sns-publish.ts';
import {
  confirmSubscription,
  getSubscriptionAttributes,
  listSubscriptions,
  listSubscriptionsByTopic,
  setSubscriptionAttributes,
  subscribe,
  unsubscribe,
} from './sns-subscriptions.ts';
import {
  createTopic,
  deleteTopic,
  getTopicAttributes,
  listTopics,
  type SnsState,
  setTopicAttributes,
} from './sns-topics.ts';

type TopicOperation = (state: SnsState, parameters: QueryParameters, region: string) => SnsReply;
type MailOperation = (state: SnsState, inbox: Inbox, parameters: QueryParameters) => SnsReply;

const TOPIC_OPERATIONS: Readonly<Record<string, TopicOperation>> = {
  CreateTopic: createTopic,
  DeleteTopic: deleteTopic,
  ListTopics: listTopics,
  GetTopicAttributes: getTopicAttributes,
  SetTopicAttributes: setTopicAttributes,
  GetSubscriptionAttributes: getSubscriptionAttributes,
  SetSubscriptionAttributes: setSubscriptionAttributes,
  ListSubscriptions: listSubscriptions,
  ListSubscriptionsByTopic: listSubscriptionsByTopic,
};

const MAIL_OPERATIONS: Readonly<Record<string, MailOperation>> = {
  Publish: publish,
  PublishBatch: publishBatch,
  Subscribe: subscribe,
};

type SignedOperation = (state: SnsState, parameters: QueryParameters, signed: boolean) => SnsReply;

const SIGNED_OPERATIONS: Readonly<Record<string, SignedOperation>> = {
  ConfirmSubscription: confirmSubscription,
  Unsubscribe: unsubscribe,
};

/** What SNS needs; it keeps no times of its own, the inbox stamps what arrives. */
export interface SnsOptions {
  readonly inbox: Inbox;
  readonly now?: () => Date;
  /** The account that owns the topics: twelve digits. */
  readonly accountId: string;
}

/** SNS (Query protocol 2010-03-31) of one account; what it delivers lands in the inbox. */
export function createSns({ inbox, accountId }: SnsOptions): SandboxService {
  const state: SnsState = { accountId, topics: new Map(), subscriptions: new Map() };
  return {
    identify: identifySns,
    answer: async (request, operation) => answer(state, inbox, request, operation),
    refuse: (_operation, error) => refuseSns(error),
    close: async () => {},
  };
}

function identifySns(request: WireRequest): Operation | null {
  const parameters = readQuery(request);
  return parameters === null ? null : { service: 'sns', name: parameters.get('Action') ?? '' };
}

function answer(state: SnsState, inbox: Inbox, request: WireRequest, operation: Operation): WireResponse {
  const parameters: QueryParameters = readQuery(request) ?? new Map();
  const mailOperation = MAIL_OPERATIONS[operation.name];
  if (mailOperation !== undefined) {
    return respondSns(operation.name, mailOperation(state, inbox, parameters));
  }
  const signedOperation = SIGNED_OPERATIONS[operation.name];
  if (signedOperation !== undefined) {
    return respondSns(operation.name, signedOperation(state, parameters, request.accessKeyId !== null));
  }
  const topicOperation = TOPIC_OPERATIONS[operation.name];
  if (topicOperation === undefined) {
    return refuseSns(fault('InvalidAction', `The action ${operation.name} is not valid for this endpoint.`));
  }
  return respondSns(operation.name, topicOperation(state, parameters, regionOf(request)));
}

function regionOf(request: WireRequest): string {
  const scope = /Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\//.exec(String(request.headers.authorization ?? ''));
  return scope?.[1] ?? 'us-east-1';
}
