import { GenerateOrganizationsAccessReportCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../adapters/clock.ts';
import { wireReview } from '../../adapters/wire.ts';
import { namedAccount } from '../../core/finding/access-report.ts';
import { closeBoxes, developmentEntity, nestedUnits, openBox, quickReports } from './box.ts';
import { sessions } from './changing-sessions.ts';

afterEach(closeBoxes);

const rootEntity = { id: 'r-ex01', path: 'o-exampleorg1/r-ex01' };

describe('a report', () => {
  test('is read whole: dates, use by account, services never used', async () => {
    await openBox({ scenario: nestedUnits });
    const { reports, meter } = quickReports();
    const report = await reports.report(developmentEntity);
    if (report.status !== 'completed') throw new Error(report.failure.message);
    expect(report.rows.get('s3')).toEqual({
      serviceNamespace: 's3',
      serviceName: 'Amazon S3',
      lastAccessedAt: expect.any(Number),
      lastAccessedBy: namedAccount('o-exampleorg1/r-ex01/ou-ex01-development/222222222222'),
      lastAccessedRegion: 'eu-west-1',
      accountsEverUsed: 1,
    });
    expect(report.rows.get('dms')).toMatchObject({
      lastAccessedAt: null,
      lastAccessedBy: null,
      accountsEverUsed: 0,
    });
    expect(report.completedAt).toBeGreaterThanOrEqual(report.createdAt);
    expect(meter.reportJobs()).toBe(1);
  });

  test('of more rows than a page holds follows the marker', async () => {
    const add = Array.from({ length: 700 }, (_, index) => ({
      namespace: `made-up-${index}`,
      name: `Made up ${index} & more`,
    }));
    const sandbox = await openBox({ scenario: { ...nestedUnits, catalogue: { add } } });
    const report = await quickReports().reports.report(developmentEntity);
    if (report.status !== 'completed') throw new Error(report.failure.message);
    expect(report.rows.size).toBe(sandbox.world.services.size);
    expect(report.rows.get('made-up-699')?.serviceName).toBe('Made up 699 & more');
  });

  test('is made after the one before, however many are asked for at once', async () => {
    const sandbox = await openBox({ scenario: nestedUnits });
    const { reports } = quickReports();
    const both = await Promise.all([reports.report(developmentEntity), reports.report(rootEntity)]);
    expect(both.map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(sandbox.calls().every(({ code }) => code === null)).toBe(true);
  });
});

test.each([
  [2, 100, 25],
  [10, 200, 90],
  [40, 800, 165],
])(
  'the end of a job of %d s is seen at most %d ms late, by %d polls at most',
  async (seconds, late, polls) => {
    const sandbox = await openBox({ scenario: nestedUnits, jobSeconds: [seconds, seconds] });
    const waits: number[] = [];
    const clock = {
      now: systemClock.now,
      wait: (milliseconds: number) => {
        waits.push(milliseconds);
        return systemClock.wait(milliseconds);
      },
    };
    const times = { firstPollMilliseconds: 500, pollMilliseconds: 1_000 };
    expect(await quickReports(times, clock).reports.report(developmentEntity)).toHaveProperty('createdAt');
    // The first wait is for a job of which nothing is known yet; computing takes time as well.
    expect(Math.max(...waits.slice(1))).toBeLessThanOrEqual(late * 1.05);
    const polled = sandbox.calls().filter(({ operation }) => operation === 'GetOrganizationsAccessReport');
    expect(polled.length).toBeLessThanOrEqual(polls);
  },
);

describe('a report that cannot be had', () => {
  test.each([
    [
      'failed-job:ou-ex01-development:ORGANIZATIONS_REPORT_ACCESS_DENIED',
      'ORGANIZATIONS_REPORT_ACCESS_DENIED',
    ],
    ['short-report:ou-ex01-development', 'SHORT_REPORT'],
    ['stuck-job:ou-ex01-development', 'REPORT_TIMED_OUT'],
    ['error:GenerateOrganizationsAccessReport:ValidationError', 'ValidationError'],
    ['error:GetOrganizationsAccessReport:500:5', 'ServiceFailure'],
    ['reset:GetOrganizationsAccessReport:5', 'ECONNRESET'],
    ['throttle:GenerateOrganizationsAccessReport:1', null],
    ['error:GetOrganizationsAccessReport:503:2', null],
    ['reset:GetOrganizationsAccessReport:2', null],
  ])('%s: %s, and the next one is had', async (fault, code) => {
    await openBox({ scenario: nestedUnits, faults: [fault] });
    const { reports, meter } = quickReports();
    const report = await reports.report(developmentEntity);
    expect(report.status === 'failed' ? report.failure.code : null).toBe(code);
    expect(await reports.report(rootEntity)).toMatchObject({ status: 'completed' });
    expect(meter.throttled()).toBe(fault.startsWith('throttle') ? 1 : 0);
  });

  test.each(['GenerateOrganizationsAccessReport', 'GetOrganizationsAccessReport'])(
    'iam:%s denied stops everything',
    async (operation) => {
      await openBox({ scenario: { ...nestedUnits, denied: [`iam:${operation}`] } });
      await expect(quickReports().reports.report(developmentEntity)).rejects.toMatchObject({
        operation,
        code: 'AccessDenied',
        permission: `iam:${operation}`,
        message: expect.stringContaining(`needs iam:${operation}`),
      });
    },
  );
});

describe("somebody else's job", () => {
  const other = { ...nestedUnits, accessKeys: { AKIAOTHER: { user: 'other' } } };
  const startOther = async () => {
    const client = new IAMClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIAOTHER', secretAccessKey: 'secret' },
    });
    await client.send(new GenerateOrganizationsAccessReportCommand({ EntityPath: rootEntity.path }));
    client.destroy();
  };

  test('is waited for', async () => {
    const sandbox = await openBox({ scenario: other, jobSeconds: [0.3, 0.3] });
    await startOther();
    expect(await quickReports().reports.report(developmentEntity)).toMatchObject({ status: 'completed' });
    expect(sandbox.calls().some(({ code }) => code === 'ReportGenerationLimitExceeded')).toBe(true);
  });

  test('that outlasts the bound makes the report fail', async () => {
    await openBox({ scenario: other, jobSeconds: [20, 20] });
    await startOther();
    const report = await quickReports({ jobBoundMilliseconds: 600 }).reports.report(developmentEntity);
    expect(report).toMatchObject({ status: 'failed', failure: { code: 'REPORT_BUSY' } });
  });
});

