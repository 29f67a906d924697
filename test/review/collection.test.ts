import { expect, test } from '@jest/globals';
import type { CompletedReport, ServiceRow } from '../../core/finding/access-report.ts';
import {
  type Answer,
  factsOf,
  isReadAfterAll,
  newCollection,
  treeAnswer,
  withAnswer,
} from '../../core/review/collection.ts';
import { reportOf, reviewOf, treeOf } from '../support/small-world.ts';

const one = 'ou-test-one00000';
const two = 'ou-test-two00000';
const three = 'ou-test-three000';
const mover = { a: { id: '222222222221' } };
const stays = { b: { id: '222222222222' } };
const before = treeOf({ One: mover, Two: stays, Three: {} });
const after = treeOf({ One: {}, Two: { ...mover, ...stays }, Three: {} });

/** The statuses of reports of One, Two and Three after these answers, by entity; absent: dropped. */
function statuses(answers: readonly Answer[], tree = after) {
  const { facts, request } = reviewOf(tree);
  const folded = factsOf(facts, answers.reduce(withAnswer, newCollection(request)));
  const reports = folded.reports.map((report) => [report.entityId, report.status]);
  return { ...Object.fromEntries(reports), unsettled: folded.movedAgainAccountIds };
}

const reports = (round: number, ids: readonly string[]): readonly Answer[] =>
  ids.map((id) => ({ type: 'report', round, report: reportOf(before, id, [], ['lex']) }));
const look = (tree: typeof before, round: number): Answer => {
  const seen = treeAnswer(tree, round);
  return { type: 'parents', round, places: seen.type === 'tree' ? seen.places : [] };
};
const moved = [treeAnswer(before, 0), ...reports(0, [one, two, three]), look(after, 0), treeAnswer(after, 1)];

test('reports of what an account left and came to are dropped, others stay', () => {
  expect(statuses(moved)).toEqual({ [three]: 'completed', unsettled: [] });
});

test('a report of the round after counts, also if the earlier one arrives later', () => {
  const again = reports(1, [two]);
  const wanted = { [two]: 'completed', [three]: 'completed', unsettled: [] };
  expect(statuses([...moved, ...again])).toEqual(wanted);
  expect(statuses([...again, ...moved])).toEqual(wanted);
});

test('where accounts move in two rounds, what the second touches is unknown', () => {
  const twice = [...moved, ...reports(1, [two]), look(before, 1), treeAnswer(before, 2)];
  expect(statuses(twice, before)).toEqual({
    [two]: 'failed',
    [three]: 'completed',
    unsettled: ['222222222221'],
  });
});

test.each<[string, readonly Answer[], boolean]>([
  ['nothing was asked since', [treeAnswer(before, 0), ...reports(0, [one]), treeAnswer(after, 1)], true],
  ['a report came after the tree', [treeAnswer(before, 0), ...reports(0, [one])], false],
  [
    'a report was made while the tree was read: the account may have moved after its page',
    [
      ...[treeAnswer(before, 0), ...reports(0, [one]).map((answer) => ({ ...answer, beside: 1 }))],
      treeAnswer(after, 1),
    ],
    false,
  ],
  [
    'it was read once more',
    [
      ...[treeAnswer(before, 0), ...reports(0, [one]).map((answer) => ({ ...answer, beside: 1 }))],
      ...[treeAnswer(after, 1), treeAnswer(after, 2)],
    ],
    true,
  ],
])('whether the tree was read after every answer: %s', (_, answers, wanted) => {
  const { request } = reviewOf(after);
  expect(isReadAfterAll(answers.reduce(withAnswer, newCollection(request)))).toBe(wanted);
});

test('the places of accounts that stay are kept once, whatever looks show them again', () => {
  const { request } = reviewOf(after);
  const { answers } = moved.reduce(withAnswer, newCollection(request));
  const placesOf = (id: string) => {
    const answer = answers.get(id);
    return answer !== undefined && 'places' in answer ? answer.places : [];
  };
  const [first, ...others] = ['tree:0', 'parents:0', 'tree:1'].map(placesOf);
  for (const places of others) {
    const kept = places.filter((place) => first?.includes(place));
    expect(kept).toContainEqual(['222222222222', two]);
    expect(kept).not.toContainEqual(['222222222221', expect.anything()]);
  }
});

test('a row of a service that nobody used is kept once for all reports; one that tells anything is kept as it is', () => {
  const { request } = reviewOf(before);
  const report = (entityId: string): CompletedReport => {
    const made = reportOf(before, entityId, [], ['lex']);
    const row = made.status === 'completed' ? made.rows.get('lex') : undefined;
    if (made.status === 'failed' || row === undefined) throw new Error('no row');
    const told: Record<string, Partial<ServiceRow>> = {
      braket: { lastAccessedAt: 1 },
      dms: { accountsEverUsed: 1 },
      iam: { lastAccessedRegion: 'eu-west-1' },
      s3: { unreadable: 'no count' },
      sqs: { lastAccessedBy: { id: '222222222221', path: '222222222221', parentId: null } },
    };
    const others = Object.entries(told).map(
      ([serviceNamespace, fields]) => [serviceNamespace, { ...row, serviceNamespace, ...fields }] as const,
    );
    return { ...made, rows: new Map([['lex', row], ...others]) };
  };
  const given = [one, two].map(report);
  const answers: Answer[] = given.map((each) => ({ type: 'report', round: 0, report: each }));
  const kept = [...answers.reduce(withAnswer, newCollection(request)).answers.values()];
  expect(kept).toEqual(answers);
  const rowsOf = (answer: Answer | undefined) =>
    answer?.type === 'report' && answer.report.status === 'completed' ? [...answer.report.rows] : [];
  const second = rowsOf(kept[1]);
  const shared = rowsOf(kept[0]).filter(([, row], index) => second[index]?.[1] === row);
  expect(shared.map(([service]) => service)).toEqual(['lex']);
  expect(second.slice(1)).toEqual([...(given[1]?.rows ?? [])].slice(1));
});
