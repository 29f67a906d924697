import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AccessReport, CompletedReport } from '../../core/finding/access-report.ts';
import { accountsBelow } from '../../core/organization/organization.ts';
import { type Answer, factsOf, newCollection, treeAnswer, withAnswer } from '../../core/review/collection.ts';
import {
  type EvidenceMemory,
  mayBeUsedAgain,
  memoryAfter,
  noMemory,
  surroundingsOf,
} from '../../core/review/evidence.ts';
import { judge } from '../../core/review/judgement.ts';
import { nextQuestions } from '../../core/review/next-questions.ts';
import { review } from '../../core/review/review.ts';
import {
  day,
  fullAccess,
  now,
  policy,
  reportOf,
  reviewOf,
  target,
  treeOf,
  type Use,
} from '../support/small-world.ts';

const services = ['braket', 'dms', 'lex'];
const hour = 3_600_000;
const freshnessHours = 24;
const ids = ['222222222221', '222222222222', '222222222223', '222222222224'] as const;

/** Reviews of one organization, hours apart, between which accounts move, SCPs change and use begins. */
const histories = fc.array(
  fc.record({
    hours: fc.constantFrom(0.5, 1, 6, 20, 23.9, 30),
    homes: fc.tuple(...ids.map(() => fc.constantFrom('One', 'One', 'One', 'Two'))),
    denied: fc.constantFrom(null, null, null, 'braket'),
  }),
  { minLength: 3, maxLength: 5 },
);
const usesOf = fc.array(
  fc.record({
    accountId: fc.constantFrom(...ids),
    service: fc.constantFrom(...services),
    at: fc
      .oneof(fc.integer({ min: -30, max: 0 }), fc.integer({ min: -200 * 24, max: -100 * 24 }))
      .map((hours) => now + hours * hour),
  }),
  { maxLength: 10 },
);

test('no unused outlives the freshness of its report, and every change rests on a new report of its targets', () => {
  let reused = 0;
  let changes = 0;
  fc.assert(
    fc.property(
      histories,
      usesOf,
      fc.constantFrom('observe', 'approve'),
      (history, uses: readonly Use[], mode) => {
        let memory: EvidenceMemory = noMemory;
        const kept = new Map<string, CompletedReport>();
        const length = history.reduce((sum, { hours }) => sum + hours, 0);
        let at = now - length * hour;
        for (const [index, { denied, homes, hours }] of history.entries()) {
          at += hours * hour;
          const homeOf = (name: string) =>
            Object.fromEntries(
              ids.flatMap((id, place) => (homes[place] === name ? [[`a${place}`, { id }]] : [])),
            );
          const tree = treeOf({
            One: { ...homeOf('One'), Inner: { inner: { id: '222222222229' } } },
            Two: homeOf('Two'),
          });
          const deny = {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Deny', Action: `${denied ?? 'ec2'}:RunInstances`, Resource: '*' }],
          };
          const policies = [fullAccess(tree), policy('p-shared00', deny, [target(tree, 'ou-test-one00000')])];
          const { facts: start, request } = reviewOf(tree, {
            policies,
            readAt: at,
            request: { asOf: at, reviewId: `rev-${index}` },
            settings: { mode, reportFreshnessHours: freshnessHours },
          });
          const asked = new Set<string>();
          let collection = withAnswer(newCollection(request), treeAnswer(tree, 0));
          let facts = start;
          for (;;) {
            facts = { ...factsOf(start, collection), readAt: at };
            const judgement = judge(facts, request);
            const questions = nextQuestions({
              collection,
              facts,
              judgement,
              request,
              hasEnded: false,
              mustRead: false,
              now: at,
            });
            if (questions.length === 0) break;
            for (const question of questions) {
              if (question.type !== 'parents' && question.type !== 'report') throw new Error('nobody moved');
              const places = tree.accounts.map(({ id, parentId }) => [id, parentId] as const);
              const management: readonly (readonly [string, string])[] = [];
              const answer: Answer =
                question.type === 'parents'
                  ? { type: 'parents', round: 0, places: [...places, ...management] }
                  : reportAnswer(question.entityId, question.fresh === true);
              collection = withAnswer(collection, answer);
            }
          }
          function reportAnswer(entityId: string, fresh: boolean): Answer {
            const note = memory.notes.get(entityId);
            const surroundings = surroundingsOf(tree, policies, entityId);
            const earlier = note && kept.get(`${note.reviewId} ${entityId}`);
            if (!fresh && earlier && mayBeUsedAgain(note, surroundings, at, request.configuration)) {
              reused += 1;
              return { type: 'report', round: 0, report: earlier, reused: true };
            }
            expect(asked.has(entityId)).toBe(false);
            asked.add(entityId);
            return { type: 'report', round: 0, report: reportOf(tree, entityId, uses, services, at) };
          }
          const decision = review(facts, request);
          const reportTime = (entityId: string): readonly number[] => {
            const path = tree.entities.get(entityId)?.path ?? '';
            const around = facts.reports.filter((report: AccessReport) =>
              path.startsWith(tree.entities.get(report.entityId)?.path ?? '?'),
            );
            return around.flatMap((report) => (report.status === 'completed' ? [report.completedAt] : []));
          };
          for (const { entityId, serviceNamespace } of decision.findings) {
            const times = reportTime(entityId);
            // Some report that is fresh shows it unused at its own time, for those who are below the entity now.
            const isProven = times.some(
              (time) =>
                at - time <= freshnessHours * hour &&
                !uses.some(
                  (use) =>
                    use.service === serviceNamespace &&
                    use.at <= time &&
                    use.at >= at - 180 * day &&
                    accountsBelow(tree, entityId).some(({ id }) => id === use.accountId),
                ),
            );
            expect(isProven).toBe(true);
          }
          for (const change of decision.changes) {
            changes += 1;
            for (const { id } of change.targets)
              for (const service of change.services)
                expect(
                  uses.some(
                    (use) =>
                      use.service === service &&
                      use.at <= at &&
                      use.at >= at - 180 * day &&
                      accountsBelow(tree, id).some((account) => account.id === use.accountId),
                  ),
                ).toBe(false);
          }
          for (const report of facts.reports)
            if (report.status === 'completed') kept.set(`rev-${index} ${report.entityId}`, report);
          memory = memoryAfter(memory, facts, [], { ...request, reviewId: `rev-${index}`, now: at });
        }
      },
    ),
    { numRuns: process.env.LONG ? 1_000 : 15 },
  );
  // Both happen, or the law says nothing.
  expect(reused).toBeGreaterThan(3);
  expect(changes).toBeGreaterThan(3);
});
