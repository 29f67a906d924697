import { describe, expect, test } from '@jest/globals';
import { reportRows } from '../../sandbox/report-rows.ts';
import { ScenarioError } from '../../sandbox/scenario.ts';
import { checkScenario } from '../../sandbox/scenario-check.ts';
import { largeScenario } from '../../sandbox/scenario-large.ts';
import { lastUseUntil, type Use } from '../../sandbox/uses.ts';
import { createWorld, type World } from '../../sandbox/world.ts';

const day = 86_400;
const root = (world: World) => {
  const entity = world.entities.get(world.rootId);
  if (entity === undefined) throw new Error('no root');
  return entity;
};

describe('a large organization', () => {
  test('is the same for the same seed, and another for another', () => {
    const options = { seed: 7, accounts: 300 };
    expect(largeScenario(options)).toEqual(largeScenario(options));
    expect(largeScenario(options)).not.toEqual(largeScenario({ ...options, seed: 8 }));
    expect(() => checkScenario(JSON.parse(JSON.stringify(largeScenario(options))))).not.toThrow();
  });

  test.each([
    ['too few accounts', { seed: 1, accounts: 9 }],
    ['too many accounts', { seed: 1, accounts: 50_001 }],
    ['half an account', { seed: 1, accounts: 10.5 }],
    ['no seed', { seed: Number.NaN, accounts: 10 }],
  ])('%s is refused', (_, options) => {
    expect(() => largeScenario(options)).toThrow(ScenarioError);
  });

  /** As many as there can be with LONG=1. */
  const [accounts, units] = process.env.LONG ? [50_000, 2_000] : [5_000, 250];
  test(`of ${accounts} accounts has ${units} OUs`, () => {
    const world = createWorld(largeScenario({ seed: 7, accounts }));
    const types = [...world.entities.values()].map(({ type }) => type);
    expect(types.filter((type) => type === 'ORGANIZATIONAL_UNIT')).toHaveLength(units);
    // With the management account.
    expect(types.filter((type) => type === 'ACCOUNT')).toHaveLength(accounts + 1);
  });

  test('has a long tail of use, which begins, ends and comes back while the clock runs', () => {
    const world = createWorld(largeScenario({ seed: 7, accounts: 500 }));
    const rowsNow = () => reportRows(world, root(world), null);
    const first = rowsNow();
    const used = first.filter(({ latest }) => latest !== null);
    const byMany = used.filter(({ accounts }) => accounts > 250);
    expect(byMany.length).toBeGreaterThan(8);
    expect(used.length).toBeGreaterThan(5 * byMany.length);
    expect(first.length - used.length).toBeGreaterThan(100);
    const unusedAt = (at: number) => (row: (typeof first)[number]) =>
      row.latest !== null && at - row.latest.at > 180 * day * 1000;
    const lapsed = first.filter(unusedAt(world.now())).map(({ namespace }) => namespace);
    expect(lapsed.length).toBeGreaterThan(0);
    world.advanceSeconds(200 * day);
    const later = rowsNow();
    const lapsedLater = later.filter(unusedAt(world.now())).map(({ namespace }) => namespace);
    expect(lapsedLater.filter((name) => !lapsed.includes(name)).length).toBeGreaterThan(0);
    expect(lapsed.filter((name) => !lapsedLater.includes(name)).length).toBeGreaterThan(0);
  });
});

describe('use that goes on', () => {
  const use = (again: Use['again']): Use => ({
    ...{ namespace: 'lex', region: 'us-east-1', place: 'r-ex01' },
    ...{ at: 100, again },
  });
  test.each<[string, Use['again'], number, number | null]>([
    ['before the first time', null, 99, null],
    ['once', null, 1_000, 100],
    ['again and again', { every: 30, until: Number.POSITIVE_INFINITY }, 171, 160],
    ['just when it is used', { every: 30, until: Number.POSITIVE_INFINITY }, 160, 160],
    ['after its end', { every: 30, until: 150 }, 1_000, 130],
    ['where it ended before it began', { every: 30, until: 50 }, 1_000, 100],
  ])('%s', (_, again, now, last) => {
    expect(lastUseUntil(use(again), now)).toBe(last);
  });
});
