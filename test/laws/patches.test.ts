import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { editOf } from '../../core/change/content/edit.ts';
import { parsePolicy } from '../../core/policy/document.ts';
import { denialOf } from '../../core/policy/standing.ts';
import { review } from '../../core/review/review.ts';
import { day, fullAccess, now, policy, reportOf, reviewOf, target, treeOf } from '../support/small-world.ts';

const services = ['braket', 'dms', 'glue', 'lex', 'polly'];
const dev = 'ou-test-dev00000';
const prod = 'ou-test-prod0000';
const inner = 'ou-test-inner000';
const joinedAt = now - 900 * day;
const tree = treeOf({
  Dev: { 'dev-1': { id: '222222222222', joinedAt }, Inner: { 'dev-2': { id: '222222222223', joinedAt } } },
  Prod: { 'prod-1': { id: '333333333333', joinedAt } },
});
const accounts = ['222222222222', '222222222223', '333333333333'];

const denies = (text: string): readonly string[] => {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return services.filter((service) =>
    ['whole', 'principals-exempt'].includes(denialOf(parsed.value, service)),
  );
};

const foreign = fc.record({
  targets: fc.uniqueArray(fc.constantFrom(dev, prod, inner), { minLength: 1, maxLength: 2 }),
  deny: fc.constantFrom('ec2', ...services),
  conditional: fc.boolean(),
});
const uses = fc.array(
  fc.record({
    accountId: fc.constantFrom(...accounts),
    service: fc.constantFrom(...services),
    ago: fc.constantFrom(1, 179, 200, 390),
  }),
  { maxLength: 8 },
);

test('a patch newly denies exactly the services of its refusal, beside what has no room or what a new SCP denies instead', () => {
  let patches = 0;
  const given = fc.record({
    uses,
    foreign: fc.array(foreign, { minLength: 1, maxLength: 4 }),
    slots: fc.integer({ min: 1, max: 3 }),
    characters: fc.integer({ min: 150, max: 600 }),
    asked: fc.option(fc.nat({ max: 3 })),
    exempt: fc.boolean(),
  });
  fc.assert(
    fc.property(given, (world) => {
      const policies = world.foreign.map(({ targets, deny, conditional }, index) => {
        const statement = { Effect: 'Deny', Action: `${deny}:*`, Resource: '*' };
        const condition = { Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
        const text = {
          Version: '2012-10-17',
          Statement: [{ ...statement, ...(conditional ? condition : {}) }],
        };
        const ids = targets.map((id) => target(tree, id));
        return policy(`p-foreign${index}`, text, ids, { name: `aws-guardrails-${index}` });
      });
      const used = world.uses.map(({ ago, ...use }) => ({ ...use, at: now - ago * day }));
      const asked = world.asked === null ? {} : { policyId: `p-foreign${world.asked}` };
      const { facts, request } = reviewOf(tree, {
        policies: [fullAccess(tree), ...policies],
        reports: ['r-test', dev, prod, inner].map((id) => reportOf(tree, id, used, services)),
        request: { scopeId: 'r-test', ...asked },
        settings: {
          quotas: { scpsPerTarget: world.slots, scpCharacters: world.characters },
          ...(world.exempt ? { exemptPrincipals: ['arn:aws:iam::*:role/ops'] } : {}),
        },
      });
      const { changes, refusals } = review(facts, request);
      const proposed = changes
        .filter((change) => editOf(change).policyId === null)
        .flatMap((each) => each.services);
      for (const { code, entityId, patch, services: named = [] } of refusals) {
        if (patch) {
          patches += 1;
          const before = denies(patch.before);
          expect(denies(patch.after).filter((service) => !before.includes(service))).toEqual(named);
        }
        if (code !== 'FOREIGN_POLICY' || entityId === undefined) continue;
        const room = refusals.filter((other) => other.code === 'NO_CAPACITY' && other.entityId === entityId);
        const told = room.flatMap((other) => other.services ?? []);
        const unsaid = named.filter((service) => !told.includes(service) && !proposed.includes(service));
        expect(unsaid).toEqual([]);
      }
    }),
    { numRuns: process.env.LONG ? 2000 : 100 },
  );
  expect(patches).toBeGreaterThan(20);
});
