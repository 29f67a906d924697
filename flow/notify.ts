import type { Clock, Messenger } from '../adapters/ports.ts';
import type { ChangeStore } from '../adapters/store-ports.ts';
import type { EventBody } from '../core/change/events.ts';
import { mint } from '../core/change/links.ts';
import { appendEvents, type StoredChange, withLinks } from '../core/change/stored-change.ts';
import type { Configuration } from '../core/configuration.ts';
import { changeMail } from '../core/message/change-mail.ts';
import { changeView } from '../core/message/change-view.ts';
import { type DueNotice, dueNotices } from '../core/message/notices.ts';
import { qNotification } from '../core/message/q-notification.ts';
import { slackMessage } from '../core/message/slack-blocks.ts';

/** What telling people needs. */
export interface NotifyPorts {
  readonly stores: { readonly changes: ChangeStore };
  readonly messenger: Messenger;
  readonly clock: Clock;
  readonly configuration: Configuration;
  /** Where the approval page is reached, without a trailing slash. */
  readonly pageUrl: string;
  /** 32 random bytes for a fresh link. */
  readonly newToken: () => Uint8Array;
}

/** How one notice fared. */
export interface NotifyReport {
  readonly changeId: string;
  readonly approverId: string;
  readonly channel: string;
  readonly purpose: string;
  /** Null: it was taken. */
  readonly failure: string | null;
}

/** How often a write that lost a race is tried again. */
const attempts = 10;

/**
 * Sends every notice that is due for a change, each by itself: one stuck channel is bounded in time and delays no other
 * person's. A token is minted right before it is sent and only its hash is stored, before the message goes out.
 */
export async function notify(ports: NotifyPorts, changeId: string): Promise<readonly NotifyReport[]> {
  const change = await ports.stores.changes.load(changeId);
  if (!change) return [];
  const due = dueNotices(change.record, ports.configuration, ports.clock.now());
  const reports: NotifyReport[] = [];
  for (const notice of due) {
    const { approver, channel, purpose } = notice;
    const failure = await deliver(ports, changeId, notice);
    if (failure !== 'overtaken')
      reports.push({ changeId, approverId: approver.id, channel, purpose, failure });
  }
  if (due.length > 0) await tellChannels(ports, changeId, due);
  return reports;
}

async function deliver(ports: NotifyPorts, changeId: string, notice: DueNotice): Promise<string | null> {
  const url = await mintLink(ports, changeId, notice);
  if (url === 'overtaken') return 'overtaken';
  const change = await ports.stores.changes.load(changeId);
  if (!change) return 'overtaken';
  const { approver, channel, kind, purpose } = notice;
  const view = changeView(change.record, { now: ports.clock.now(), configuration: ports.configuration });
  let failure: string | null = null;
  try {
    await send(ports, notice, {
      mail: changeMail({ kind, view, to: approver, url }),
      slack: slackMessage({ kind, view, url }),
    });
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const head = { approverId: approver.id, channel };
  await note(
    ports,
    changeId,
    failure === null
      ? { type: 'notified', ...head, purpose }
      : { type: 'notify-failed', ...head, failure: { code: 'NOT_SENT', detail: failure } },
  );
  return failure;
}

/** Stores the hash of a fresh token and answers the link; `overtaken` if the notice is no longer due by then. */
async function mintLink(
  ports: NotifyPorts,
  changeId: string,
  notice: DueNotice,
): Promise<string | null | 'overtaken'> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const change = await ports.stores.changes.load(changeId);
    const now = ports.clock.now();
    const stillDue =
      change && dueNotices(change.record, ports.configuration, now).some((other) => isSame(other, notice));
    if (!stillDue) return 'overtaken';
    if (!notice.link) return null;
    const { purpose, expiresAt } = notice.link;
    const link = {
      approverId: notice.approver.id,
      revision: change.record.revision,
      purpose,
      channel: notice.channel,
      expiresAt,
    };
    const { links, token } = mint(change.links, link, ports.newToken(), now);
    if ((await ports.stores.changes.save(withLinks(change, links), change.version)) === 'saved') {
      return `${ports.pageUrl}/changes/${changeId}?token=${token}`;
    }
  }
  return 'overtaken';
}

function isSame(a: DueNotice, b: DueNotice): boolean {
  return a.approver.id === b.approver.id && a.channel === b.channel && a.purpose === b.purpose;
}

async function send(
  { configuration, messenger }: NotifyPorts,
  { approver, channel }: DueNotice,
  messages: { readonly mail: { readonly subject: string; readonly text: string }; readonly slack: object },
): Promise<void> {
  if (channel === 'email') {
    const topicArn = configuration.email?.topics[approver.id];
    if (!topicArn) throw new Error(`there is no topic for ${approver.id}`);
    return messenger.mail(topicArn, messages.mail);
  }
  const webhook = configuration.slack?.channels?.[approver.id];
  if (webhook) return messenger.postToWebhook(webhook, messages.slack);
  if (approver.slackUserId === undefined) throw new Error(`there is no Slack user for ${approver.id}`);
  return messenger.postToUser(approver.slackUserId, messages.slack);
}

/** Shared channels hear of it once, without a link: what a link proves is who got it. */
async function tellChannels(
  { clock, configuration, messenger, stores }: NotifyPorts,
  changeId: string,
  due: readonly DueNotice[],
): Promise<void> {
  const change = await stores.changes.load(changeId);
  const [first] = due;
  const toldBefore =
    change?.record.history.filter((event) => event.type === 'notified' && event.purpose === first?.purpose)
      .length ?? 0;
  if (!change || !first || toldBefore > due.length) return;
  const view = changeView(change.record, { now: clock.now(), configuration });
  const webhooks = sharedWebhooks(change, configuration);
  const topicArn = configuration.slack?.amazonQTopicArn;
  await Promise.allSettled([
    ...webhooks.map((url) =>
      messenger.postToWebhook(url, slackMessage({ kind: first.kind, view, url: null })),
    ),
    ...(topicArn ? [messenger.notifyChannel(topicArn, qNotification(view))] : []),
  ]);
}

/** The webhook of the OU that holds the targets, or of one above it; else the one for all. */
function sharedWebhooks(
  { record: { content, targetPaths } }: StoredChange,
  { approvers, slack }: Configuration,
): readonly string[] {
  if (!slack) return [];
  const places = new Set([content.confirm, ...Object.values(targetPaths).flatMap((path) => path.split('/'))]);
  const people = new Set(approvers.map((approver) => approver.id));
  const own = Object.entries(slack.channels ?? {}).filter(([key]) => !people.has(key) && places.has(key));
  if (own.length > 0) return own.map(([, url]) => url);
  return slack.webhookUrl ? [slack.webhookUrl] : [];
}

async function note(ports: NotifyPorts, changeId: string, body: EventBody): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const change = await ports.stores.changes.load(changeId);
    if (!change) return;
    const at = Math.max(ports.clock.now(), change.record.history.at(-1)?.at ?? 0);
    const event = {
      at,
      actor: { type: 'system' as const, id: 'notify' },
      revision: change.record.revision,
      ...body,
    };
    if ((await ports.stores.changes.save(appendEvents(change, [event]), change.version)) === 'saved') return;
  }
}
