import type { Clock, Messenger } from '../adapters/ports.ts';
import type { ChangeEvent, Failure } from '../core/change/life/events.ts';
import { changeMail } from '../core/message/change-mail.ts';
import type { ChangeView } from '../core/message/change-view.ts';
import type { DueNotice } from '../core/message/notices.ts';
import { oneLine } from '../core/message/plain-text.ts';
import { qNotification } from '../core/message/q-notification.ts';
import { closedSlackMessage, slackMessage } from '../core/message/slack-blocks.ts';

/** A notice with the link of its reader, a secret, or null where there is nothing to do. */
export interface ClaimedNotice extends DueNotice {
  readonly url: string | null;
  /** Where there is no page: what the reader may type instead, one command a line. */
  readonly commands?: readonly string[];
}

/** What became of one notice. */
export interface Delivery {
  readonly notice: ClaimedNotice;
  /** When it was sent, or failed: epoch milliseconds. */
  readonly at: number;
  /** Null: it was taken. */
  readonly failure: Failure | null;
  /** Where a message is that can be changed later, or null. */
  readonly reference: string | null;
}

/** Sends one notice; never throws. A message of the bot takes the place of the one before it: that one is struck out and has no link any more. */
export async function deliver(
  messenger: Messenger,
  clock: Clock,
  notice: ClaimedNotice,
  view: ChangeView,
  history: readonly ChangeEvent[],
): Promise<Delivery> {
  try {
    const reference = await send(messenger, notice, view);
    const delivery = { notice, at: clock.now(), failure: null, reference };
    if (reference !== null) await closeEarlier(messenger, notice, view, history);
    return delivery;
  } catch (error) {
    return { notice, at: clock.now(), failure: failureOf(error, notice), reference: null };
  }
}

async function send(
  messenger: Messenger,
  { commands = [], kind, recipient, url }: ClaimedNotice,
  view: ChangeView,
): Promise<string | null> {
  const { address, approver } = recipient;
  switch (address.by) {
    case 'topic':
      if (approver === null) throw new Error('a personal topic belongs to a person');
      await messenger.mail(address.topicArn, changeMail({ kind, view, to: approver, url, commands }));
      return null;
    case 'webhook':
      await messenger.postToWebhook(address.place, slackMessage({ kind, view, url, commands }));
      return null;
    case 'amazon-q':
      await messenger.notifyChannel(address.topicArn, qNotification(kind, view, commands));
      return null;
    case 'bot':
      return messenger.postAsBot(address.to, slackMessage({ kind, view, url, commands }));
  }
}

/** Tidying up is no part of telling: whichever link somebody follows, he decides once, and the page says how it stands. */
async function closeEarlier(
  messenger: Messenger,
  { recipient }: ClaimedNotice,
  view: ChangeView,
  history: readonly ChangeEvent[],
): Promise<void> {
  const earlier = history.findLast(
    (event) =>
      event.type === 'notified' &&
      event.approverId === recipient.id &&
      event.channel === recipient.channel &&
      event.reference !== undefined,
  );
  if (earlier?.type !== 'notified' || earlier.reference === undefined) return;
  await messenger
    .replaceAsBot(earlier.reference, closedSlackMessage(view, earlier.revision))
    .catch(() => undefined);
}

function failureOf(error: unknown, notice: ClaimedNotice): Failure {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  const isOfSubscription = typeof code === 'string' && code.endsWith('_SUBSCRIPTION');
  return { code: isOfSubscription ? code : 'NOT_SENT', detail: reasonOf(error, notice) };
}

/** Why it was not sent, for the history and the page: without whatever looks like an address or a token. */
function reasonOf(error: unknown, { url }: ClaimedNotice): string {
  const text = error instanceof Error ? error.message : String(error);
  const withoutLink = url === null ? text : text.replaceAll(url, '[link]');
  return oneLine(
    withoutLink.replace(/https?:\/\/\S+/g, '[address]').replace(/[A-Za-z0-9_-]{43,}/g, '[…]'),
    300,
  );
}
