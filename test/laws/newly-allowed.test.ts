import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AllowedMemory, allowedAfter } from '../../core/finding/allowed-lately.ts';
import { activeAccountsBelow, entityOf, isWithin } from '../../core/organization/organization.ts';
import { indexPolicies } from '../../core/policy/policy-index.ts';
import { review } from '../../core/review/review.ts';
import { nextReports } from '../support/next-reports.ts';
import { day, reviewOf } from '../support/small-world.ts';
import { lives, type Moment, momentsOf } from './changing-organization.ts';

const threshold = 180 * day;

/** One review with what those before it left: what it would deny and where, and what it leaves. */
function reviewed({ at, policies, reportOf, tree }: Moment, allowedBefore: AllowedMemory) {
  const start = reviewOf(tree, { policies, allowedBefore, readAt: at, request: { asOf: at } });
  let { facts } = start;
  for (
    let next = nextReports(facts, start.request);
    next.length > 0;
    next = nextReports(facts, start.request)
  )
    facts = { ...facts, reports: [...facts.reports, ...next.map(reportOf)] };
  const { changes, findings } = review(facts, start.request);
  const open = findings.filter(({ status }) => status === 'open');
  const { reports } = facts;
  return {
    denies: [
      ...open.map(({ entityId, serviceNamespace }) => [entityId, serviceNamespace] as const),
      ...changes.flatMap(({ services, targets }) =>
        targets.flatMap(({ id }) => services.map((service) => [id, service] as const)),
      ),
    ],
    held: findings.filter(({ reason }) => reason === 'NEWLY_ALLOWED').length,
    allowed: allowedAfter(allowedBefore, {
      ...{ tree, reports, policyIndex: indexPolicies(tree, policies), asOf: at },
    }),
  };
}

/** Entities around one, with ACTIVE accounts, where a service is allowed now and was not in a review whose next one was within the threshold. */
function allowedWithin(
  moments: readonly Moment[],
  index: number,
  [entityId, service]: readonly [string, string],
): readonly string[] {
  const now = moments[index] as Moment;
  const around = [...now.tree.entities.values()].filter(
    ({ id }) => isWithin(now.tree, id, entityId) || isWithin(now.tree, entityId, id),
  );
  return around.flatMap(({ id, type }) => {
    if (type === 'account' || activeAccountsBelow(now.tree, entityOf(now.tree, id)) === 0) return [];
    if (!now.isListed(id, service)) return [];
    const shut = moments.slice(0, index).findLastIndex((moment) => !moment.isListed(id, service));
    if (shut === -1) return [];
    return (moments[shut + 1]?.at ?? 0) >= now.at - threshold ? id : [];
  });
}

test('nothing is open, and nothing is proposed, where a review saw the service kept out within the threshold', () => {
  let held = 0;
  fc.assert(
    fc.property(lives, (life) => {
      let memory: AllowedMemory = new Map();
      const moments = momentsOf(life);
      for (const [index, moment] of moments.entries()) {
        const { allowed, denies, held: some } = reviewed(moment, memory);
        for (const denied of denies)
          expect([denied, allowedWithin(moments, index, denied)]).toEqual([denied, []]);
        memory = allowed;
        held += some;
      }
    }),
    { numRuns: process.env.LONG ? 1_000 : 12 },
  );
  expect(held).toBeGreaterThan(0);
});
