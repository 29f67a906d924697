import { describe, expect, test } from '@jest/globals';
import { type EventEffects, eventEffects } from '../../core/change/life/event-effects.ts';
import { busEvents } from '../../core/change/life/outbox.ts';
import { eventData } from '../../core/message/events/event-schemas.ts';
import { type EventMessages, eventMessages } from '../../core/message/views/event-messages.ts';

const { expired: _effect, ...otherEffects } = eventEffects;
// @ts-expect-error a table of effects that misses an event does not compile
const effects: EventEffects = otherEffects;

const { expired: _message, ...otherMessages } = eventMessages;
// @ts-expect-error a table of messages that misses an event does not compile
const messages: EventMessages = otherMessages;

const { expired: _told, ...otherTold } = busEvents;
// @ts-expect-error a table of events on the bus that misses an event does not compile
const told: typeof busEvents = otherTold;

const { 'SCP Change Expired': _schema, ...otherSchemas } = eventData;
// @ts-expect-error a table of schemas that misses a detail type does not compile
const schemas: typeof eventData = otherSchemas;

describe('the tables of events', () => {
  test('all know the same events', () => {
    const types = Object.keys(eventEffects).sort();
    expect(Object.keys(busEvents).sort()).toEqual(types);
    expect(Object.keys(eventMessages).sort()).toEqual(types);
    for (const table of [effects, messages, told]) expect(Object.keys(table)).not.toContain('expired');
    expect(Object.keys(schemas)).not.toContain('SCP Change Expired');
  });

  test('every detail type of a change has a schema', () => {
    for (const entry of Object.values(busEvents))
      if (entry !== 'stays inside')
        expect(Object.keys(eventData)).toContain(
          `${entry.name === 'Denied Access Observed' ? '' : 'SCP '}${entry.name}`,
        );
  });
});
