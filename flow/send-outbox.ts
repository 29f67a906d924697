import type { OutboxStore } from '../adapters/outbox-ports.ts';
import type { EventBus, Topic } from '../adapters/ports.ts';
import type { ChangeStore } from '../adapters/store-ports.ts';
import { notUnderstood } from '../core/change/life/life.ts';
import type { OutboxEntry } from '../core/change/life/outbox.ts';
import { markSent, type StoredChange, unsentEvents } from '../core/change/life/stored-change.ts';
import { questionMessage } from '../core/message/telling/question-message.ts';

/** What sending needs. */
export interface SendPorts {
  readonly stores: { readonly changes: ChangeStore; readonly outbox: OutboxStore };
  readonly bus: EventBus;
  readonly topic: Topic;
}

type ChangePorts = Pick<SendPorts, 'bus' | 'topic'> & {
  readonly stores: Pick<SendPorts['stores'], 'changes'>;
};

/** What could not be sent this time: it stays in the outbox and is tried again. */
export interface SendReport {
  readonly sent: number;
  readonly failed: readonly { readonly what: string; readonly reason: string }[];
}

/** Sends every event and message that waits: of the given changes, or of all that have unsent events. One that fails delays no other. */
export async function sendOutbox(ports: SendPorts, changeIds?: readonly string[]): Promise<SendReport> {
  const failed: { what: string; reason: string }[] = [];
  let sent = await sendReviewEvents(ports, failed);
  const waiting = changeIds ?? (await ports.stores.changes.listUnsent()).map(({ id }) => id);
  const changes = await sendChanges(ports, waiting);
  sent += changes.sent;
  failed.push(...changes.failed);
  for (const message of await ports.stores.outbox.listMessages()) {
    try {
      await ports.topic.publish(message);
      await ports.stores.outbox.removeMessage(message.id);
      sent += 1;
    } catch (error) {
      failed.push({ what: `message of ${message.id}`, reason: reasonOf(error) });
    }
  }
  return { sent, failed };
}

/** Sends the events of these changes that wait, with the messages that belong to them, and nothing else. */
export async function sendChanges(ports: ChangePorts, changeIds: readonly string[]): Promise<SendReport> {
  const failed: { what: string; reason: string }[] = [];
  let sent = 0;
  for (const id of changeIds) {
    try {
      sent += await sendChangeEvents(ports, id, failed);
    } catch (error) {
      failed.push({ what: `events of ${id}`, reason: reasonOf(error) });
    }
  }
  return { sent, failed };
}

async function sendReviewEvents(
  { bus, stores }: SendPorts,
  failed: { what: string; reason: string }[],
): Promise<number> {
  const events = await stores.outbox.listEvents();
  const sent = await put(bus, events, failed);
  await stores.outbox.removeEvents(sent);
  return sent.length;
}

/** Another writer may be faster: then the events stay marked unsent and are sent once more; consumers drop repeats by event id. */
async function sendChangeEvents(
  { bus, stores, topic }: ChangePorts,
  id: string,
  failed: { what: string; reason: string }[],
): Promise<number> {
  const stored = await stores.changes.load(id);
  if (!stored) return 0;
  // Sent by the version that understands it: this one could not write that they were.
  const later = notUnderstood(stored.record);
  if (later !== null) throw new Error(later);
  const told = await tellQuestions(topic, stored, failed);
  const sent = await put(bus, told, failed);
  if (sent.length > 0) await stores.changes.save(markSent(stored, sent), stored.version);
  return sent.length;
}

/** Questions go to those who run the reviews as well. Answers the events that may go on the bus: one whose message could not be sent waits with it. */
async function tellQuestions(
  topic: Topic,
  stored: StoredChange,
  failed: { what: string; reason: string }[],
): Promise<readonly OutboxEntry[]> {
  const told: OutboxEntry[] = [];
  for (const event of unsentEvents(stored)) {
    const message = questionMessage(stored.record, event.sequence);
    try {
      if (message !== null) await topic.publish(message);
      told.push(event);
    } catch (error) {
      failed.push({ what: `message of ${event.eventId}`, reason: reasonOf(error) });
    }
  }
  return told;
}

async function put(
  bus: EventBus,
  events: readonly {
    readonly eventId: string;
    readonly detailType: string;
    readonly detail: Readonly<Record<string, unknown>>;
  }[],
  failed: { what: string; reason: string }[],
): Promise<readonly string[]> {
  if (events.length === 0) return [];
  try {
    const refused = await bus.put(events);
    for (const { index, code, message } of refused)
      failed.push({ what: `event ${events[index]?.eventId}`, reason: `${code}: ${message}` });
    const notTaken = new Set(refused.map(({ index }) => index));
    return events.filter((_, index) => !notTaken.has(index)).map(({ eventId }) => eventId);
  } catch (error) {
    for (const { eventId } of events) failed.push({ what: `event ${eventId}`, reason: reasonOf(error) });
    return [];
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
