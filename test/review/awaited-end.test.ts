import { expect, test } from '@jest/globals';
import { awaitsEnd, wholeReviewOf } from '../../core/review/awaited-end.ts';

const minute = 60_000;
const ended = { status: 'completed', openFindings: 0, changeIds: [] } as const;

test.each([
  ['of a review that runs', 10, 1, null, true],
  ['of a review that has ended', 10, 1, ended, false],
  ['of a review that gave no sign of life for a second attempt', 30, 20, null, false],
  ['of a review that nobody waits longer for', 360, 1, null, false],
])('a question %s', (_, proposed, seen, outcome, held) => {
  const now = 1_000 * minute;
  const whole = { seenAt: now - seen * minute, outcome };
  expect(awaitsEnd(now - proposed * minute, whole, now)).toBe(held);
  expect(awaitsEnd(now - proposed * minute, null, now)).toBe(false);
});

test('a review of one account is a part of the one whose id it begins with', () => {
  expect(wholeReviewOf('rev-20260303t090000z-4f2a-222222222222')).toBe('rev-20260303t090000z-4f2a');
  expect(wholeReviewOf('rev-20260303t090000z-4f2a')).toBeNull();
});
