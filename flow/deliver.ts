import type { Clock, Messenger } from '../adapters/ports.ts';
import type { Failure } from '../core/change/life/events.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';
import { changeMail } from '../core/message/mails/change-mail.ts';
import { digestMail } from '../core/message/mails/digest-mail.ts';
import type { SlackMessage } from '../core/message/slack/block-kit.ts';
import { digestSlackMessage } from '../core/message/slack/digest-slack.ts';
import type { QNotification } from '../core/message/slack/q-kit.ts';
import { qDigest, qNotification } from '../core/message/slack/q-notification.ts';
import { closedSlackMessage, isUrgent, slackMessage } from '../core/message/slack/slack-blocks.ts';
import {
  expiredMail,
  expiredNotification,
  expiredSlackMessage,
} from '../core/message/telling/expired-digest.ts';
import type { DueNotice } from '../core/message/telling/notices.ts';
import { type Thread, threadOf } from '../core/message/telling/thread.ts';
import type { ChangeView } from '../core/message/views/change-view.ts';
import { oneLine, type Message as PlainMessage } from '../core/message/words/plain-text.ts';

/** A notice of one change with the link of its reader, a secret, or null where there is nothing to do. */
export interface ClaimedNotice extends DueNotice {
  readonly record: ChangeRecord;
  readonly view: ChangeView;
  readonly url: string | null;
  /** Where there is no page: what the reader may type instead, one command a line. */
  readonly commands?: readonly string[];
  /** Whether the message has the button by which the change is decided on in Slack. */
  readonly reviews?: boolean;
}

/** One message to one reader: a notice, or several questions in one. */
export type Message = readonly [ClaimedNotice, ...ClaimedNotice[]];

/** What became of one message. */
export interface Delivery {
  readonly message: Message;
  /** When it was sent, or failed: epoch milliseconds. */
  readonly at: number;
  /** Null: it was taken. */
  readonly failure: Failure | null;
  /** Where a message is that can be answered and changed later, or null. */
  readonly reference: string | null;
}

/** Sends one message; never throws. News go into the thread of the bot's message that asked; that one is struck out then, and has no link any more, unless it asks about other changes too. */
export async function deliver(messenger: Messenger, clock: Clock, message: Message): Promise<Delivery> {
  try {
    const reference = await send(messenger, message);
    const delivery = { message, at: clock.now(), failure: null, reference };
    const [{ recipient }] = message;
    if (recipient.address.by === 'bot') for (const notice of message) await closeEarlier(messenger, notice);
    return delivery;
  } catch (error) {
    return { message, at: clock.now(), failure: failureOf(error, message), reference: null };
  }
}

async function send(messenger: Messenger, message: Message): Promise<string | null> {
  const [notice] = message;
  const { address, approver } = notice.recipient;
  const isDigest = message.length > 1;
  switch (address.by) {
    case 'topic':
      if (approver === null) throw new Error('a personal topic belongs to a person');
      await messenger.mail(
        address.topicArn,
        isDigest ? joinedMail(message, approver) : changeMail({ ...notice, to: approver }),
      );
      return null;
    case 'webhook':
      await messenger.postToWebhook(address.place, slackText(message));
      return null;
    case 'amazon-q':
      await messenger.notifyChannel(
        address.topicArn,
        isDigest ? joinedNotification(message) : qNotification(notice.kind, notice.view, notice.commands),
      );
      return null;
    case 'bot':
      return sendByBot(messenger, address.to, message);
  }
}

function slackText(message: Message): SlackMessage {
  const [notice] = message;
  if (message.length === 1) return slackMessage(notice);
  return notice.kind === 'expired' ? expiredSlackMessage(message) : digestSlackMessage(message);
}

function joinedMail(message: Message, to: { readonly email: string }): PlainMessage {
  return message[0].kind === 'expired' ? expiredMail(message) : digestMail(message, to);
}

function joinedNotification(message: Message): QNotification {
  return message[0].kind === 'expired' ? expiredNotification(message) : qDigest(message);
}

/** Questions are messages of their own, where nobody overlooks them; news answer them. Null: it is an answer, which nothing is answered to. */
async function sendByBot(messenger: Messenger, to: string, message: Message): Promise<string | null> {
  const [notice] = message;
  const thread = answered(notice);
  if (thread !== null) {
    const news = { ...slackText(message), reply_broadcast: isUrgent(notice.kind) };
    if (await messenger.replyAsBot(thread.reference, news)) return null;
  }
  return messenger.postAsBot(to, slackText(message));
}

/** The thread that a notice goes into, or null: a question stands by itself. */
function answered({ kind, recipient, record }: ClaimedNotice): Thread | null {
  return kind === 'decide' || kind === 'reminder' ? null : threadOf(record, recipient);
}

/** Tidying up is no part of telling: whichever link somebody follows, he decides once, and the page says how it stands. */
async function closeEarlier(
  messenger: Messenger,
  { kind, recipient, record, view }: ClaimedNotice,
): Promise<void> {
  const earlier = threadOf(record, recipient);
  // What was asked is still asked.
  if (earlier === null || earlier.isShared || kind === 'approval') return;
  await messenger
    .replaceAsBot(earlier.reference, closedSlackMessage(view, earlier.revision))
    .catch(() => undefined);
}

function failureOf(error: unknown, message: Message): Failure {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  const isOfSubscription = typeof code === 'string' && code.endsWith('_SUBSCRIPTION');
  return { code: isOfSubscription ? code : 'NOT_SENT', detail: reasonOf(error, message) };
}

/** Why it was not sent, for the history and the page: without whatever looks like an address or a token. */
function reasonOf(error: unknown, message: Message): string {
  let text = error instanceof Error ? error.message : String(error);
  for (const { url } of message) if (url !== null) text = text.replaceAll(url, '[link]');
  return oneLine(text.replace(/https?:\/\/\S+/g, '[address]').replace(/[A-Za-z0-9_-]{43,}/g, '[…]'), 300);
}
