import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { fewestCalls, throttleBoundSeconds } from '../../bench/baseline-calls.ts';
import { fewestJobs, type PlainUnit } from '../../bench/baseline-jobs.ts';
import { atLeast, atMost, below, interleave, median } from '../../bench/figure.ts';
import { readOptions } from '../../bench/options.ts';

const program = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));

describe('the program', () => {
  test('prints the rows as JSON alone', async () => {
    const options = ['--import', 'tsx', program, '--quick', '--json', '--only', 'report-jobs'];
    const { stdout } = await promisify(execFile)(process.execPath, options);
    const rows: readonly Record<string, unknown>[] = JSON.parse(stdout);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['name', 'value', 'unit', 'goal', 'ok', 'against']);
      expect(row).toMatchObject({ value: expect.any(Number), unit: '×', ok: true });
    }
  });

  test.each([
    [['--fast'], "Unknown option '--fast'"],
    [['--only', 'luck'], '--only luck: the figures are analysis'],
  ])('refuses %j in one line', (given, words) => {
    const options = readOptions(given, ['analysis']);
    expect(options).toEqual({ problem: expect.stringContaining(words) });
  });
});

describe('figures', () => {
  test('a goal is met at its bound, or only below it', () => {
    const row = { name: 'n', value: 1.3, unit: '×', against: 'b' };
    expect(atMost(1.3, row)).toMatchObject({ goal: '≤ 1.3', ok: true });
    expect(below(1.3, row)).toMatchObject({ goal: '< 1.3', ok: false });
    expect(atLeast(1.3, row)).toMatchObject({ goal: '≥ 1.3', ok: true });
    expect(atLeast(1.31, row)).toMatchObject({ goal: '≥ 1.31', ok: false });
  });

  test('the median is the middle', () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 9])).toBe(3);
  });

  test('two things are measured by turns, each second every other time', async () => {
    const turns: string[] = [];
    const turn = (name: string) => () => turns.push(name);
    await interleave(3, turn('ours'), turn('theirs'));
    expect(turns).toEqual(['ours', 'theirs', 'theirs', 'ours', 'ours', 'theirs']);
  });
});

describe('baselines', () => {
  test('the fewest calls of a small organization, counted by hand', () => {
    const calls = fewestCalls({
      accounts: 41,
      childUnits: [21, 0],
      policies: [
        { targets: 63, awsManaged: true },
        { targets: 2, awsManaged: false },
        { targets: 0, awsManaged: false },
      ],
    });
    expect(calls).toEqual({
      GetCallerIdentity: 1,
      DescribeOrganization: 1,
      ListRoots: 1,
      ListAccounts: 2 * 3,
      ListOrganizationalUnitsForParent: 2 + 1,
      ListPolicies: 1,
      ListTargetsForPolicy: 4 + 1 + 1,
      DescribePolicy: 2,
      ListTagsForResource: 1,
    });
  });

  test('the throttle bound is that of the slowest operation', () => {
    expect(throttleBoundSeconds({ DescribePolicy: 12, ListAccounts: 12, ListRoots: 1 })).toBe(5);
  });

  const unit = (id: string, accounts: readonly number[], ...children: readonly PlainUnit[]): PlainUnit => ({
    id,
    accounts,
    children,
  });
  const pair = unit('root', [], unit('left', [0]), unit('right', [1]));

  test.each([
    ['nobody used it: the root decides', pair, [], 1],
    [
      '(a) all use is old: the root decides',
      pair,
      [
        [
          [0, 200],
          [1, 300],
        ],
      ],
      1,
    ],
    ['(c) one account used it: the root decides for the other side too', pair, [[[0, 5]]], 1],
    [
      '(b) two used it: the root names one side, the other is asked',
      pair,
      [
        [
          [0, 5],
          [1, 9],
        ],
      ],
      2,
    ],
    [
      'the report of an OU below tells that the one above is used',
      unit('root', [], unit('left', [0]), unit('right', [], unit('inner', [1]), unit('other', [2]))),
      [
        [
          [0, 5],
          [1, 9],
          [2, 300],
        ],
      ],
      3,
    ],
  ] as const)('the fewest jobs: %s', (_, root, use, jobs) => {
    const maps = use.map((uses) => new Map<number, number>(uses as readonly (readonly [number, number])[]));
    expect(fewestJobs(root, maps, 180)).toBe(jobs);
  });
});
