import type { OutboxStore, PendingEvent, PendingMessage } from '../outbox-ports.ts';
import { itemsByStatus, type Key, putItem, removeItem } from './store-access.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import { packed, unpacked } from './store-items.ts';
import type { Table } from './store-table.ts';

type Kind = 'event' | 'message';

/** Keeps a review's events and message as items of their own (`OUTBOX#id`), found by the status index and removed once sent. */
export function createOutboxStore(table: Table): OutboxStore {
  const put = async (id: string, kind: Kind, body: unknown, updatedAt: number): Promise<void> => {
    const head = { ...keyOf(id), statusKey: `OUTBOX#${kind}`, updatedAt };
    await putItem(table, { ...head, ...formatAttribute(kind), body: packed(body) });
  };
  const list = async (kind: Kind): Promise<readonly unknown[]> => {
    const items = await itemsByStatus(table, `OUTBOX#${kind}`);
    return items.map((item) => upToDate(kind, item, unpacked(item.body)));
  };
  const remove = (id: string): Promise<void> => removeItem(table, keyOf(id));
  return {
    putEvents: async (events, now) => {
      for (const event of events) await put(event.eventId, 'event', event, now);
    },
    listEvents: async () => ((await list('event')) as PendingEvent[]).sort(byReviewAndSequence),
    removeEvents: async (eventIds) => {
      for (const id of eventIds) await remove(id);
    },
    putMessage: (message, now) => put(message.id, 'message', message, now),
    listMessages: async () => (await list('message')) as PendingMessage[],
    removeMessage: remove,
  };
}

function keyOf(id: string): Key {
  return { pk: `OUTBOX#${id}`, sk: 'OUTBOX' };
}

function byReviewAndSequence(a: PendingEvent, b: PendingEvent): number {
  const [first, second] = [String(a.detail.correlationId), String(b.detail.correlationId)];
  return first === second ? a.sequence - b.sequence : first < second ? -1 : 1;
}
