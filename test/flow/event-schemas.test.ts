import { describe, expect, test } from '@jest/globals';
import type { ChangeEvent, ChangeEventType } from '../../core/change/life/events.ts';
import { outboxEntry } from '../../core/change/life/outbox.ts';
import { eventSchemaFiles } from '../../core/message/events/event-schema-files.ts';
import { eventData } from '../../core/message/events/event-schemas.ts';
import { committedSchemas, unknownEvents } from './event-schemas.ts';
import { openStory } from './story.ts';

/** Everything that the bus may be told of a change, whatever its state. */
const bodies: readonly (Partial<ChangeEvent> & { readonly type: ChangeEventType })[] = [
  { type: 'proposed', expiresAt: 1 },
  { type: 'revised', expiresAt: 1, detail: 'fewer' },
  { type: 'approved', applyNotBefore: 1 },
  { type: 'rejected', approverId: 'ana', reason: 'no', notAgainBefore: 1 },
  { type: 'snoozed', approverId: 'ana', reason: 'later', until: 1 },
  { type: 'expired' },
  { type: 'superseded', reason: { code: 'TEXT_CHANGED', detail: 'edited' } },
  { type: 'cancelled', approverId: 'ana', reason: null },
  { type: 'applied', rollBackUntil: 1 },
  { type: 'apply-failed', failure: { code: 'AccessDenied', detail: 'no' } },
  { type: 'interrupted', detail: 'lost' },
  { type: 'resumed', approverId: 'ana', reason: 'it was not written' },
  { type: 'roll-back-failed', failure: { code: 'AccessDenied', detail: 'no' } },
  { type: 'drift-detected', detail: 'edited' },
  { type: 'asked', approverId: 'ana', question: 'who runs the bots?' },
  { type: 'handed-over', approverId: 'ana', toApproverId: 'bob', reason: 'Bob owns Lex' },
  {
    ...{ type: 'denied-access-observed', serviceNamespace: 'lex', accountId: '222222222222' },
    ...{ accountName: 'dev-1', attemptedAt: 1, region: null },
  },
  {
    ...{ type: 'denied-access-observed', serviceNamespace: 'lex', accountId: '222222222222' },
    ...{ accountName: 'dev-1', attemptedAt: 2, region: 'eu-west-1', action: 'lex:GetBot', count: 3 },
    ...{ principal: 'arn:aws:iam::222222222222:role/bot', firstAt: 1, quiet: true },
  },
  {
    ...{ type: 'came-under-denial', accountId: '333333333333', accountName: 'dev-3', how: 'moved' },
    ...{ used: [{ serviceNamespace: 'lex', lastAccessedAt: 1 }], unknown: ['dms'] },
  },
  {
    ...{ type: 'exemption-lifted', approverId: 'ana', exemptionId: 'exm-000000000001', service: 'lex' },
    ...{ entityId: 'ou-ex01-development', reason: 'the tests are over' },
  },
];

describe('the schemas of events', () => {
  test('those that are committed are those of the code', () => {
    expect(committedSchemas()).toEqual(eventSchemaFiles());
  });

  test('every event that a change may send has one, and is what it says', async () => {
    const story = await openStory();
    try {
      const id = await story.propose();
      const { record } = await story.load(id);
      const head = { at: 1, actor: { type: 'system', id: 'test' }, revision: 1 } as const;
      const seen = new Set<string>();
      for (const body of bodies) {
        const entry = outboxEntry(record, { ...head, ...body } as ChangeEvent);
        if (!entry) throw new Error(`${body.type} is not sent`);
        seen.add(entry.detailType);
        expect(unknownEvents([{ ...entry, id: '', eventBusName: '', source: '', time: '' }])).toEqual([]);
      }
      const ofReviews = [
        'Access Review Requested',
        'Access Review Completed',
        'Unused Services Found',
        'Unused Services Resolved',
      ];
      // What reviews of an account's IAM tell is checked where their stories are played.
      const ofOrganization = Object.keys(eventData).filter(
        (name) => !/^IAM |^Identity |^Unused Access /.test(name),
      );
      // A roll back says what became of each step, so it is checked where one is played; a request, where somebody asks.
      expect([...seen, ...ofReviews, 'SCP Change Rolled Back'].sort()).toEqual(ofOrganization.sort());
      expect(
        unknownEvents([{ ...story.eventsOf('SCP Change Proposed')[0], detail: {} } as never]),
      ).not.toEqual([]);
    } finally {
      await story.close();
    }
  });
});
