import { expect, test } from '@jest/globals';
import { instantsOf, reserveFor } from '../../core/review/reserve.ts';
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
    expect(Math.round(instants(true).deadline / 1000)).toBe(given.asksUntil);
    expect(given.asksUntil).toBeGreaterThan(given.readSeconds);
    const { answer, look } = reserveFor(given, run.readMilliseconds);
    expect(instants(true).lookBy).toBeCloseTo(900_000 - look - answer);
    expect(instants(false).deadline).toBeCloseTo(900_000 - look - answer);
  },
);
