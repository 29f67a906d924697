import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AllowedMemory } from '../../core/finding/allowed-memory.ts';
import { allowedAfter } from '../../core/finding/kept-out.ts';
import { accountsBelow, type Entity, entityOf, isWithin } from '../../core/organization/organization.ts';
import { indexPolicies } from '../../core/policy/policy-index.ts';
import { review } from '../../core/review/review.ts';
import { nextReports } from '../support/next-reports.ts';
import { day, reviewOf } from '../support/small-world.ts';
import { lives, type Moment, momentsOf } from './changing-organization.ts';

const threshold = 180 * day;
type YoungRule = 'include' | 'hold';

/** One review with what those before it left: what it finds, what it would deny and where, and what it leaves. */
function reviewed(
  { at, policies, reportOf, tree }: Moment,
  allowedBefore: AllowedMemory,
  youngAccounts: YoungRule,
) {
  const start = reviewOf(tree, {
    ...{ policies, allowedBefore, readAt: at, request: { asOf: at } },
    settings: { youngAccounts },
  });
  let { facts } = start;
  for (
    let next = nextReports(facts, start.request);
    next.length > 0;
    next = nextReports(facts, start.request)
  )
    facts = { ...facts, reports: [...facts.reports, ...next.map(reportOf)] };
  const { changes, findings } = review(facts, start.request);
  return {
    findings,
    denies: changes.flatMap(({ services, targets }) =>
      targets.flatMap(({ id }) => services.map((service) => [id, service] as const)),
    ),
    allowed: allowedAfter(allowedBefore, indexPolicies(tree, policies), at),
  };
}

/** The accounts below an entity that were members for the whole threshold, and those of them that an earlier review saw kept out within it, while they were members. */
function judgedAt(moments: readonly Moment[], index: number, entityId: string, service: string) {
  const now = moments[index] as Moment;
  const judged = accountsBelow(now.tree, entityId).filter(
    ({ joinedAt, state }) => state === 'ACTIVE' && joinedAt < now.at - threshold,
  );
  const lately = judged.filter(({ id }) => {
    if (!now.isListed(id, service)) return false;
    const here = moments.slice(0, index).findLastIndex(({ tree }) => !tree.entities.has(id)) + 1;
    const shut = moments
      .slice(0, index)
      .findLastIndex((moment, which) => which >= here && !moment.isListed(id, service));
    return shut !== -1 && (moments[shut + 1]?.at ?? 0) >= now.at - threshold;
  });
  return { judged: judged.length, lately: lately.length };
}

/** OUs below an entity, and itself, most of whose accounts may use the service only lately. */
function heldWithin(moments: readonly Moment[], index: number, entityId: string, service: string) {
  const { tree } = moments[index] as Moment;
  const isHeld = ({ id, type }: Entity): boolean => {
    if (type === 'account' || !isWithin(tree, id, entityId)) return false;
    const { judged, lately } = judgedAt(moments, index, id, service);
    return lately * 2 >= judged && lately >= (id === entityId ? 1 : 2);
  };
  return [...tree.entities.values()].filter(isHeld).map(({ id }) => id);
}

test('what a review saw kept out within the threshold is not denied where that is most of an OU, nor anywhere where young accounts hold', () => {
  let held = 0;
  let denied = 0;
  fc.assert(
    fc.property(lives, fc.constantFrom<YoungRule>('include', 'hold'), (life, youngRule) => {
      let memory: AllowedMemory = new Map();
      const moments = momentsOf(life);
      for (const [index, moment] of moments.entries()) {
        const { allowed, denies, findings } = reviewed(moment, memory, youngRule);
        for (const [id, service] of denies) {
          const { judged, lately } = judgedAt(moments, index, id, service);
          const most = youngRule === 'hold' ? 0 : judged / 2;
          expect(lately === 0 || lately < most).toBe(true);
          expect(heldWithin(moments, index, id, service)).toEqual([]);
          expect(entityOf(moment.tree, id).type === 'account' && lately > 0).toBe(false);
          denied += 1;
        }
        for (const { entityId, reason, serviceNamespace, status } of findings) {
          const { judged, lately } = judgedAt(moments, index, entityId, serviceNamespace);
          const isHeld = lately > 0 && (youngRule === 'hold' || lately * 2 >= judged);
          if (status === 'open') expect(isHeld).toBe(false);
          if (reason === 'NEWLY_ALLOWED') expect(isHeld).toBe(true);
          held += reason === 'NEWLY_ALLOWED' ? 1 : 0;
        }
        memory = allowed;
      }
    }),
    { numRuns: process.env.LONG ? 1_000 : 12 },
  );
  expect(held).toBeGreaterThan(0);
  expect(denied).toBeGreaterThan(0);
});
