import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { editOf } from '../../core/change/content/edit.ts';
import type { AccessReport } from '../../core/finding/access-report.ts';
import { buildKnowledge } from '../../core/finding/knowledge.ts';
import { useBelow, useOf } from '../../core/finding/use.ts';
import {
  accountsBelow,
  entityOf,
  isWithin,
  type OrganizationTree,
} from '../../core/organization/organization.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { prove } from '../../core/proof/certificate.ts';
import { review } from '../../core/review/review.ts';
import type { ReviewFacts } from '../../core/review/review-facts.ts';
import { nextReports } from '../support/next-reports.ts';
import {
  day,
  fullAccess,
  type Nest,
  now,
  policy,
  reportOf,
  reviewOf,
  target,
  treeOf,
  type Use,
} from '../support/small-world.ts';

// None of these is protected or belongs to a family, and all are in the catalogue.
const services = ['braket', 'dms', 'glue', 'lex', 'polly'];
const cutOff = now - 180 * day;
const runs = (some: number): number => (process.env.LONG ? some * 10 : some / 5);

interface World {
  readonly tree: OrganizationTree;
  readonly uses: readonly Use[];
  readonly policies: readonly ServiceControlPolicy[];
  /** Services hidden by a child's own SCPs, by entity. */
  readonly failing: ReadonlySet<string>;
}

const daysAgo = fc.oneof(
  fc.constantFrom(0.1, 179, 180, 180.00001, 181, 399, 401),
  fc.double({ min: 0, max: 420, noNaN: true }),
);

const nest: fc.Arbitrary<Nest> = fc
  .tuple(
    fc.integer({ min: 0, max: 3 }),
    fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 }),
  )
  .chain(([rootAccounts, branches]) =>
    fc
      .infiniteStream(
        fc.record({
          state: fc.constantFrom('ACTIVE' as const, 'ACTIVE' as const, 'SUSPENDED' as const),
          young: fc.boolean(),
        }),
      )
      .map((stream) => {
        let count = 0;
        const account = () => {
          count += 1;
          const { state, young } = stream.next().value ?? { state: 'ACTIVE', young: false };
          const id = count === 3 ? '111111111111' : String(222222222200 + count);
          return { id, state, joinedAt: young && count % 4 === 0 ? now - 10 * day : now - 900 * day };
        };
        const accounts = (number: number, label: string) =>
          Object.fromEntries(Array.from({ length: number }, (_, index) => [`${label}-${index}`, account()]));
        const root: Record<string, Nest[string]> = accounts(rootAccounts, 'r');
        for (const [index, inner] of branches.entries()) {
          const child: Record<string, Nest[string]> = accounts(1 + (index % 2), `b${index}`);
          for (let deep = 0; deep < inner; deep += 1)
            child[`Deep${index}${deep}`] = accounts(deep + 1, `d${index}${deep}`);
          root[`Branch${index}`] = child;
        }
        return root;
      }),
  );

const world: fc.Arbitrary<World> = nest.chain((shape) => {
  const tree = treeOf(shape);
  const entityIds = [...tree.entities.keys()];
  const memberIds = tree.accounts.map((account) => account.id);
  const use = fc.record({
    accountId: fc.constantFrom(...(memberIds.length > 0 ? memberIds : ['none'])),
    service: fc.constantFrom(...services),
    ago: daysAgo,
  });
  const attached = fc.record({
    targets: fc.uniqueArray(fc.constantFrom(...entityIds.filter((id) => id !== 'r-test')), {
      minLength: 1,
      maxLength: 3,
    }),
    deny: fc.constantFrom(null, ...services),
    conditional: fc.boolean(),
  });
  return fc
    .record({
      uses: fc.array(use, { maxLength: memberIds.length === 0 ? 0 : 25 }),
      scps: fc.array(attached, { maxLength: 3 }),
      failing: fc.subarray(entityIds, { maxLength: 2 }),
    })
    .map(({ uses, scps, failing }) => ({
      tree,
      uses: uses.map(({ accountId, ago, service }) => ({ accountId, service, at: now - ago * day })),
      policies: [
        fullAccess(tree),
        ...scps.map(({ targets, deny, conditional }, index) => {
          const Condition = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
          const statement = {
            Effect: 'Deny',
            Action: deny === null ? 'ec2:RunInstances' : `${deny}:*`,
            Resource: '*',
            ...(conditional ? { Condition } : {}),
          };
          return policy(
            `p-scp0000${index}`,
            { Version: '2012-10-17', Statement: [statement] },
            targets.map((id) => target(tree, id)),
          );
        }),
      ],
      failing: new Set(failing),
    }));
});

