import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evolve } from '../../core/change/life/life.ts';
import { collapse } from '../../core/denial/collapse.ts';
import type { DeniedCall } from '../../core/denial/denied-call.ts';
import { observeDenials } from '../../core/denial/observe-denials.ts';
import { bodiesUntil, lived } from '../change/lives.ts';
import { content, day, hour, proposal, start } from '../change/samples.ts';
import { deniedCall } from '../denial/records.ts';

const applied = lived(proposal(content()), bodiesUntil('applied'));
const now = start + 30 * day;
const call = fc
  .record({
    second: fc.integer({ min: 0, max: 20_000 }),
    role: fc.constantFrom('a', 'b', 'c'),
    action: fc.constantFrom('lex:GetBot', 'lex:PutBot'),
    region: fc.constantFrom('eu-west-1', 'us-east-1', null),
  })
  .map(({ action, region, role, second }) =>
    deniedCall({
      ...{ at: start + hour + second * 1_000, action, region },
      principalArn: `arn:aws:iam::222222222222:role/${role}`,
    }),
  );
const calls = fc.array(call, { maxLength: 60 });
const runs = { numRuns: process.env.LONG ? 2_000 : 60 };
const historyOf = (batches: readonly (readonly DeniedCall[])[]) =>
  batches.reduce(
    (record, batch) => observeDenials(record, batch, now).events.reduce(evolve, record),
    applied,
  );
const countsIn = (record: typeof applied): ReadonlyMap<string, number> =>
  new Map(
    record.history.flatMap((event) =>
      event.type === 'denied-access-observed'
        ? [[`${event.principal} ${event.action}`, event.count ?? 0]]
        : [],
    ),
  );

test('collapsing loses no call, invents none, and does not depend on their order', () => {
  fc.assert(
    fc.property(calls, fc.infiniteStream(fc.nat()), (all, keys) => {
      const tallies = collapse(all);
      expect(tallies.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
      const shuffled = all
        .map((each) => ({ each, key: keys.next().value as number }))
        .sort((one, other) => one.key - other.key)
        .map(({ each }) => each);
      expect(collapse(shuffled)).toEqual(tallies);
      for (const { action, firstAt, lastAt, principalArn } of tallies) {
        const its = all.filter((each) => each.action === action && each.principalArn === principalArn);
        expect([firstAt, lastAt]).toEqual([
          Math.min(...its.map(({ at }) => at)),
          Math.max(...its.map(({ at }) => at)),
        ]);
      }
    }),
    runs,
  );
});

test('in whatever batches and however often calls come, no count is higher than the calls, and a batch that was noted adds nothing', () => {
  fc.assert(
    fc.property(calls, fc.array(fc.nat({ max: 60 }), { maxLength: 4 }), (all, cuts) => {
      const places = [...new Set([0, ...cuts.filter((cut) => cut < all.length), all.length])].sort(
        (a, b) => a - b,
      );
      const batches = places.slice(1).map((end, index) => all.slice(places[index], end));
      const record = historyOf(batches);
      const real = new Map(
        collapse(all).map(({ action, count, principalArn }) => [`${principalArn} ${action}`, count]),
      );
      for (const [key, count] of countsIn(record)) expect(count).toBeLessThanOrEqual(real.get(key) ?? 0);
      // Whoever was denied stands there, in whatever batch he came.
      expect([...countsIn(record).keys()].sort()).toEqual([...real.keys()].sort());
      const last = batches.at(-1) ?? [];
      const noted = new Set(
        record.history.flatMap((event) => ('attemptedAt' in event ? [event.attemptedAt] : [])),
      );
      const again = observeDenials(
        record,
        last.filter(({ at }) => noted.has(at)),
        now,
      );
      expect(again).toEqual({ events: [], leftOut: 0 });
      expect(historyOf([all])).toEqual(historyOf([all, all]));
    }),
    runs,
  );
});
