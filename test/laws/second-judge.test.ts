import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { universeOf } from '../../core/policy/action-universe.ts';
import { parsePolicy } from '../../core/policy/document.ts';
import { accessOf, standingOfAction, together } from '../../core/policy/identity-access.ts';
import { knownActions } from '../../core/policy/known-actions.ts';
import { contextOf } from '../../core/policy/simulation.ts';
import { standingOf } from '../../core/policy/standing.ts';
import { claimOf } from '../../core/proof/checks/second-judge.ts';
import { allowedByOrganization } from '../../sandbox/iam/simulate.ts';
import { actions, policyValue } from './policy-generators.ts';

// SCPs that organizations publish, beside the project where they are kept.
const corpusFolder = fileURLToPath(new URL('../../../shared/data/scp-corpus/', import.meta.url));
const corpus = existsSync(corpusFolder)
  ? readdirSync(corpusFolder).map((name) => readFileSync(`${corpusFolder}${name}`, 'utf8'))
  : [];
if (corpus.length === 0) console.log('No corpus of SCPs beside the project: only random ones are judged.');

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

test('the same of the policies of a user or role', () => {
  const universe = universeOf(knownActions());
  const named = ['s3:GetObject', 's3:PutObject', 'lex:CreateBot', 'ec2:RunInstances'];
  let certain = 0;
  fc.assert(
    fc.property(
      fc.array(policyValue, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...named),
      (policies, action) => {
        const texts = policies.map((value) => JSON.stringify(value));
        const access = together(
          texts.map((text) => {
            const parsed = parsePolicy(text);
            if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
            return accessOf(universe, parsed.value.statements);
          }),
        );
        const claim = standingOfAction(universe, access, action);
        if (claim === 'depends') return;
        certain += 1;
        // What one level of SCPs says is said as the policies of a principal say it.
        expect(allowedByOrganization([texts], action, context)).toBe(claim === 'allowed');
      },
    ),
    { numRuns: runs },
  );
  expect(certain).toBeGreaterThan(runs / 10);
});

test('the same of published SCPs, alone and in stacks, over all known actions', () => {
  if (corpus.length === 0) return;
  const fullAccess = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
  const known = [...knownActions()].flatMap(([namespace, names]) =>
    names.map((name) => `${namespace}:${name}`),
  );
  const readable = corpus.filter((text) => parsePolicy(text).ok);
  expect(readable.length).toBeGreaterThan(corpus.length / 2);
  const level = fc.array(fc.constantFrom(fullAccess, ...readable), { minLength: 1, maxLength: 3 });
  const stacks = fc.array(level, { minLength: 1, maxLength: 4 });
  let certain = 0;
  fc.assert(
    fc.property(stacks, fc.constantFrom(...known), (levels, action) => {
      const documents = levels.map((texts) =>
        texts.flatMap((text) => {
          const parsed = parsePolicy(text);
          return parsed.ok ? parsed.value : [];
        }),
      );
      const claim = claimOf(standingOf, documents, action, context['aws:PrincipalArn'] ?? '');
      if (claim === 'depends') return;
      certain += 1;
      expect(allowedByOrganization(levels, action, context)).toBe(claim === 'allowed');
    }),
    { numRuns: runs },
  );
  expect(certain).toBeGreaterThan(runs / 10);
});
