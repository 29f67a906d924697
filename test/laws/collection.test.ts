import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AccessReport } from '../../core/finding/access-report.ts';
import type { OrganizationTree } from '../../core/organization/organization.ts';
import {
  type Answer,
  type Collection,
  factsOf,
  newCollection,
  treeAnswer,
  withAnswer,
} from '../../core/review/collection.ts';
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

const numRuns = process.env.LONG ? 3_000 : 50;

const services = ['braket', 'dms', 'lex'];
const places = ['ou-test-one00000', 'ou-test-two00000', 'ou-test-inner000', 'r-test'] as const;

interface World {
  readonly tree: OrganizationTree;
  readonly uses: readonly Use[];
  readonly targets: readonly string[];
  readonly failing: readonly string[];
}

const world: fc.Arbitrary<World> = fc
  .record({
    homes: fc.array(fc.constantFrom(...places), { minLength: 2, maxLength: 7 }),
    targets: fc.uniqueArray(fc.constantFrom(...places.slice(0, 3)), { maxLength: 3 }),
    failing: fc.subarray([...places], { maxLength: 1 }),
    uses: fc.array(fc.record({ who: fc.nat(6), service: fc.constantFrom(...services), ago: fc.nat(410) }), {
      maxLength: 12,
    }),
  })
  .map(({ homes, uses, ...rest }) => {
    const idOf = (index: number) => String(222222222220 + (index % homes.length));
    const at = (place: string) =>
      Object.fromEntries(
        homes.flatMap((home, index) => (home === place ? [[`a${index}`, { id: idOf(index) }]] : [])),
      );
    return {
      ...rest,
      tree: treeOf({ One: at(places[0]), Two: { ...at(places[1]), Inner: at(places[2]) }, ...at('r-test') }),
      uses: uses.map(({ who, service, ago }) => ({ accountId: idOf(who), service, at: now - ago * day })),
    };
  });

function ask({ failing, tree, uses }: World, entityId: string): AccessReport {
  if (failing.includes(entityId))
    return { status: 'failed', entityId, failure: { code: 'REPORT_TIMED_OUT', message: 'stuck' } };
  return reportOf(tree, entityId, uses, services);
}

/** The same answers, come in another order: each goes to a place that its number names. */
function shuffled(collection: Collection, numbers: readonly number[]): Collection {
  const answers: Answer[] = [];
  for (const [index, answer] of [...collection.answers.values()].entries())
    answers.splice((numbers[index % numbers.length] ?? 0) % (index + 1), 0, answer);
  const empty = { ...collection, round: -1, answers: new Map() };
  return answers.reduce(withAnswer, empty);
}

/** A review to its end. After each of these numbers of answers it is stopped, its answers are put in disorder, and it starts again. */
function reviewed(given: World, stops: readonly number[], numbers: readonly number[] = []) {
  const { tree } = given;
  const deny = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'ec2:*', Resource: '*' }] };
  const { facts: start, request } = reviewOf(tree, {
    policies: [
      fullAccess(tree),
      policy(
        'p-shared00',
        deny,
        given.targets.map((id) => target(tree, id)),
      ),
    ],
  });
  let collection = withAnswer(newCollection(request), treeAnswer(tree, 0));
  let asked = 0;
  let runs = 0;
  const run = (most: number): boolean => {
    for (let left = most; ; ) {
      const facts = factsOf(start, collection);
      const questions = nextQuestions({
        ...{ collection, facts, request, hasEnded: false, mustRead: false, now: request.asOf },
        judgement: judge(facts, request),
      });
      if (questions.length === 0) return true;
      for (const question of questions) {
        if (left === 0) return false;
        left -= 1;
        if (question.type === 'tree') throw new Error('nobody moved');
        const { round } = collection;
        if (question.type === 'report') asked += 1;
        const answer: Answer =
          question.type === 'report'
            ? { type: 'report', round, report: ask(given, question.entityId) }
            : { type: 'parents', round, places: placesOf(tree) };
        collection = withAnswer(collection, answer);
      }
    }
  };
  for (const stop of [...stops, Number.POSITIVE_INFINITY]) {
    runs += 1;
    if (run(stop)) break;
    collection = withAnswer(shuffled(collection, numbers), treeAnswer(tree, collection.round + 1));
  }
  const facts = factsOf(start, collection);
  return { facts, asked, runs, decision: review(facts, request) };
}

function placesOf(tree: OrganizationTree) {
  const answer = treeAnswer(tree, 0);
  return answer.type === 'tree' ? answer.places : [];
}

describe('a review that is stopped and starts again, its answers read in any order', () => {
  test('ends with the facts and the decision of asking in one go, and asks nobody twice', () => {
    let stopped = 0;
    const numbers = fc.array(fc.nat(50), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(world, fc.array(fc.nat(3), { maxLength: 5 }), numbers, (given, stops, order) => {
        const whole = reviewed(given, []);
        const parts = reviewed(given, stops, order);
        stopped += parts.runs - 1;
        const { moves, reports, movedAgainAccountIds } = parts.facts;
        expect({ moves, reports, movedAgainAccountIds }).toEqual({
          moves: whole.facts.moves,
          reports: whole.facts.reports,
          movedAgainAccountIds: [],
        });
        expect(parts.asked).toBe(whole.asked);
        const { changes, findings, refusals } = parts.decision;
        expect({ changes, findings, refusals }).toEqual({
          changes: whole.decision.changes,
          findings: whole.decision.findings,
          refusals: whole.decision.refusals,
        });
      }),
      { numRuns },
    );
    expect(stopped).toBeGreaterThan(numRuns / 2);
  });
});
