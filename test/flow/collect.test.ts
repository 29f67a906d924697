import './one-realm.ts';
import { afterEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../adapters/clock.ts';
import type { ReviewPorts } from '../../adapters/ports.ts';
import { wireReview } from '../../adapters/wire.ts';
import { parseConfiguration } from '../../core/configuration.ts';
import type { ReviewResult } from '../../core/review-result.ts';
import { runReview } from '../../flow/review.ts';
import type { Scenario, ScenarioAccount } from '../../sandbox/scenario.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { moveAccount, recordUse } from '../../sandbox/tree.ts';
import { closeBoxes, openBox, quickReports } from '../adapters/box.ts';

const left = 'ou-ex01-left0000';
const right = 'ou-ex01-right000';
const mover = '222222222223';

const account = (id: string, usage: ScenarioAccount['usage']): ScenarioAccount => ({
  account: id,
  name: `account-${id.slice(-1)}`,
  joined: '2022-03-01',
  ...(usage ? { usage } : {}),
});

/** Two OUs; the one that moves used lex, the others did not. */
const twoUnits: Scenario = {
  organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
  root: {
    id: 'r-ex01',
    children: [
      {
        ou: left,
        name: 'Left',
        children: [
          account('222222222222', { s3: { daysAgo: 1 } }),
          account(mover, { s3: { daysAgo: 1 }, lex: { daysAgo: 3 } }),
        ],
      },
      {
        ou: right,
        name: 'Right',
        children: [account('222222222224', { s3: { daysAgo: 1 }, lex: { daysAgo: 300 } })],
      },
    ],
  },
  policies: [
    {
      id: 'p-FullAWSAccess',
      name: 'FullAWSAccess',
      awsManaged: true,
      content: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      targets: [left, right, '222222222222', mover, '222222222224', '111111111111'],
    },
    {
      id: 'p-rootallow',
      name: 'RootAllow',
      content: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['s3:*', 'lex:*'], Resource: '*' }],
      },
      targets: ['r-ex01'],
    },
  ],
};

afterEach(closeBoxes);

function quickPorts(): ReviewPorts {
  return { ...wireReview(), reports: quickReports().reports };
}

async function reviewed(
  options: Parameters<typeof runReview>[3] = {},
  event: object = {},
  ports: ReviewPorts = quickPorts(),
): Promise<ReviewResult> {
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error('the defaults are wrong');
  return (await runReview(ports, { dryRun: true, ...event }, configuration.value, options)).result;
}

/** Services found unused or denied anywhere that reaches the account that moves. */
function touching({ findings, changes }: ReviewResult, service: string): readonly string[] {
  return [
    ...findings.filter((finding) => finding.serviceNamespace === service).map(({ entityId }) => entityId),
    ...changes
      .filter(({ services }) => services.includes(service))
      .flatMap(({ targets }) => targets.map(({ id }) => id)),
  ];
}

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

describe('reports that cannot be had', () => {
  test.each([
    [`failed-job:${right}:ORGANIZATIONS_REPORT_ACCESS_DENIED`, 'ORGANIZATIONS_REPORT_ACCESS_DENIED'],
    [`short-report:${right}`, 'SHORT_REPORT'],
    [`stuck-job:${right}`, 'REPORT_TIMED_OUT'],
  ])('%s: that entity is unknown, the rest goes on', async (fault, code) => {
    await openBox({ scenario: twoUnits, faults: [fault, `failed-job:r-ex01:X`] });
    const result = await reviewed();
    expect(result.status).toBe('partial');
    expect(result.entities.find(({ id }) => id === right)?.report).toMatchObject({ failed: { code } });
    expect(result.entities.find(({ id }) => id === left)?.report).toHaveProperty('jobId');
    expect(touching(result, 'lex')).toEqual([]);
    expect(result.refusals).toContainEqual(
      expect.objectContaining({ code: 'EVIDENCE_MISSING', entityId: right }),
    );
  });

  test('a deadline leaves what was not asked pending, and finds nothing there', async () => {
    await openBox({ scenario: twoUnits });
    const result = await reviewed({ deadline: 0 });
    expect(result.status).toBe('partial');
    expect(result.findings).toEqual([]);
    expect(result.entities.map(({ report }) => report)).toEqual([
      { pending: true },
      { pending: true },
      { pending: true },
    ]);
    expect(result.metrics.reportJobs).toBe(0);
  });

  test('throttled calls are made again and counted', async () => {
    await openBox({ scenario: twoUnits, faults: ['throttle:ListPolicies:2', 'throttle:ListAccounts'] });
    const result = await reviewed();
    expect(result.status).toBe('completed');
    expect(touching(result, 'lex')).toEqual([right, right]);
    expect(result.metrics.throttled).toBe(3);
  });

  test('use between two reports of one review is not overlooked', async () => {
    const sandbox = await openBox({ scenario: twoUnits });
    let jobs = 0;
    sandbox.onCall(({ operation }) => {
      if (operation !== 'GenerateOrganizationsAccessReport') return;
      jobs += 1;
      if (jobs === 2) recordUse(sandbox.world, { accountId: '222222222224', service: 'lex', daysAgo: 0 });
    });
    const result = await reviewed();
    expect(touching(result, 'lex')).toEqual(jobs >= 2 ? [] : [right, right]);
  });
});
