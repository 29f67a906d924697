import type { Links } from '../links/links.ts';
import type { ChangeEvent } from './events.ts';
import { type ChangeRecord, evolve } from './life.ts';
import { type OutboxEntry, outboxEntry } from './outbox.ts';

/** A change as it is kept: one item with its history, its links and the events that wait to be sent, written by one conditional write. */
export interface StoredChange {
  readonly record: ChangeRecord;
  readonly links: Links;
  readonly outbox: readonly OutboxEntry[];
  /** The version that was read, 0 before the first write; the store counts it up with each write. */
  readonly version: number;
}

/** A change that was never stored, from the events that begin it. */
export function beginChange(events: readonly [ChangeEvent, ...ChangeEvent[]]): StoredChange {
  const [first, ...others] = events;
  const record = evolve(null, first);
  return appendEvents({ record, links: {}, outbox: entriesOf(record, first), version: 0 }, others);
}

/** The change after more events, with what the bus must be told about them in its outbox. Throws if an event may not happen now. */
export function appendEvents(stored: StoredChange, events: readonly ChangeEvent[]): StoredChange {
  let { record, outbox } = stored;
  for (const event of events) {
    record = evolve(record, event);
    outbox = [...outbox, ...entriesOf(record, event)];
  }
  return { ...stored, record, outbox };
}

/** The events that wait to be sent, oldest first. */
export function unsentEvents(stored: StoredChange): readonly OutboxEntry[] {
  return stored.outbox;
}

/** The change without the events that were sent. */
export function markSent(stored: StoredChange, eventIds: readonly string[]): StoredChange {
  return { ...stored, outbox: stored.outbox.filter(({ eventId }) => !eventIds.includes(eventId)) };
}

/** The change with other links. */
export function withLinks(stored: StoredChange, links: Links): StoredChange {
  return { ...stored, links };
}

function entriesOf(record: ChangeRecord, event: ChangeEvent): readonly OutboxEntry[] {
  const entry = outboxEntry(record, event);
  return entry ? [entry] : [];
}
