import { expect, test } from '@jest/globals';
import type { SimulatedChains } from '../../core/policy/simulation.ts';
import { secondJudge } from '../../core/proof/checks/second-judge.ts';
import type { ProofSubject } from '../../core/proof/subject.ts';
import { simulateQuestions } from '../../core/review/simulate-questions.ts';
import {
  actionsDigest,
  type SourceAnswer,
  sourceFacts,
  sourceQuestionId,
} from '../../core/review/sources.ts';
import { allowedByOrganization } from '../../sandbox/iam/simulate.ts';
import { backend, ours, subject, text, tree } from '../proof/good-edit.ts';
import { target } from '../support/small-world.ts';

const settings = { sources: { simulate: true, simulatedCalls: 500 } };
const lower = [target(tree, backend)];
/** An edit of the OU, and one of the OU inside it: the accounts of that one are in both blast radii. */
const upperEdit = subject({ settings });
const lowerEdit = subject({
  settings,
  edit: {
    ...{ policyId: null, policyName: 'New', targets: lower, services: ['polly'], before: null },
    after: text({ ...ours, Action: 'polly:*' }),
  },
});

type Question = ReturnType<typeof simulateQuestions>[number];

/** What the simulator answers, or why it does not. */
function answerTo({ actions, simulations }: Question, failure?: string): SourceAnswer {
  const answers = simulations.map(({ context, id, levels }) => {
    const allowed = actions.map((action) => [action, allowedByOrganization(levels, action, context)]);
    return [id, failure === undefined ? { allowed: Object.fromEntries(allowed) } : { failure }] as const;
  });
  return { type: 'simulate', round: 0, actionsDigest: actionsDigest(actions), answers };
}

const known = (answers: readonly SourceAnswer[]): SimulatedChains =>
  sourceFacts(answers).simulated ?? new Map();
const verdict = (of: ProofSubject, answers: readonly SourceAnswer[]) =>
  secondJudge.check({ ...of, simulated: known(answers) });

test('two edits above the same accounts: each service of both is tried under the chain that both begin from', () => {
  const questions = simulateQuestions([upperEdit, lowerEdit], new Map());
  const answers = questions.map((question) => answerTo(question));
  for (const edit of [upperEdit, lowerEdit]) expect(verdict(edit, answers)).toMatchObject({ verdict: 'ok' });
  expect(simulateQuestions([upperEdit, lowerEdit], known(answers))).toEqual([]);
  // Each answer is kept for itself.
  expect(new Set(answers.map(sourceQuestionId)).size).toBe(answers.length);
  // Nothing is asked twice.
  const asked = questions.flatMap(({ actions, simulations }) =>
    simulations.flatMap(({ id }) => actions.map((action) => `${id} ${action}`)),
  );
  expect(new Set(asked).size).toBe(asked.length);
});

test('an edit that is drafted later, after answers about another: what is missing is asked', () => {
  const first = simulateQuestions([upperEdit], new Map()).map((question) => answerTo(question));
  const then = simulateQuestions([lowerEdit], known(first)).map((question) => answerTo(question));
  expect(verdict(lowerEdit, first).verdict).toBe('not-proven');
  expect(verdict(lowerEdit, [...first, ...then])).toMatchObject({ verdict: 'ok' });
  expect(verdict(upperEdit, [...then, ...first])).toMatchObject({ verdict: 'ok' });
});

test('a chain of which one call was refused is not proven, whatever else was answered, and is left alone', () => {
  const [first, ...others] = simulateQuestions([upperEdit], new Map());
  if (!first) throw new Error('nothing is asked');
  const answers = [answerTo(first, 'AccessDenied'), ...others.map((question) => answerTo(question))];
  expect(verdict(upperEdit, [...answers, answerTo(first)])).toMatchObject({ verdict: 'not-proven' });
  expect(simulateQuestions([upperEdit], known(answers))).toEqual([]);
});

test('the calls of all edits together are bounded', () => {
  const callsOf = (questions: readonly Question[]) =>
    questions.reduce(
      (sum, { actions, simulations }) => sum + simulations.length * Math.ceil(actions.length / 100),
      0,
    );
  const all = callsOf(simulateQuestions([upperEdit, lowerEdit], new Map()));
  for (const simulatedCalls of [all - 1, Math.ceil(all / 2), 1]) {
    const bounded = { sources: { simulate: true, simulatedCalls } };
    const edits = [
      subject({ settings: bounded }),
      { ...lowerEdit, configuration: subject({ settings: bounded }).configuration },
    ];
    const first = simulateQuestions(edits, new Map());
    expect(callsOf(first)).toBeLessThanOrEqual(simulatedCalls);
    const answers = first.map((question) => answerTo(question));
    expect(simulateQuestions(edits, known(answers))).toEqual([]);
  }
});
