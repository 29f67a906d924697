import { expect, test } from '@jest/globals';
import { nextAction } from '../../core/change/engine/next-action.ts';
import { applying } from './lives.ts';
import { newPolicyContent, start } from './samples.ts';

const record = applying(newPolicyContent(), [
  { type: 'step-sending', step: 0 },
  { type: 'step-done', step: 0, policyId: 'p-made00000' },
]);
const [, second] = record.content.steps;
if (!second) throw new Error('there is no second step');
const judge = () =>
  ({ verdict: 'write', write: { ...second, existingId: 'p-made00000' }, told: null }) as const;
const minute = () => 60_000;

test.each([
  [0, 'wait'],
  [59_999, 'wait'],
  [60_000, 'send'],
])('a kind that pauses for a minute: %i ms after the step before, the next one is to %s', (later, action) => {
  expect(nextAction(record, judge, start + later, minute)).toMatchObject({ action });
});

test('a step that was begun does not wait again, and without a pause none waits', () => {
  const begun = applying(newPolicyContent(), [
    { type: 'step-sending', step: 0 },
    { type: 'step-done', step: 0, policyId: 'p-made00000' },
    { type: 'step-sending', step: 1 },
  ]);
  expect(nextAction(begun, judge, start + 1, minute)).toMatchObject({ action: 'send', index: 1 });
  expect(nextAction(record, judge, start)).toMatchObject({ action: 'send', index: 1 });
});
