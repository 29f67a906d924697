import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { watchChanges } from '../../cli/changes-watch.ts';
import { leapingClock, liveBy } from '../support/leaping-clock.ts';

type Answer = Parameters<Parameters<typeof watchChanges>[1]>[0];

let restoreClock: () => void;
beforeAll(() => {
  restoreClock = liveBy(leapingClock());
});
afterAll(() => restoreClock());

/** A list with changes that stand so. */
const answer = (...statuses: readonly Answer['changes'][number]['status'][]): Answer => ({
  frozen: null,
  changes: statuses.map((status, index) => ({
    ...{ id: `chg-00000000000${index}`, organizationId: 'o-exampleorg1', revision: 1, status },
    ...{ policyId: null, policyName: 'Deny', confirm: 'Development', services: 2, accounts: 2 },
    updatedAt: '2026-03-03T09:00:00.000Z',
  })),
});

test('a list that is watched is shown again when it is another one, and ends with the last change that waits', async () => {
  const waiting = answer('proposed', 'approved', 'applied');
  const fewer = answer('rejected', 'applying', 'applied');
  const over = answer('rejected', 'applied', 'applied');
  // A look that fails is one that shows nothing.
  const looks = [waiting, waiting, new Error('the connection was reset'), fewer, over, waiting];
  const shown: Answer[] = [];
  await watchChanges(
    async () => {
      const next = looks.shift();
      if (next === undefined || next instanceof Error) throw next ?? new Error('nobody looks after the end');
      return next;
    },
    (list) => shown.push(list),
  );
  expect(shown).toEqual([waiting, fewer, over]);
  expect(looks).toHaveLength(1);
});
