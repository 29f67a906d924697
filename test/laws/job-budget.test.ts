import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rememberedUse } from '../../core/finding/remembered-use.ts';
import { type SeenUse, withReports } from '../../core/finding/seen-use.ts';
import { type EvidenceMemory, memoryAfter, noMemory } from '../../core/review/evidence.ts';
import { judge } from '../../core/review/judgement.ts';
import { reportsToAsk } from '../../core/review/next-questions.ts';
import { day, type Nest, now, reportOf, reviewOf, treeOf, type Use } from '../support/small-world.ts';

const services = ['braket', 'dms', 'glue', 'lex'];
const week = 7 * day;

const organizations = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 4 })
  .map((branches) => {
    let count = 0;
    const account = () => {
      count += 1;
      return { [`a${count}`]: { id: String(222222222000 + count) } };
    };
    const nest = Object.fromEntries(
      branches.map((inner, index): [string, Nest] => {
        const deep = Array.from({ length: inner }, (_, place): [string, Nest] => [
          `Deep${index}${place}`,
          account(),
        ]);
        return [`Branch${index}`, { ...account(), ...Object.fromEntries(deep) }];
      }),
    );
    return treeOf(nest);
  });

test('week after week no OU that is open waits longer than one round of all, however small the budget', () => {
  let longest = 0;
  fc.assert(
    fc.property(organizations, fc.integer({ min: 2, max: 5 }), (tree, jobBudget) => {
      let memory: EvidenceMemory = noMemory;
      let seen: SeenUse = new Map();
      const units = [...tree.entities.values()].filter(({ type }) => type !== 'account');
      const openSince = new Map<string, number>();
      const round = Math.ceil(units.length / (jobBudget - 1)) + 2;
      for (let turn = 0; turn < 3 * round; turn += 1) {
        const at = now + turn * week;
        // Every account uses three of the services each week, so each OU has something unused and something to look for below.
        const uses: readonly Use[] = tree.accounts.flatMap(({ id }, index) =>
          services
            .filter((_, service) => (service + index) % 4 !== 0)
            .map((service, order) => ({ accountId: id, service, at: at - (index + order + 1) * 3_600_000 })),
        );
        const { facts, request } = reviewOf(tree, {
          remembered: rememberedUse(seen, at - 180 * day),
          waitingSince: memory.waitingSince,
          request: { asOf: at, jobBudget },
          settings: { mode: 'observe' },
        });
        let reports = facts.reports;
        let judgement = judge(facts, request);
        while (reports.length < jobBudget) {
          const open = reportsToAsk({ judgement, request, facts: { ...facts, reports } }, reports.length);
          if (open.length === 0) break;
          for (const id of open) {
            reports = [...reports, reportOf(tree, id, uses, services, at)];
          }
          judgement = judge({ ...facts, reports }, request);
        }
        expect(reports.length).toBeLessThanOrEqual(jobBudget);
        const open = [...judgement.detection.openQuestions.keys()];
        for (const { id } of units) {
          longest = Math.max(longest, turn - (openSince.get(id) ?? turn));
          if (!open.includes(id)) openSince.delete(id);
          else if (!openSince.has(id)) openSince.set(id, turn);
          expect(turn - (openSince.get(id) ?? turn)).toBeLessThanOrEqual(round);
        }
        seen = withReports(
          seen,
          reports.flatMap((report) => (report.status === 'completed' ? [report] : [])),
        ).seen;
        memory = memoryAfter(memory, { ...facts, reports }, open, {
          ...request,
          reviewId: `rev-${turn}`,
          now: at,
        });
      }
    }),
    { numRuns: process.env.LONG ? 300 : 20 },
  );
  // Some had to wait at all.
  expect(longest).toBeGreaterThan(1);
});
