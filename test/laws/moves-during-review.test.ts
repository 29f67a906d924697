import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AccessReport, namedAccount, type ServiceRow } from '../../core/finding/access-report.ts';
import { placesIn } from '../../core/finding/moves.ts';
import {
  accountsBelow,
  entityOf,
  isWithin,
  type OrganizationTree,
} from '../../core/organization/organization.ts';
import {
  type Answer,
  factsOf,
  newCollection,
  type Question,
  treeAnswer,
  withAnswer,
} from '../../core/review/collection.ts';
import { judge } from '../../core/review/judgement.ts';
import { nextQuestions } from '../../core/review/next-questions.ts';
import { review } from '../../core/review/review.ts';
import type { ReviewFacts } from '../../core/review/review-facts.ts';
import { day, fullAccess, now, policy, reviewOf, target, treeOf } from '../support/small-world.ts';

const numRuns = process.env.LONG ? 20_000 : 200;
const services = ['braket', 'dms', 'lex'];
const cutOff = now - 180 * day;
const places = ['ou-test-old00000', 'ou-test-new00000', 'ou-test-inner000', 'r-test'] as const;

interface Use {
  readonly who: number;
  readonly service: string;
  readonly at: number;
}

/** Moves of accounts by number, each before the n-th thing that the review does: a report, a look at parents, a reading of the tree. */
interface World {
  readonly homes: readonly string[];
  readonly attribution: 'current' | 'at-use';
  readonly targets: readonly string[];
  readonly uses: readonly Use[];
  readonly moves: readonly { readonly before: number; readonly who: number; readonly to: string }[];
}

const world: fc.Arbitrary<World> = fc.record({
  homes: fc.array(fc.constantFrom(...places), { minLength: 1, maxLength: 5 }),
  attribution: fc.constantFrom('current' as const, 'at-use' as const),
  targets: fc.uniqueArray(fc.constantFrom(...places.slice(0, 3)), { maxLength: 3 }),
  uses: fc.array(
    fc.record({
      who: fc.nat(4),
      service: fc.constantFrom(...services),
      at: fc
        .oneof(fc.constantFrom(180, 179.9, 20, 181), fc.double({ min: 0.1, max: 399, noNaN: true }))
        .map((ago) => now - ago * day),
    }),
    { maxLength: 8 },
  ),
  moves: fc.array(fc.record({ before: fc.nat(12), who: fc.nat(4), to: fc.constantFrom(...places) }), {
    minLength: 1,
    maxLength: 2,
  }),
});

function treeWith(homes: readonly string[]): OrganizationTree {
  const at = (place: string) =>
    Object.fromEntries(
      homes.flatMap((home, index) => (home === place ? [[`a${index}`, { id: idOf(index) }]] : [])),
    );
  return treeOf({ Old: at(places[0]), New: { ...at(places[1]), Inner: at(places[2]) }, ...at('r-test') });
}

function idOf(index: number): string {
  return String(222222222220 + index);
}

/** The report that AWS makes now: past use is counted where the account is, or where it was before the first move. */
function ask(given: World, tree: OrganizationTree, entityId: string): AccessReport {
  const placeOf = ({ who }: Use): string =>
    given.attribution === 'current'
      ? (entityOf(tree, idOf(who)).parentId ?? '')
      : (given.homes[who] as string);
  const isAccount = entityOf(tree, entityId).type === 'account';
  const rows = services.map((service): [string, ServiceRow] => {
    const counted = given.uses
      .filter((use) => use.service === service && use.who < given.homes.length)
      .filter((use) => (isAccount ? idOf(use.who) === entityId : isWithin(tree, placeOf(use), entityId)))
      .sort((a, b) => b.at - a.at);
    const [last] = counted;
    const row = {
      serviceNamespace: service,
      serviceName: service,
      lastAccessedAt: last?.at ?? null,
      lastAccessedBy: namedAccount(last ? `${entityOf(tree, placeOf(last)).path}/${idOf(last.who)}` : null),
      lastAccessedRegion: last ? 'us-east-1' : null,
      accountsEverUsed: new Set(counted.map(({ who }) => who)).size,
    };
    return [service, row];
  });
  const jobId = `job-${entityId}`;
  return { status: 'completed', entityId, jobId, createdAt: now, completedAt: now, rows: new Map(rows) };
}

/**
 * A review from its first reading of the tree to its decision, with the moves in between. `unseen`: accounts that were
 * elsewhere only while a report was made, and back before the next look at the organization. No call of AWS shows these.
 */
