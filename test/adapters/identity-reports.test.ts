import { afterEach, describe, expect, test } from '@jest/globals';
import type { Sandbox } from '../../sandbox/server.ts';
import { closeBoxes, openBox } from './box.ts';
import { sessions } from './changing-sessions.ts';
import { accounts, organizationWith, quickIdentityReports } from './identity-box.ts';

afterEach(closeBoxes);

const allow = (...actions: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});
const arn = (rest: string) => `arn:aws:iam::${accounts.own}:${rest}`;
const scenario = organizationWith({
  users: [
    { name: 'paulo', path: '/people/', groups: ['app-dev'] },
    { name: 'nikki', groups: ['app-dev'] },
    { name: 'idle', groups: ['app-dev'] },
  ],
  groups: [{ name: 'app-dev', policies: ['Development'] }],
  roles: [{ name: 'ExampleCorpQA', inline: { qa: allow('ec2:*', 's3:*', 'iam:PassRole') } }],
  policies: [{ name: 'Development', path: '/team/', versions: [allow('ec2:*', 's3:*', 'lex:*')] }],
  use: [
    { by: 'user/paulo', service: 'ec2', daysAgo: 3 },
    { by: 'user/nikki', service: 'ec2', daysAgo: 1, region: 'eu-west-1' },
    { by: 'user/paulo', service: 's3', daysAgo: 40 },
    { by: 'role/ExampleCorpQA', service: 'ec2', daysAgo: 2, actions: { DescribeInstances: 2 } },
  ],
  tracked: { ec2: ['DescribeInstances', 'CreateFleet'] },
});
const group = arn('group/app-dev');
const role = arn('role/ExampleCorpQA');
const policy = arn('policy/team/Development');

async function completed(subject: string, level: 'service' | 'action' = 'service') {
  const report = await quickIdentityReports().reports.report(subject, level);
  if (report.status !== 'completed') throw new Error(report.failure.message);
  return report;
}

const failedCode = async (subject: string) => {
  const report = await quickIdentityReports().reports.report(subject, 'service');
  return report.status === 'failed' ? report.failure.code : null;
};

describe('a report', () => {
  test.each([
    ['group', group],
    ['policy', policy],
  ])('of a %s names everybody who used each service, latest first', async (_type, subject) => {
    await openBox({ scenario });
    const { rows } = await completed(subject);
    expect([...rows.keys()].sort()).toEqual(['ec2', 'lex', 's3']);
    expect(rows.get('ec2')).toEqual({
      serviceNamespace: 'ec2',
      serviceName: expect.any(String),
      lastAccessedAt: expect.any(Number),
      lastAccessedBy: arn('user/nikki'),
      lastAccessedRegion: 'eu-west-1',
      entitiesEverUsed: 2,
      actions: null,
      usedBy: [
        { arn: arn('user/nikki'), lastAccessedAt: rows.get('ec2')?.lastAccessedAt },
        { arn: arn('user/people/paulo'), lastAccessedAt: expect.any(Number) },
      ],
    });
    expect(rows.get('lex')).toMatchObject({
      lastAccessedAt: null,
      lastAccessedBy: null,
      entitiesEverUsed: 0,
      usedBy: [],
    });
  });

  test('at action level tells tracked actions that were used, those that were not, and services without any', async () => {
    const sandbox = await openBox({ scenario });
    const { level, rows } = await completed(role, 'action');
    expect(level).toBe('action');
    expect(rows.get('ec2')?.actions).toEqual([
      { name: 'DescribeInstances', lastAccessedAt: expect.any(Number), lastAccessedRegion: 'us-east-1' },
      { name: 'CreateFleet', lastAccessedAt: null, lastAccessedRegion: null },
    ]);
    expect(rows.get('s3')?.actions).toBeNull();
    // Who used it is asked for what several share alone.
    expect(sandbox.calls().some(({ operation }) => operation.endsWith('WithEntities'))).toBe(false);
  });

  test('of every service follows the marker, and an empty one is whole', async () => {
    const add = Array.from({ length: 700 }, (_, index) => ({
      namespace: `made-up-${index}`,
      name: `Made up ${index}`,
    }));
    const users = [{ name: 'admin', inline: { all: allow('*') } }, { name: 'empty' }];
    const sandbox = await openBox({ scenario: { ...organizationWith({ users }), catalogue: { add } } });
    expect((await completed(arn('user/admin'))).rows.size).toBe(sandbox.world.services.size);
    expect((await completed(arn('user/empty'))).rows.size).toBe(0);
  });
});

