import { expect, test } from '@jest/globals';
import { parseDecision } from '../../core/change/deciding/decision-fields.ts';
import cases from '../cases/change/confirmations.json' with { type: 'json' };
import { content, start } from './samples.ts';

const isTaken = (expected: string, confirm: string): boolean =>
  'decision' in parseDecision({ decision: 'approve', confirm }, content({ confirm: expected }), [], start);

test.each(cases)('$name, typed as $typed', ({ name, typed, taken }) => {
  expect(isTaken(name, typed)).toBe(taken);
});

test('what is too long to be the name is refused before it is compared', () => {
  const started = performance.now();
  for (const text of [`a${'\u0301\u0323'.repeat(25_000)}`, '\ufdfa'.repeat(50_000), ' '.repeat(60_000)])
    expect(isTaken('Development', text)).toBe(false);
  expect(isTaken('Development', `Development${' '.repeat(2_000)}`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(5_000);
});
