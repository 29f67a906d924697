import { expect, test } from '@jest/globals';
import { reserveFor } from '../../core/review/reserve.ts';
import table from '../cases/review/reserve.json' with { type: 'json' };

test.each(table.cases)('$accounts accounts, $units OUs, read in $readSeconds s', (given) => {
  const { look, answer } = reserveFor(given, given.readSeconds * 1000);
  const seconds = { look: Math.round(look / 1000), answer: Math.round(answer / 1000) };
  expect(seconds).toEqual({ look: given.look, answer: given.answer });
});
