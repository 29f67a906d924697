import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changeDigest } from '../../core/change/content/digest.ts';
import { cancel, requestRollBack } from '../../core/change/deciding/cancel-or-roll-back.ts';
import { type ActContext, decide } from '../../core/change/deciding/decide.ts';
import type { ChangeEvent, EventBody } from '../../core/change/life/events.ts';
import {
  approvalsOf,
  type ChangeRecord,
  evolve,
  hasEnded,
  mayHappen,
  replay,
} from '../../core/change/life/life.ts';
import { changeStatuses } from '../../core/change/life/state.ts';
import { appendEvents, beginChange, unsentEvents } from '../../core/change/life/stored-change.ts';
import type { Channel } from '../../core/change/links/links.ts';
import { content, hour, proposal, start, starterNamed, system } from '../change/samples.ts';

const people = ['ana', 'bob', 'cleo'] as const;
const starters = [null, 'unknown', ...people] as const;
const channels: readonly Channel[] = ['email', 'slack', 'iam'];

type Command =
  | { readonly kind: 'decide'; readonly decision: string; readonly stale: boolean; readonly by: PersonOf }
  | { readonly kind: 'cancel' | 'roll-back'; readonly by: PersonOf }
  | { readonly kind: 'system'; readonly pick: number }
  | { readonly kind: 'propose-again' };
type PersonOf = { readonly id: string; readonly channel: Channel; readonly inScope: boolean };

const person = fc.record({
  id: fc.constantFrom(...people),
  channel: fc.constantFrom(...channels),
  inScope: fc.integer({ min: 0, max: 9 }).map((roll) => roll > 0),
});
const failure = { code: 'AccessDeniedException', detail: 'no' };
const steps = [0, 1] as const;
// In the order of a life that goes well, so that the last one possible leads onward.
const systemBodies: readonly EventBody[] = [
  { type: 'expired' },
  { type: 'superseded', reason: failure },
  { type: 'reminder-sent', approverIds: ['ana'] },
  { type: 'noted', code: 'FAST_POST', detail: '' },
  { type: 'apply-failed', failure },
  { type: 'interrupted', detail: '' },
  { type: 'roll-back-failed', failure },
  ...steps.flatMap((step): readonly EventBody[] => [
    { type: 'step-sending', step },
    { type: 'step-done', step, policyId: null },
    { type: 'step-refused', step, failure },
    { type: 'roll-back-step-sending', step },
    { type: 'roll-back-step-refused', step, failure },
    { type: 'roll-back-step-done', step, outcome: 'restored', detail: '' },
  ]),
  { type: 'resumed', approverId: 'ana', reason: 'not written' },
  { type: 'apply-started' },
  { type: 'applied', rollBackUntil: start + 1000 * hour },
  { type: 'rolled-back' },
];
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      decision: fc.constantFrom(
        ...['approve', 'approve', 'approve', 'reject', 'snooze', 'exempt', 'narrow', 'nonsense'],
      ),
      stale: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 0),
      by: person,
    }),
  },
  fc.record({ kind: fc.constantFrom('cancel' as const, 'roll-back' as const), by: person }),
  { weight: 6, arbitrary: fc.nat().map((pick) => ({ kind: 'system' as const, pick })) },
  fc.constant({ kind: 'propose-again' as const }),
);

/** What the product would do with a command: the events, or none where it is refused or may not happen. */
function eventsOf(record: ChangeRecord, asked: Command, now: number): readonly ChangeEvent[] {
  if (asked.kind === 'system') {
    const all = systemBodies.map(
      (body): ChangeEvent => ({ ...body, at: now, actor: system, revision: record.revision }),
    );
    const possible = all.filter((event) => mayHappen(record, event));
    const chosen =
      asked.pick % 2 === 0 ? possible.at(-1) : possible[Math.floor(asked.pick / 2) % possible.length];
    return chosen ? [chosen] : [];
  }
  if (asked.kind === 'propose-again') {
    const next = { ...record.content, revision: record.revision + 1 };
    const proposed = { ...next, digest: changeDigest(next) };
    if (hasEnded(record))
      return [proposal(proposed, starterNamed(starters[next.revision % starters.length] ?? null), now)];
    return record.state.status === 'proposed'
      ? [{ ...proposal(proposed, undefined, now), type: 'revised', detail: 'as reviewed again' }]
      : [];
  }
  const { id, channel, inScope } = asked.by;
  const context: ActContext = {
    now,
    approvers: [],
    identityCenterRoles: [],
    channel,
    actor: { type: 'approver', id },
    approver: { id, scopes: inScope ? [] : ['ou-ex01-production'] },
  };
  if (asked.kind === 'cancel') return eventsIn(cancel(record, {}, context));
  if (asked.kind === 'roll-back') return eventsIn(requestRollBack(record, { reason: 'needed' }, context));
  if (asked.kind !== 'decide') return [];
  const input = {
    decision: asked.decision,
    digest: asked.stale ? '0'.repeat(64) : record.content.digest,
    confirm: 'Development',
    reason: 'because',
    until: new Date(now + 48 * hour).toISOString(),
    services: ['lex'],
    keep: ['dms'],
  };
  return eventsIn(
    decide(record, input, {
      ...context,
      coolingMinutes: 1,
      rejectionDays: 90,
      requireProven: [],
    }),
  );
}

