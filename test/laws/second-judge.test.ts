import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePolicy } from '../../core/policy/document.ts';
import { contextOf } from '../../core/policy/simulation.ts';
import { standingOf } from '../../core/policy/standing.ts';
import { claimOf } from '../../core/proof/checks/second-judge.ts';
import { allowedByOrganization } from '../../sandbox/iam/simulate.ts';
import { actions, policyValue } from './policy-generators.ts';

const runs = process.env.LONG ? 20_000 : 400;
const account = '222222222222';
const context = contextOf(account);
const levels = fc.array(fc.array(policyValue, { minLength: 1, maxLength: 2 }), {
  minLength: 1,
  maxLength: 3,
});

test('what our evaluator says for certain, a simulator that shares no code with it says too', () => {
  let certain = 0;
  fc.assert(
    fc.property(levels, fc.constantFrom(...actions), (stack, action) => {
      const texts = stack.map((level) => level.map((value) => JSON.stringify(value)));
      const documents = texts.map((level) =>
        level.map((text) => {
          const parsed = parsePolicy(text);
          if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
          return parsed.value;
        }),
      );
      const claim = claimOf(standingOf, documents, action, context['aws:PrincipalArn'] ?? '');
      if (claim === 'depends') return;
      certain += 1;
      expect(allowedByOrganization(texts, action, context)).toBe(claim === 'allowed');
    }),
    { numRuns: runs },
  );
  expect(certain).toBeGreaterThan(runs / 10);
});