describe('a report that cannot be had is an answer, and the others are had', () => {
  test.each([
    [`failed-job:${group}:INTERNAL_ERROR`, 'INTERNAL_ERROR'],
    [`stuck-job:${group}`, 'REPORT_TIMED_OUT'],
    ['error:GenerateServiceLastAccessedDetails:InvalidInput', 'InvalidInput'],
    ['error:GetServiceLastAccessedDetailsWithEntities:InvalidInput', 'InvalidInput'],
    ['throttle:GenerateServiceLastAccessedDetails:2', null],
    ['throttle:GetServiceLastAccessedDetails:2', null],
    ['reset:GetServiceLastAccessedDetails:2', null],
    ['error:GetServiceLastAccessedDetailsWithEntities:503:2', null],
  ])('%s: %s', async (fault, code) => {
    await openBox({ scenario, faults: [fault] });
    expect(await failedCode(group)).toBe(code);
    expect(await failedCode(role)).toBeNull();
  });

  test('somebody who is gone', async () => {
    await openBox({ scenario });
    expect(await failedCode(arn('user/gone'))).toBe('NoSuchEntity');
  });
});

describe('access denied', () => {
  test.each(['GenerateServiceLastAccessedDetails', 'GetServiceLastAccessedDetails'])(
    'iam:%s for everything stops everything',
    async (operation) => {
      await openBox({ scenario: { ...scenario, denied: [`iam:${operation}`] } });
      const { reports } = quickIdentityReports();
      const ends = await Promise.allSettled(
        [group, role, policy].map((one) => reports.report(one, 'service')),
      );
      for (const end of ends)
        expect(end).toMatchObject({
          reason: { operation, code: 'AccessDenied', permission: `iam:${operation}` },
        });
    },
  );

  test('for one is an answer, even where it is the first', async () => {
    await openBox({ scenario, faults: ['error:GenerateServiceLastAccessedDetails:AccessDenied:1'] });
    const { reports } = quickIdentityReports();
    const answers = await Promise.all([group, role, policy].map((one) => reports.report(one, 'service')));
    const failures = answers.flatMap((answer) => (answer.status === 'failed' ? answer.failure.code : []));
    expect(failures).toEqual(['AccessDenied']);
  });
});

describe('a change of credentials', () => {
  const lostCalls = (sandbox: Sandbox) => sandbox.calls().filter(({ code }) => code === 'NoSuchEntity');

  test('loses the job: it is generated again with the new session', async () => {
    const { clock, credentials } = sessions(2);
    const sandbox = await openBox({ scenario, jobSeconds: [1.3, 1.3] });
    const report = await quickIdentityReports({}, clock, credentials).reports.report(group, 'service');
    expect(report).toMatchObject({ status: 'completed' });
    expect(lostCalls(sandbox)).toHaveLength(1);
  });

  test('before every call: three jobs are lost, then the report has failed', async () => {
    const { clock, credentials } = sessions(1_000);
    const sandbox = await openBox({ scenario, jobSeconds: [1.3, 1.3] });
    const report = await quickIdentityReports({}, clock, credentials).reports.report(group, 'service');
    expect(report).toMatchObject({ status: 'failed', failure: { code: 'NoSuchEntity' } });
    expect(lostCalls(sandbox)).toHaveLength(3);
  });
});

test('a storm of throttles is waited out, and every report is had', async () => {
  const roles = 40;
  const generate = { roles, inline: { all: allow('ec2:*') } };
  const faults = ['GenerateServiceLastAccessedDetails', 'GetServiceLastAccessedDetails'].map(
    (operation) => `throttle:${operation}:15`,
  );
  await openBox({ scenario: organizationWith({ generate }), faults });
  const { meter, reports } = quickIdentityReports();
  const answers = await Promise.all(
    Array.from({ length: roles }, (_, index) =>
      reports.report(arn(`role/role-${String(index + 1).padStart(5, '0')}`), 'action'),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(new Array(roles).fill('completed'));
  expect(meter.throttled()).toBe(30);
  expect(meter.reportJobs()).toBe(roles);
});