function eventsIn(result: {
  readonly ok: boolean;
  readonly value?: readonly ChangeEvent[];
}): readonly ChangeEvent[] {
  return result.value ?? [];
}

const life = fc.record({
  requiredApprovals: fc.constantFrom(1, 1, 2, 3),
  startedBy: fc.constantFrom(...starters),
  commands: fc.array(fc.tuple(command, fc.integer({ min: 0, max: 6 })), { maxLength: 60, size: 'max' }),
});

function live(
  { requiredApprovals, startedBy, commands }: typeof life extends fc.Arbitrary<infer Life> ? Life : never,
  watch: (before: ChangeRecord, after: ChangeRecord, events: readonly ChangeEvent[], asked: Command) => void,
): ChangeRecord {
  let record = replay([proposal(content({ requiredApprovals }), starterNamed(startedBy))]);
  let now = start;
  for (const [asked, hours] of commands) {
    now += hours * hour;
    const events = eventsOf(record, asked, now);
    const after = events.reduce(evolve, record);
    watch(record, after, events, asked);
    record = after;
  }
  return record;
}

describe('whatever people and the product do with a change', () => {
  test('its history tells all of it', () => {
    fc.assert(
      fc.property(life, (lived) => {
        const record = live(lived, () => undefined);
        expect(replay(record.history)).toEqual(record);
        expect(replay(JSON.parse(JSON.stringify(record.history)))).toEqual(record);
      }),
    );
  });

  test('a decision that is taken can always be recorded, and one that is refused changes nothing', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(life, (lived) => {
        live(lived, (before, after, events) => {
          seen.add(after.state.status);
          if (events.length === 0) expect(after).toBe(before);
          else expect(after.history).toEqual([...before.history, ...events]);
        });
      }),
      { numRuns: process.env.LONG ? 4_000 : 100, seed: 7 },
    );
    // The law would be empty if the random lives never came far.
    expect(changeStatuses.filter((status) => !seen.has(status))).toEqual([]);
  });

  test('nobody counts twice, and nothing is approved by too few or by who started the review alone', () => {
    fc.assert(
      fc.property(life, (lived) => {
        live(lived, (_, after) => {
          const ids = approvalsOf(after).map(({ approverId }) => approverId);
          expect(new Set(ids).size).toBe(ids.length);
          if (after.state.status !== 'approved') return;
          expect(ids.length).toBeGreaterThanOrEqual(lived.requiredApprovals);
          // Revisions of these lives are the schedule's, which makes nobody forgotten.
          const asked = after.history.findLast((event) => event.type === 'proposed');
          if (asked?.type !== 'proposed') throw new Error('approved without a proposal');
          const { starter } = asked;
          expect(ids.some((id) => starter.type !== 'principal' || id !== starter.approverId)).toBe(true);
          if (starter.type === 'unknown') expect(ids.length).toBeGreaterThanOrEqual(2);
        });
      }),
    );
  });

  test('nothing is written that was not approved in the same revision, and nothing written just ends', () => {
    fc.assert(
      fc.property(life, (lived) => {
        live(lived, (before, after) => {
          if (after.state.status === 'applying' && before.state.status !== 'applying') {
            expect(before.state.status).toBe('approved');
            expect(before.revision).toBe(after.revision);
          }
          const written =
            'journal' in before.state && before.state.journal.some(({ phase }) => phase === 'done');
          // What a person lets go on after an interruption keeps what was written.
          const goesOn =
            after.state.status === 'approved' && after.state.journal.some(({ phase }) => phase === 'done');
          if (written && !goesOn && before.state.status !== 'rolled-back') {
            expect([
              'applying',
              'applied',
              'apply-failed',
              'interrupted',
              'rolling-back',
              'rolled-back',
            ]).toContain(after.state.status);
          }
        });
      }),
    );
  });

  test('each event has one id, the same however it came about', () => {
    fc.assert(
      fc.property(life, (lived) => {
        const { history } = live(lived, () => undefined);
        const [first, ...others] = history;
        if (!first) throw new Error('a history is never empty');
        const atOnce = beginChange([first, ...others]);
        const oneByOne = others.reduce(
          (stored, event) => appendEvents(stored, [event]),
          beginChange([first]),
        );
        expect(atOnce).toEqual(oneByOne);
        const ids = unsentEvents(atOnce).map(({ eventId }) => eventId);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { detail, sequence } of unsentEvents(atOnce)) expect(detail.sequence).toBe(sequence);
      }),
    );
  });
});
