import { afterEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../adapters/clock.ts';
import { dayMilliseconds } from '../../core/base/limits.ts';
import type { AccountPlace } from '../../core/finding/moves.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { moveAccount, recordUse } from '../../sandbox/tree.ts';
import { closeBoxes, openBox } from '../adapters/box.ts';
import { openStory, type Story } from './story.ts';
import {
  left,
  mover,
  pool,
  pooled,
  poolUnits,
  quickPorts,
  reviewed,
  right,
  touching,
  twoUnits,
} from './two-units.ts';

let story: Story | null = null;
afterEach(async () => {
  await story?.close();
  story = null;
  await closeBoxes();
});

/** Moves the account right after the n-th report was made. */
function moveAfterReport(sandbox: Sandbox, nth: number, to: string): void {
  let jobs = 0;
  const stop = sandbox.onCall(({ operation }) => {
    if (operation === 'GenerateOrganizationsAccessReport') jobs += 1;
    if (operation !== 'ListAccounts' || jobs < nth) return;
    stop();
    moveAccount(sandbox.world, mover, to);
  });
}

describe('an organization that changes under the reports', () => {
  test('the calm one: Right has lex unused, Left not', async () => {
    await openBox({ scenario: twoUnits });
    const result = await reviewed();
    expect(result.status).toBe('completed');
    expect(touching(result, 'lex')).toEqual([right, right]);
  });

  test('an account that moves after the reports is seen, and the touched entities are asked again', async () => {
    const sandbox = await openBox({ scenario: twoUnits });
    moveAfterReport(sandbox, 1, right);
    const moved: string[] = [];
    const result = await reviewed({
      onProgress: (progress) => progress.kind === 'accounts-moved' && moved.push(...progress.accountIds),
    });
    expect(moved).toEqual([mover]);
    expect(touching(result, 'lex')).toEqual([left, left]);
    expect(result.status).toBe('completed');
  });

  // Where AWS counts past use is not documented: at the present place of the account, or where it was then.
  describe.each(['current', 'at-use'] as const)('use counted at the %s place', (moveAttribution) => {
    test.each([
      ['once, after the first report', [[1, right]]],
      ['once, after the second report', [[2, right]]],
      ['once, after the third report', [[3, right]]],
      [
        'away and back between two looks at the tree',
        [
          [1, right],
          [2, left],
        ],
      ],
    ] as const)('an account that moves %s loses no service in use', async (_, moves) => {
      // Somebody else of Left used it later, so no row names the account that moves.
      const scenario = { ...twoUnits, moveAttribution };
      const sandbox = await openBox({ scenario });
      recordUse(sandbox.world, { accountId: '222222222222', service: 'lex', daysAgo: 1 });
      let jobs = 0;
      sandbox.onCall(({ operation }) => {
        if (operation === 'GenerateOrganizationsAccessReport') jobs += 1;
        if (operation !== 'GetOrganizationsAccessReport') return;
        for (const [after, to] of moves) if (jobs === after) moveAccount(sandbox.world, mover, to);
      });
      const result = await reviewed();
      const now = sandbox.world.accounts.get(mover)?.parent;
      expect(touching(result, 'lex')).not.toContain(now);
      expect(touching(result, 'lex')).not.toContain(mover);
      const { changes } = result;
      const certificates = changes.filter(({ targets }) => targets.some(({ id }) => id === now));
      for (const { certificate } of certificates) expect(certificate.ok).toBe(true);
    });
  });

  test('one that keeps moving leaves what it touched unknown', async () => {
    const sandbox = await openBox({ scenario: twoUnits });
    const ports = quickPorts();
    let looked = 0;
    const readAccountParents = async () => {
      looked += 1;
      moveAccount(sandbox.world, mover, looked % 2 === 1 ? right : left);
      return ports.organization.readAccountParents();
    };
    const organization = { ...ports.organization, readAccountParents };
    const result = await reviewed({}, {}, { ...ports, organization });
    expect(looked).toBe(2);
    expect(result.status).toBe('partial');
    expect(result.findings).toEqual([]);
    expect(result.changes).toEqual([]);
    expect(result.refusals.map(({ code }) => code)).toContain('MOVED_ACCOUNT');
    expect(result.entities.map(({ report }) => Object.keys(report)[0])).toEqual([
      'failed',
      'failed',
      'failed',
    ]);
  });

  test('a second account that moves between the look and the reading is not overlooked', async () => {
    const sandbox = await openBox({ scenario: twoUnits });
    const ports = quickPorts();
    let reads = 0;
    const readTree = async () => {
      reads += 1;
      // The review has just seen that the first one moved; now the other leaves Left as well.
      if (reads === 2) moveAccount(sandbox.world, mover, right);
      return ports.organization.readTree();
    };
    let looked = 0;
    const readAccountParents = async () => {
      looked += 1;
      if (looked === 1) moveAccount(sandbox.world, '222222222222', 'r-ex01');
      return ports.organization.readAccountParents();
    };
    const organization = { ...ports.organization, readTree, readAccountParents };
    const result = await reviewed({}, { scope: right }, { ...ports, organization });
    expect(touching(result, 'lex')).toEqual([]);
  });

  test('a report that AWS hands out again from before the tree was read is not taken', async () => {
    const sandbox = await openBox({ scenario: twoUnits, reuseSeconds: 4 });
    await reviewed({}, { scope: right });
    moveAccount(sandbox.world, mover, right);
    await systemClock.wait(2_500);
    const result = await reviewed({}, { scope: right });
    expect(touching(result, 'lex')).toEqual([]);
  });
});

test('accounts that change places inside one OU cost no report of their own, and what was seen used is remembered', async () => {
  story = await openStory({ scenario: pool });
  const { world } = story.sandbox;
  await story.review('r-ex01');
  const jobs = story.count('GenerateOrganizationsAccessReport');
  for (const [index, id] of pooled.entries()) moveAccount(world, id, poolUnits[(index + 1) % 2] as string);
  story.advance(86_400);
  const { run } = await story.review('r-ex01');
  expect(run.facts.moves.size).toBe(pooled.length);
  expect(story.count('GenerateOrganizationsAccessReport')).toBe(jobs + 1);
  expect(
    run.result.findings.map(({ entityId, serviceNamespace }) => `${serviceNamespace} ${entityId}`),
  ).toEqual(['lex r-ex01']);
});

test('a move that one review saw is remembered by the next', async () => {
  const scenario = { ...twoUnits, moveAttribution: 'at-use' } as const;
  story = await openStory({ scenario });
  recordUse(story.sandbox.world, { accountId: '222222222222', service: 'lex', daysAgo: 1 });
  moveAfterReport(story.sandbox, 1, right);
  await story.review('r-ex01');
  story.advance(86_400);
  const { run } = await story.review('r-ex01');
  expect([...run.facts.moves]).toEqual([[mover, new Set([left])]]);
  expect(touching(run.result, 'lex')).toEqual([]);
});

test('an account that joined and moved since the last look is asked itself: nobody saw where it came in', async () => {
  const joined = new Date(Date.now() - 5 * dayMilliseconds).toISOString();
  const lately = JSON.parse(JSON.stringify(twoUnits), (_, value) =>
    value?.account === mover ? { ...value, joined } : value,
  ) as typeof twoUnits;
  story = await openStory({ scenario: { ...lately, moveAttribution: 'at-use' } });
  const { world } = story.sandbox;
  recordUse(world, { accountId: '222222222222', service: 'lex', daysAgo: 1 });
  await keepTree(story, 7, [
    ['222222222222', left],
    ['222222222224', right],
  ]);
  moveAccount(world, mover, right);
  const { run } = await story.review('r-ex01');
  expect([...run.facts.moves]).toEqual([[mover, new Set(['r-ex01'])]]);
  expect(touching(run.result, 'lex')).toEqual([]);
});

describe('how far back moves are known', () => {
  const verdict = (result: ReviewResult) =>
    result.changes.map(({ certificate, risk }) => ({
      verdict: certificate.checks.find(({ name }) => name === 'no-moved-accounts')?.verdict,
      flagged: risk.flags.includes('NOT_PROVEN:no-moved-accounts'),
      level: risk.level,
    }));

  test.each([
    ['the first review knows none', [], { verdict: 'not-proven', flagged: true, level: 'low' }],
    ['a tree of last week is too young', [7], { verdict: 'not-proven', flagged: true, level: 'low' }],
    [
      'trees of every month from before the cut-off on',
      [7, 38, 69, 100, 131, 162, 181],
      { verdict: 'ok', flagged: false, level: 'low' },
    ],
    [
      'a tree from before the cut-off, and none for five months after it',
      [7, 38, 181],
      { verdict: 'not-proven', flagged: true, level: 'low' },
    ],
  ])('%s', async (_, daysAgo, expected) => {
    story = await openStory();
    for (const days of daysAgo) await keepTree(story, days, []);
    const { run } = await story.review();
    expect(verdict(run.result)).toEqual([expected]);
  });

  test('the last tree before the cut-off is compared, those before it are not', async () => {
    story = await openStory({ scenario: twoUnits });
    await keepTree(story, 181, [[mover, 'ou-ex01-formerly1']]);
    await keepTree(story, 190, [[mover, 'ou-ex01-longago1']]);
    const { run } = await story.review('r-ex01');
    expect([...run.facts.moves]).toEqual([[mover, new Set(['ou-ex01-formerly1'])]]);
  });
});

/** A review of so many days ago, with the tree that it saw. */
async function keepTree({ ports }: Story, days: number, places: readonly AccountPlace[]): Promise<void> {
  const now = ports.clock.now();
  const id = `rev-of-${days}`;
  await ports.stores.reviews.saveTree(id, places, now + 400 * dayMilliseconds);
  await ports.stores.reviews.saveReview(
    {
      id,
      organizationId: 'o-exampleorg1',
      scopeId: 'r-ex01',
      asOf: now - days * dayMilliseconds,
      thresholdDays: 180,
      status: 'completed',
      namespaces: [],
    },
    {},
  );
}
