import { expect, test } from '@jest/globals';
import { instantsOf, reserveFor } from '../../core/review/reserve.ts';
import { type FirstReading, notKept, readingTook } from '../../flow/reading.ts';
import table from '../cases/review/reserve.json' with { type: 'json' };

test.each(table.cases)('$accounts accounts, $units OUs, read in $readSeconds s', (given) => {
  const { look, answer } = reserveFor(given, given.readSeconds * 1000);
  const seconds = { look: Math.round(look / 1000), answer: Math.round(answer / 1000) };
  expect(seconds).toEqual({ look: given.look, answer: given.answer });
});

test.each(table.cases)(
  'a run that another follows asks on: $accounts accounts, read in $readSeconds s',
  (given) => {
    const size = { accounts: Array(given.accounts), entities: { size: given.accounts + given.units } };
    const run = { endsAt: 900_000, readMilliseconds: given.readSeconds * 1000 };
    const instants = (continues: boolean) => instantsOf(size as never, { ...run, continues });
    expect(instants(true).deadline).toBe(895_000);
    expect(Math.round((instants(true).judgeBy ?? 0) / 1000)).toBe(given.judgesUntil);
    expect(given.judgesUntil).toBeGreaterThan(given.readSeconds);
    const { answer, look } = reserveFor(given, run.readMilliseconds);
    expect(instants(true).lookBy).toBeCloseTo(900_000 - look - answer);
    expect(instants(false).deadline).toBeCloseTo(900_000 - look - answer);
  },
);

test.each<[string, Partial<FirstReading>, number]>([
  ['as long as reading it now took, where nothing is kept', {}, 7_000],
  ['as long as earlier runs took to read it, where loading it took seconds', { isKept: true }, 240_000],
  ['as long as it took to go on with it, where it is not whole yet', { isKept: false }, 7_000],
])('a look is expected to take %s', (_, changes, took) => {
  const pages = { begunAt: 1_000, endedAt: 241_000, get: () => undefined, keep: async () => undefined };
  const first = Object.keys(changes).length === 0 ? notKept : { ...notKept, pages, ...changes };
  expect(readingTook(first, 7_000)).toBe(took);
});
