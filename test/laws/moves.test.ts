import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AccessReport, namedAccount, type ServiceRow } from '../../core/finding/access-report.ts';
import { movesSeen } from '../../core/finding/moves.ts';
import {
  accountsBelow,
  entityOf,
  isWithin,
  type OrganizationTree,
} from '../../core/organization/organization.ts';
import { review } from '../../core/review/review.ts';
import { nextReports } from '../support/next-reports.ts';
import { day, fullAccess, now, policy, reviewOf, target, treeOf } from '../support/small-world.ts';

const services = ['braket', 'dms', 'lex'];
const cutOff = now - 180 * day;
const places = ['ou-test-former00', 'ou-test-present0', 'ou-test-inner000', 'r-test'] as const;

interface Use {
  readonly accountId: string;
  readonly service: string;
  readonly at: number;
  /** The root or OU in which the account was then. */
  readonly place: string;
}

/** An organization whose accounts may have been elsewhere when they used a service. */
interface World {
  readonly tree: OrganizationTree;
  readonly uses: readonly Use[];
  readonly attribution: 'current' | 'at-use';
  readonly targets: readonly string[];
  readonly failing: readonly string[];
  /** Milliseconds between two reports. */
  readonly step: number;
}

const world: fc.Arbitrary<World> = fc
  .record({
    homes: fc.array(fc.constantFrom(...places), { minLength: 1, maxLength: 6 }),
    attribution: fc.constantFrom('current' as const, 'at-use' as const),
    targets: fc.uniqueArray(fc.constantFrom(...places.slice(0, 3)), { maxLength: 3 }),
    failing: fc.subarray([...places], { maxLength: 1 }),
    step: fc.constantFrom(0, 60_000, 3_600_000),
    uses: fc.array(
      fc.record({
        who: fc.nat(5),
        service: fc.constantFrom(...services),
        ago: fc.oneof(
          fc.constantFrom(180, 180.00001, 179.9, 0.01),
          fc.double({ min: -0.3, max: 410, noNaN: true }),
        ),
        place: fc.constantFrom(...places),
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ homes, uses, ...rest }) => {
    const ids = homes.map((_, index) => String(222222222220 + index));
    const at = (place: string) =>
      Object.fromEntries(
        homes.flatMap((home, index) => (home === place ? [[`a${index}`, { id: ids[index] as string }]] : [])),
      );
    const tree = treeOf({
      Former: at(places[0]),
      Present: { ...at(places[1]), Inner: at(places[2]) },
      ...at('r-test'),
    });
    return {
      ...rest,
      tree,
      uses: uses.map(({ who, service, ago, place }) => {
        const accountId = ids[who % ids.length] as string;
        return { accountId, service, at: now - ago * day, place };
      }),
    };
  });

/** What AWS answers for an entity at an instant, if it attributes use in one of the two ways. */
function ask({ tree, uses, attribution, failing }: World, entityId: string, at: number): AccessReport {
  if (failing.includes(entityId))
    return { status: 'failed', entityId, failure: { code: 'REPORT_TIMED_OUT', message: 'stuck' } };
  const isAccount = entityOf(tree, entityId).type === 'account';
  const placeOf = (use: Use): string =>
    attribution === 'current' ? (entityOf(tree, use.accountId).parentId ?? '') : use.place;
  const rows = services.map((service): [string, ServiceRow] => {
    const counted = uses
      .filter((use) => use.service === service && use.at <= at && use.at > at - 400 * day)
      .filter((use) => (isAccount ? use.accountId === entityId : isWithin(tree, placeOf(use), entityId)))
      .sort((a, b) => b.at - a.at);
    const [last] = counted;
    return [
      service,
      {
        serviceNamespace: service,
        serviceName: service,
        lastAccessedAt: last?.at ?? null,
        lastAccessedBy: namedAccount(last ? `${entityOf(tree, placeOf(last)).path}/${last.accountId}` : null),
        lastAccessedRegion: last ? 'us-east-1' : null,
        accountsEverUsed: new Set(counted.map((use) => use.accountId)).size,
      },
    ];
  });
  return {
    status: 'completed',
    entityId,
    jobId: `job-${entityId}`,
    createdAt: at,
    completedAt: at,
    rows: new Map(rows),
  };
}

/** The oracle: which accounts below an entity used a service since the cut-off, wherever they were, up to an instant. */
function usersBelow(
  { tree, uses }: World,
  entityId: string,
  service: string,
  until: number,
): readonly string[] {
  const below = new Set(accountsBelow(tree, entityId).map(({ id }) => id));
  return uses
    .filter(
      (use) => use.service === service && use.at >= cutOff && use.at <= until && below.has(use.accountId),
    )
    .map((use) => use.accountId);
}

describe('accounts that moved within the threshold, use attributed either way, time passing between reports', () => {
  test('no finding and no change covers an account that had used the service when the first report was made', () => {
    let changes = 0;
    fc.assert(
      fc.property(world, (given) => {
        const { tree, uses } = given;
        // What earlier looks showed: every account at the places of its uses.
        const moved = uses.map(({ accountId, place }) => [accountId, place] as const);
        const start = reviewOf(tree, {
          policies: [
            fullAccess(tree),
            policy(
              'p-shared00',
              {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Deny', Action: 'ec2:RunInstances', Resource: '*' }],
              },
              given.targets.map((id) => target(tree, id)),
            ),
          ],
          moves: movesSeen(tree, [moved]),
          readAt: now + day,
        });
        let { facts } = start;
        for (
          let next = nextReports(facts, start.request);
          next.length > 0;
          next = nextReports(facts, start.request)
        ) {
          for (const entityId of next) {
            expect(facts.reports.map((report) => report.entityId)).not.toContain(entityId);
            facts = {
              ...facts,
              reports: [...facts.reports, ask(given, entityId, now + facts.reports.length * given.step)],
            };
          }
        }
        const decision = review(facts, start.request);
        for (const { entityId, serviceNamespace } of decision.findings)
          expect(usersBelow(given, entityId, serviceNamespace, now)).toEqual([]);
        for (const change of decision.changes) {
          changes += 1;
          for (const { id } of change.targets)
            for (const service of change.services) expect(usersBelow(given, id, service, now)).toEqual([]);
        }
      }),
      { numRuns: process.env.LONG ? 4_000 : 100 },
    );
    expect(changes).toBeGreaterThan(12);
  });
});
