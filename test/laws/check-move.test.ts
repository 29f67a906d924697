import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { indexPolicies } from '../../core/policy/policy-index.ts';
import { contextOf } from '../../core/policy/simulation.ts';
import { checkMove } from '../../core/review/check-move.ts';
import { allowedByOrganization } from '../../sandbox/iam/simulate.ts';
import { fullAccess, now, policy, reportOf, target, treeOf } from '../support/small-world.ts';
import { actions, namespaces, policyValue } from './policy-generators.ts';

const runs = process.env.LONG ? 20_000 : 300;
const accountId = '222222222222';
const tree = treeOf({ Dev: { app: { id: accountId } }, Live: {} });
const [dev, live] = ['ou-test-dev00000', 'ou-test-live0000'] as const;
const listed = [...namespaces];
const uses = listed.map((service) => ({ accountId, service, at: now }));
const report = reportOf(tree, accountId, uses, listed);
const stack = fc.array(policyValue, { minLength: 1, maxLength: 2 });
const requests = ['us-east-1', 'eu-west-1'].map((region) => ({
  ...contextOf(accountId),
  'aws:RequestedRegion': region,
}));

test('an action that a simulator allows before a move and not after it is of a service that the check names', () => {
  if (report.status !== 'completed') throw new Error('the report failed');
  let lost = 0;
  fc.assert(
    fc.property(stack, stack, (here, there) => {
      const all = fullAccess(tree);
      const everywhere = { ...all, targets: [target(tree, tree.rootId), target(tree, accountId)] };
      const at = (id: string, values: readonly object[]) =>
        values.map((value, index) => policy(`p-${id.slice(-8)}${index}`, value, [target(tree, id)]));
      const index = indexPolicies(tree, [everywhere, ...at(dev, here), ...at(live, there)]);
      const named = checkMove(index, { accountId, toId: live, cutOff: 0 }, report).map(
        ({ serviceNamespace }) => serviceNamespace,
      );
      const full = [String(all.text)];
      const levels = (values: readonly object[]) => [
        full,
        values.map((value) => JSON.stringify(value)),
        full,
      ];
      for (const action of actions) {
        const namespace = action.slice(0, action.indexOf(':'));
        for (const context of requests) {
          const isLost =
            allowedByOrganization(levels(here), action, context) &&
            !allowedByOrganization(levels(there), action, context);
          if (!isLost || !listed.some((each) => each === namespace)) continue;
          lost += 1;
          expect(named).toContain(namespace);
        }
      }
    }),
    { numRuns: runs },
  );
  expect(lost).toBeGreaterThan(runs / 10);
});
