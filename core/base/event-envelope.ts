import type { Json } from './canonical-json.ts';
import { isoTime } from './iso-time.ts';
import { sha256 } from './sha256.ts';

/** What is told on the bus, about whatever it is. */
export interface EventFacts<Type extends string> {
  /** What the event is told apart by, such as a change, a type, a revision: the same for the same event. */
  readonly identity: readonly (string | number)[];
  /** Its place among the events of the same subject, from 1. */
  readonly sequence: number;
  readonly detailType: Type;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  /** The review or the request that it belongs to. */
  readonly correlationId: string;
  readonly actor: { readonly type: 'approver' | 'principal' | 'system'; readonly id: string };
  readonly data: { readonly [name: string]: Json | undefined };
}

/** An event in its envelope, ready for the bus. */
export interface EnvelopedEvent<Type extends string = string> {
  /** The same for the same event, however often it is sent. */
  readonly eventId: string;
  readonly sequence: number;
  readonly detailType: Type;
  readonly detail: { readonly [name: string]: Json | undefined };
}

/** Puts an event of a change, a review or a request into its envelope, version 1.0. */
export function enveloped<Type extends string>(facts: EventFacts<Type>): EnvelopedEvent<Type> {
  const { actor, correlationId, data, detailType, identity, occurredAt, sequence } = facts;
  const eventId = `evt-${sha256(identity.join('|')).slice(0, 32)}`;
  return {
    eventId,
    sequence,
    detailType,
    detail: {
      version: '1.0',
      eventId,
      sequence,
      occurredAt: isoTime(occurredAt),
      correlationId,
      actor: { type: actor.type, id: actor.id },
      data,
    },
  };
}