/** Whether an unconditional deny on the way from the root hides the row, as AWS's report does. */
function isHidden({ policies, tree }: World, entityId: string, service: string): boolean {
  return policies.some(
    ({ targets, text }) =>
      text?.includes(`"${service}:*"`) &&
      !text.includes('Condition') &&
      targets.some(({ id }) => isWithin(tree, entityId, id)),
  );
}

function ask(given: World, entityId: string, at = now): AccessReport {
  if (given.failing.has(entityId))
    return { status: 'failed', entityId, failure: { code: 'REPORT_TIMED_OUT', message: 'stuck' } };
  const listed = services.filter((service) => !isHidden(given, entityId, service));
  return reportOf(given.tree, entityId, given.uses, listed, at);
}

/** The ten-line model: who used the service below the entity since the cut-off. */
function wasUsed({ tree, uses }: World, entityId: string, service: string, at = now): boolean {
  const below = accountsBelow(tree, entityId).map((account) => account.id);
  return uses.some(
    (use) => use.service === service && use.at >= cutOff && use.at <= at && below.includes(use.accountId),
  );
}

/** Follows the review's questions to their end. */
function follow(
  given: World,
  settings: object = {},
): {
  readonly facts: ReviewFacts;
  readonly request: ReturnType<typeof reviewOf>['request'];
  readonly asked: readonly string[];
} {
  const start = reviewOf(given.tree, { policies: given.policies, settings });
  let { facts } = start;
  const asked: string[] = [];
  for (;;) {
    const next = nextReports(facts, start.request);
    if (next.length === 0) return { facts, request: start.request, asked };
    for (const entityId of next) {
      asked.push(entityId);
      facts = { ...facts, reports: [...facts.reports, ask(given, entityId)] };
    }
    if (asked.length > 60) throw new Error('the review never stops asking');
  }
}

describe('inference', () => {
  test('never says unused where the model says used or the report failed, and agrees with asking where no row is hidden', () => {
    fc.assert(
      fc.property(world, fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }), (given, picks) => {
        const ids = [...given.tree.entities.keys()].filter((id) => id !== given.tree.managementAccountId);
        const reports = [...new Set(picks.map((pick) => ids[pick % ids.length] as string))].map((id) =>
          ask(given, id),
        );
        const knowledge = buildKnowledge({ tree: given.tree, reports, cutOff });
        // One assertion a world: making an expectation for each answer costs more than the answers.
        const wrong: string[] = [];
        for (const id of ids) {
          for (const service of services) {
            for (const use of [useOf(knowledge, id, service), useBelow(knowledge, id, service)]) {
              const used = wasUsed(given, id, service);
              if (use.kind === 'used' && !used) wrong.push(`${service} was not used at ${id}`);
              if (use.kind !== 'unused') continue;
              if (used) wrong.push(`${service} was used at ${id}`);
              if (given.failing.has(id) && reports.some((report) => report.entityId === id))
                wrong.push(`the report of ${id} failed`);
              if (!use.row || isHidden(given, id, service)) continue;
              const real = ask({ ...given, failing: new Set() }, id);
              const row = real.status === 'completed' ? real.rows.get(service) : undefined;
              const { accountsEverUsed, lastAccessedAt } = use.row;
              if (row?.lastAccessedAt !== lastAccessedAt || row?.accountsEverUsed !== accountsEverUsed)
                wrong.push(`the row of ${service} at ${id} is another`);
            }
          }
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: runs(300) },
    );
  });

  test('holds while time passes between reports: what was used before its own report is never unused', () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 1, max: 60 }), (given, minutes) => {
        const ids = [...given.tree.entities.keys()].filter((id) => id !== given.tree.managementAccountId);
        const reports = ids.map((id, index) => ask(given, id, now - (ids.length - index) * minutes * 60_000));
        const knowledge = buildKnowledge({ tree: given.tree, reports, cutOff });
        for (const [index, id] of ids.entries()) {
          for (const service of services) {
            if (useOf(knowledge, id, service).kind !== 'unused') continue;
            expect(wasUsed(given, id, service, now - (ids.length - index) * minutes * 60_000)).toBe(false);
          }
        }
      }),
      { numRuns: runs(150) },
    );
  });
});

