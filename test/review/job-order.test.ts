import { describe, expect, test } from '@jest/globals';
import { nextReports } from '../support/next-reports.ts';
import { day, now, reportOf, reviewOf, treeOf, type Use } from '../support/small-world.ts';

const services = ['braket', 'dms', 'glue', 'lex'];
const accounts = (from: number, count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `a${from + index}`,
      { id: String(222222222000 + from + index) },
    ]),
  );
const used = (account: number, daysAgo: number, names: readonly string[] = services): readonly Use[] =>
  names.map((service) => ({ accountId: String(222222222000 + account), service, at: now - daysAgo * day }));

describe('which report is asked next', () => {
  const tree = treeOf({
    Busy: accounts(0, 1),
    Alone: accounts(1, 1),
    Crowd: accounts(10, 6),
    Upper: { ...accounts(20, 1), Lower: accounts(30, 8), Small: accounts(40, 1) },
  });
  // The report of the root names Busy for everything, that of Upper its own account.
  const uses = [
    used(0, 1),
    used(1, 10),
    used(10, 30, ['braket', 'lex']),
    used(20, 20),
    used(30, 40),
    used(40, 50),
  ].flat();
  const asked = (...ids: readonly string[]) =>
    reviewOf(tree, { reports: ids.map((id) => reportOf(tree, id, uses, services)) });

  test('the scope first, then what decides most pairs of account and service, not most services', () => {
    const none = asked();
    expect(nextReports(none.facts, none.request)).toEqual(['r-test']);
    const root = asked('r-test');
    expect(nextReports(root.facts, root.request)).toEqual(['ou-test-crowd000', 'ou-test-upper000']);
  });

  test('what waits below a large OU comes before a small one beside it', () => {
    const { facts, request } = asked('r-test', 'ou-test-upper000', 'ou-test-crowd000');
    expect(nextReports(facts, request)).toEqual(['ou-test-lower000', 'ou-test-alone000', 'ou-test-small000']);
  });
});

describe('what only can be listed', () => {
  // Every account uses one member of a product each day; One used another, and a protected service, long ago.
  const tree = treeOf({ One: accounts(1, 1), Two: accounts(2, 1) });
  const listed = ['apigateway', 'execute-api', 'support'];
  const uses = [
    used(1, 1, ['execute-api']),
    used(2, 1, ['execute-api']),
    used(1, 250, ['apigateway', 'support']),
  ].flat();
  const open = (lastReportDaysAgo: number, ...remembered: readonly string[]) => {
    const { facts, request } = reviewOf(tree, {
      reports: [reportOf(tree, 'r-test', [...uses, ...used(2, 0.5, listed)], listed)],
      askedBefore: new Map([['ou-test-one00000', now - lastReportDaysAgo * day]]),
      remembered: new Map(
        remembered.map((service) => [service, new Map([['222222222001', now - 3 * day]])] as const),
      ),
    });
    return nextReports(facts, request);
  };

  test('is not asked for by itself while the product is known in use, until its last report is old', () => {
    expect(open(7, 'execute-api')).toEqual([]);
    expect(open(91, 'execute-api')).toEqual(['ou-test-one00000']);
  });

  test('is asked for with a member of the product whose use is not known', () => {
    expect(open(7)).toEqual(['ou-test-one00000']);
  });
});