function reviewed(given: World) {
  const homes = [...given.homes];
  const looks: (readonly string[])[] = [];
  const reporting: (readonly string[])[] = [];
  let done = 0;
  const step = (): OrganizationTree => {
    for (const { before, to, who } of given.moves) if (before === done && who < homes.length) homes[who] = to;
    done += 1;
    return treeWith(homes);
  };
  const policies = (tree: OrganizationTree) => [
    fullAccess(tree),
    policy(
      'p-shared00',
      { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'ec2:RunInstances', Resource: '*' }] },
      given.targets.map((id) => target(tree, id)),
    ),
  ];
  const look = (): OrganizationTree => {
    const tree = step();
    looks.push([...homes]);
    return tree;
  };
  const reportOf = (id: string): AccessReport => {
    const tree = step();
    reporting.push([...homes]);
    return ask(given, tree, id);
  };
  const first = treeWith(homes);
  looks.push([...homes]);
  const begun = reviewOf(first, { policies: policies(first), readAt: now + day });
  const { request } = begun;
  let start = begun.facts;
  let collection = withAnswer(newCollection(request), treeAnswer(first, 0));
  const answerTo = (question: Question): Answer => {
    const { round } = collection;
    if (question.type === 'report') return { type: 'report', round, report: reportOf(question.entityId) };
    const tree = look();
    if (question.type === 'parents') return { type: 'parents', round, places: placesIn(tree) };
    start = { ...start, tree, policies: policies(tree) };
    return treeAnswer(tree, round + 1);
  };
  for (;;) {
    const facts = factsOf(start, collection);
    const questions = nextQuestions({
      ...{ collection, facts, request, hasEnded: false, mustRead: false, now: request.asOf },
      judgement: judge(facts, request),
    });
    if (questions.length === 0) break;
    for (const question of questions) collection = withAnswer(collection, answerTo(question));
  }
  const facts = factsOf(start, collection);
  // The same facts come of the same answers in the reverse order.
  const reverse = [...collection.answers.values()].reverse().reduce(withAnswer, newCollection(request));
  expect(answeredOf(factsOf(start, reverse))).toEqual(answeredOf(facts));
  const staysAt = (who: number): string | null =>
    looks.every((places) => places[who] === given.homes[who]) ? (given.homes[who] as string) : null;
  const unseen = new Set(
    homes.flatMap((_, who) => {
      const place = staysAt(who);
      return place !== null && reporting.some((places) => places[who] !== place) ? [idOf(who)] : [];
    }),
  );
  return { facts, unseen, decision: review(facts, request) };
}

/** What of the facts comes of answers. */
function answeredOf({ moves, movesDuringReview, reports, movedAgainAccountIds }: ReviewFacts) {
  return {
    moves,
    movesDuringReview,
    movedAgainAccountIds,
    reports: reports.map((one) => [one.entityId, one.status]),
  };
}

/** Accounts below an entity of the tree as last read that used a service since the cut-off. */
function usersBelow(given: World, tree: OrganizationTree, entityId: string, service: string) {
  const below = new Set(accountsBelow(tree, entityId).map(({ id }) => id));
  return given.uses
    .filter((use) => use.service === service && use.at >= cutOff && below.has(idOf(use.who)))
    .map(({ who }) => idOf(who));
}

describe('accounts that move at any point of a review, once or twice, use attributed either way', () => {
  test('no finding and no change reaches an account that used the service, where any look shows that it moved', () => {
    let changes = 0;
    let moved = 0;
    fc.assert(
      fc.property(world, (given) => {
        const { decision, facts, unseen } = reviewed(given);
        const reaches = (id: string, service: string): boolean =>
          usersBelow(given, facts.tree, id, service).some((accountId) => !unseen.has(accountId));
        if (facts.movesDuringReview.size > 0) moved += 1;
        const wrong: string[] = [];
        for (const { entityId, serviceNamespace } of decision.findings)
          if (reaches(entityId, serviceNamespace)) wrong.push(`finding ${serviceNamespace} at ${entityId}`);
        for (const change of decision.changes) {
          changes += 1;
          for (const { id } of change.targets)
            for (const service of change.services)
              if (reaches(id, service)) wrong.push(`change denies ${service} at ${id}`);
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns },
    );
    expect(Math.min(changes, moved)).toBeGreaterThan(numRuns / 10);
  });
});