describe('a review', () => {
  test('finds and denies nothing that was used, asks nobody twice, and answers every open finding', () => {
    fc.assert(
      fc.property(world, fc.boolean(), (given, root) => {
        const { facts, request, asked } = follow(given, { placement: { root } });
        expect(new Set(asked).size).toBe(asked.length);
        expect(asked.length).toBeLessThanOrEqual(given.tree.entities.size);
        const decision = review(facts, request);
        for (const finding of decision.findings) {
          expect(wasUsed(given, finding.entityId, finding.serviceNamespace)).toBe(false);
          const inside = decision.findings.filter(
            (other) =>
              other.serviceNamespace === finding.serviceNamespace &&
              other !== finding &&
              isWithin(given.tree, other.entityId, finding.entityId),
          );
          expect(inside).toEqual([]);
        }
        for (const change of decision.changes) {
          expect(
            change.targets.some(({ id }) =>
              accountsBelow(given.tree, id).some(
                ({ joinedAt, state }) => state === 'ACTIVE' && joinedAt < cutOff,
              ),
            ),
          ).toBe(true);
          for (const { id } of change.targets)
            for (const service of change.services) expect(wasUsed(given, id, service)).toBe(false);
        }
        for (const finding of decision.findings.filter(({ status }) => status === 'open')) {
          const reached = new Set(
            decision.changes
              .filter((change) => change.services.includes(finding.serviceNamespace))
              .flatMap((change) => change.accountIds),
          );
          const missed = accountsBelow(given.tree, finding.entityId).filter(
            ({ id, state }) => state === 'ACTIVE' && !reached.has(id),
          );
          const refused = decision.refusals.some(
            (refusal) =>
              refusal.entityId === finding.entityId && refusal.services?.includes(finding.serviceNamespace),
          );
          expect(missed.length === 0 || refused).toBe(true);
          // What people are told became of it is what did: proposed reaches somebody, the rest is refused.
          const { changeIds = [], outcome } = decision.answers.get(finding.id) ?? {};
          const answering = decision.changes.filter(({ id }) => changeIds.includes(id));
          expect(answering).toHaveLength(changeIds.length);
          for (const { services: denied } of answering) expect(denied).toContain(finding.serviceNamespace);
          expect(outcome === 'proposed').toBe(changeIds.length > 0);
          if (outcome !== 'proposed') expect(refused).toBe(true);
          if (missed.length === 0) expect(outcome).toBe('proposed');
        }
      }),
      { numRuns: runs(300) },
    );
  });

  test('gives every change a certificate that can be made again from raw facts alone', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { facts, request } = follow(given);
        for (const change of review(facts, request).changes) {
          const again = prove({ ...facts, ...request, edit: editOf(change), cutOff });
          expect(again).toEqual(change.certificate);
          expect(again.ok).toBe(true);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  test('the proof alone catches a change whose evidence is tampered with', () => {
    fc.assert(
      fc.property(world, fc.nat(), (given, pick) => {
        const { facts, request } = follow(given);
        const [change] = review(facts, request).changes;
        if (!change) return;
        const accountId = change.accountIds[pick % change.accountIds.length] as string;
        const service = change.services[pick % change.services.length] as string;
        const uses = [...given.uses, { accountId, service, at: now - day }];
        const reports = facts.reports.map((report) =>
          report.status === 'failed' ? report : ask({ ...given, uses }, report.entityId),
        );
        expect(prove({ ...facts, ...request, reports, edit: editOf(change), cutOff }).ok).toBe(false);
        expect(entityOf(given.tree, accountId).type).toBe('account');
      }),
      { numRuns: runs(150) },
    );
  });
});
