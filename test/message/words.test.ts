import { expect, test } from '@jest/globals';
import { isoDay, minuteUtc } from '../../core/base/iso-time.ts';
import { duration, namesOf, untilUtc } from '../../core/message/words/words.ts';

test.each([
  [1, '1 minute'],
  [59, '59 minutes'],
  [60, '1 hour'],
  [90, '1.5 hours'],
  [240, '4 hours'],
  [47 * 60, '47 hours'],
  [48 * 60, '2 days'],
  [10 * 1440, '10 days'],
])('%d minutes are %s', (minutes, words) => {
  expect(duration(minutes)).toBe(words);
});

test('a day that is meant whole is named, not the midnight after it', () => {
  expect(untilUtc(Date.parse('2027-02-02T00:00:00Z'))).toBe('the end of 2027-02-01');
  expect(untilUtc(Date.parse('2027-02-01T12:30:00Z'))).toBe('2027-02-01 12:30 UTC');
});

test.each([
  [[], ''],
  [['A'], 'A'],
  [['A', 'B'], 'A and B'],
  [['A', 'B', 'C'], 'A, B and 1 more'],
  [['A', 'B', 'C', 'D', 'E'], 'A, B and 3 more'],
])('%j as names', (names, words) => {
  expect(namesOf(names)).toBe(words);
});

test('an instant that no date holds is told as the last one, never thrown', () => {
  for (const at of [8.64e15 + 1, 1e300, Number.POSITIVE_INFINITY]) {
    expect(minuteUtc(at)).toBe(minuteUtc(8.64e15));
    expect(isoDay(at)).toBe(isoDay(8.64e15));
  }
  expect(minuteUtc(-1e300)).toBe(minuteUtc(-8.64e15));
});