describe('a change of credentials', () => {
  const lostCalls = (sandbox: Awaited<ReturnType<typeof openBox>>) =>
    sandbox.calls().filter(({ code }) => code === 'NoSuchEntity');

  test('loses the job: it is generated again with the new credentials', async () => {
    const { clock, credentials } = sessions(2);
    const sandbox = await openBox({ scenario: nestedUnits, jobSeconds: [1.3, 1.3] });
    expect(await quickReports({}, clock, credentials).reports.report(developmentEntity)).toMatchObject({
      status: 'completed',
    });
    expect(lostCalls(sandbox)).toHaveLength(1);
  });

  // What AWS does is not known: it may hand the lost job out again to the next session, which cannot read it.
  test.each(['credential', 'role'] as const)(
    'loses the job, which is handed out again by %s',
    async (reuseBy) => {
      const { clock, credentials } = sessions(2);
      const scenario = { ...nestedUnits, report: { reuseBy } };
      const sandbox = await openBox({ scenario, jobSeconds: [1, 1], reuseSeconds: 2 });
      const times = { reuseMilliseconds: 2_000 };
      const report = await quickReports(times, clock, credentials).reports.report(developmentEntity);
      expect(report).toMatchObject({ status: 'completed' });
      expect(lostCalls(sandbox)).toHaveLength(1);
    },
  );

  test('before every call: three jobs are lost, then the report has failed', async () => {
    const { clock, credentials } = sessions(1_000);
    const sandbox = await openBox({ scenario: nestedUnits, jobSeconds: [1.3, 1.3] });
    const report = await quickReports({}, clock, credentials).reports.report(developmentEntity);
    expect(report).toMatchObject({ status: 'failed', failure: { code: 'NoSuchEntity' } });
    expect(lostCalls(sandbox)).toHaveLength(3);
  });
});

describe('a report that must not be older than an instant', () => {
  test('AWS hands the earlier job out again: the reuse window is waited out', async () => {
    await openBox({ scenario: nestedUnits, reuseSeconds: 1.5 });
    const { reports, meter } = quickReports({ reuseMilliseconds: 1_600 });
    const first = await reports.report(developmentEntity);
    expect(await reports.report(developmentEntity)).toEqual(first);
    await systemClock.wait(5);
    const notBefore = systemClock.now();
    const second = await reports.report(developmentEntity, notBefore);
    if (second.status !== 'completed') throw new Error(second.failure.message);
    expect(second.createdAt).toBeGreaterThanOrEqual(notBefore);
    expect(meter.reportJobs()).toBe(2);
  });

  test('a failed job that is handed out again does not stand for a new one', async () => {
    await openBox({
      scenario: nestedUnits,
      reuseSeconds: 1,
      faults: ['failed-job:ou-ex01-development:X:1'],
    });
    const { reports } = quickReports({ reuseMilliseconds: 1_100 });
    expect(await reports.report(developmentEntity)).toMatchObject({
      status: 'failed',
      failure: { code: 'X' },
    });
    await systemClock.wait(5);
    expect(await reports.report(developmentEntity, systemClock.now())).toMatchObject({ status: 'completed' });
  });

  test('AWS never stops handing the old job out: the report fails', async () => {
    await openBox({ scenario: nestedUnits, reuseSeconds: 60 });
    const { reports } = quickReports({ reuseMilliseconds: 300 });
    await reports.report(developmentEntity);
    await systemClock.wait(5);
    const report = await reports.report(developmentEntity, systemClock.now());
    expect(report).toMatchObject({ status: 'failed', failure: { code: 'REPORT_REUSED' } });
  });
});

test('the reports of a review are metered', async () => {
  await openBox({ scenario: nestedUnits });
  const { reports, meter } = wireReview();
  await reports.report(developmentEntity);
  expect(meter.calls()).toEqual({ GenerateOrganizationsAccessReport: 1, GetOrganizationsAccessReport: 1 });
});
