import { eventEffects } from './event-effects.ts';
import type { ChangeEvent, ChangeEventType } from './events.ts';

/** An event as it is stored: its type and its head, and what belongs to the type. */
export type StoredEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** Whether this version knows events of a type. */
export function isKnownType(type: string): type is Exclude<ChangeEventType, 'unknown'> {
  return type !== 'unknown' && Object.hasOwn(eventEffects, type);
}

/** A stored event of a type that a later version has introduced: kept whole, with the head that every event has. */
export function unknownEvent(stored: StoredEvent, before: ChangeEvent | undefined): ChangeEvent {
  const { actor, at, revision, type: name } = stored;
  const head = { at, actor, revision } as Pick<ChangeEvent, 'at' | 'actor' | 'revision'>;
  return {
    type: 'unknown',
    name,
    stored,
    at: typeof at === 'number' ? at : (before?.at ?? 0),
    actor: typeof actor === 'object' && actor !== null ? head.actor : { type: 'system', id: 'unknown' },
    revision: typeof revision === 'number' ? revision : (before?.revision ?? 1),
  };
}
