import { randomUUID } from 'node:crypto';
import type { Inbox } from './inbox.ts';
import { passesFilter, readFilterPolicy } from './sns-filter.ts';
import { MOST_MESSAGE_BYTES, readMessage, type SnsMessage } from './sns-message.ts';
import {
  element,
  fault,
  invalidParameter,
  listParameter,
  type QueryParameters,
  type SnsReply,
  success,
} from './sns-protocol.ts';
import { findTopic, type SnsState, type Subscription, subscriptionsOf } from './sns-topics.ts';

const MOST_BATCH_ENTRIES = 10;

/** Publish to a topic: one message in the inbox per subscription whose filter it passes. */
export function publish(state: SnsState, inbox: Inbox, parameters: QueryParameters): SnsReply {
  const arn = parameters.get('TopicArn') ?? parameters.get('TargetArn');
  if (arn === undefined)
    return invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
  const topic = findTopic(state, arn);
  if ('ok' in topic) return topic;
  const message = readMessage(parameters);
  if ('ok' in message) return message;
  deliver(state, inbox, topic.arn, message);
  return success(element('MessageId', randomUUID()));
}

/** PublishBatch: at most ten messages; a bad one fails alone. */
export function publishBatch(state: SnsState, inbox: Inbox, parameters: QueryParameters): SnsReply {
  const topic = findTopic(state, parameters.get('TopicArn'));
  if ('ok' in topic) return topic;
  const entries = listParameter(parameters, 'PublishBatchRequestEntries.member');
  const problem = batchProblem(entries);
  if (problem !== null) return problem;
  const messages = entries.map((entry) => ({ id: entry.get('Id') ?? '', message: readMessage(entry) }));
  const bytes = messages.reduce((sum, { message }) => sum + ('ok' in message ? 0 : message.bytes), 0);
  if (bytes > MOST_MESSAGE_BYTES) {
    return fault(
      'BatchRequestTooLong',
      'The length of all the messages put together is more than the limit.',
    );
  }
  let successful = '';
  let failed = '';
  for (const { id, message } of messages) {
    if ('ok' in message) {
      const reason =
        element('Code', message.code) + element('Message', message.message) + element('SenderFault', 'true');
      failed += `<member>${element('Id', id)}${reason}</member>`;
      continue;
    }
    deliver(state, inbox, topic.arn, message);
    successful += `<member>${element('Id', id)}${element('MessageId', randomUUID())}</member>`;
  }
  return success(`<Successful>${successful}</Successful><Failed>${failed}</Failed>`);
}

function batchProblem(entries: readonly QueryParameters[]): SnsReply | null {
  if (entries.length === 0)
    return fault('EmptyBatchRequest', 'The batch request does not contain any entries.');
  if (entries.length > MOST_BATCH_ENTRIES) {
    return fault('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  }
  const ids = entries.map((entry) => entry.get('Id') ?? '');
  if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    return fault(
      'InvalidBatchEntryId',
      'The Id of a batch entry in a batch request does not abide by the specification.',
    );
  }
  if (new Set(ids).size < ids.length) {
    return fault('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  return null;
}

function deliver(state: SnsState, inbox: Inbox, topicArn: string, message: SnsMessage): void {
  const subscriptions = subscriptionsOf(state, topicArn);
  if (subscriptions.length === 0) {
    inbox.record({
      channel: 'sns',
      to: topicArn,
      subject: message.subject ?? '',
      text: textFor('default', message),
    });
    return;
  }
  for (const subscription of subscriptions) {
    if (!subscription.confirmed || !wants(subscription, message)) continue;
    inbox.record({
      channel: subscription.protocol,
      to: subscription.endpoint,
      // SNS puts its own subject on an e-mail that was published without one.
      subject:
        message.subject ?? (subscription.protocol.startsWith('email') ? 'AWS Notification Message' : ''),
      text: textFor(subscription.protocol, message),
    });
  }
}

function wants(subscription: Subscription, message: SnsMessage): boolean {
  const text = subscription.attributes.get('FilterPolicy');
  return text === undefined || passesFilter(readFilterPolicy(text).policy, message.attributes);
}

function textFor(protocol: string, message: SnsMessage): string {
  return message.texts.get(protocol) ?? message.texts.get('default') ?? '';
}
