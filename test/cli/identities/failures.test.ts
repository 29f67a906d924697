import { afterEach, describe, expect, test } from '@jest/globals';
import type { IdentitiesResult } from '../../../core/review/identities/identities-result.ts';
import type { SandboxOptions } from '../../../sandbox/server.ts';
import { closeBoxes, openBox } from '../../adapters/box.ts';
import {
  accountWith,
  identities,
  ownAccount,
  policyOf,
  reviewed,
} from '../../support/identities-on-the-wire.ts';

afterEach(closeBoxes);

const arnOf = (name: string): string => `arn:aws:iam::111111111111:${name}`;
const allow = (...actions: readonly string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });
const failedReports = ({ subjects }: IdentitiesResult) =>
  subjects.flatMap(({ name, report }) => ('failed' in report ? [[name, report.failed.code]] : []));
const open = (
  options: Omit<SandboxOptions, 'scenario'> & Partial<Pick<SandboxOptions, 'scenario'>>,
  variables = {},
) => openBox({ scenario: 'managed-policies', ...options }, variables);

describe('what is missing is said, and nothing of it is taken for unused', () => {
  test('a report that fails for one policy: it is named, nothing of it is drafted, the others go on', async () => {
    await open({ faults: [`failed-job:${arnOf('policy/ExampleShared')}:ServiceError`] });
    const result = await reviewed('--all');
    expect(result.status).toBe('partial');
    expect(failedReports(result)).toEqual([['ExampleShared', 'ServiceError']]);
    expect(result.refusals).toContainEqual({
      code: 'EVIDENCE_MISSING',
      subjectArn: arnOf('policy/ExampleShared'),
      detail: expect.stringContaining('ServiceError'),
    });
    const services = result.changes.flatMap((change) => change.services);
    expect(services.sort()).toEqual(['athena', 'ec2', 'quicksight', 'sns']);
    // The group and its member show lambda unused; whether others use it by the policy is unknown.
    const steps = JSON.stringify(result.changes.map((change) => change.steps));
    expect(steps).not.toContain('ExampleShared');
  });

  test('a report that fails for one user', async () => {
    await open({ faults: [`failed-job:${arnOf('user/li')}:AccessDenied`] });
    const result = await reviewed('--all');
    expect(failedReports(result)).toEqual([['li', 'AccessDenied']]);
    expect(result.findings.filter(({ subjectArn }) => subjectArn === arnOf('user/li'))).toEqual([]);
    const said = await identities('review', '--user', 'li');
    expect(said).toMatchObject({ code: 0, errors: '' });
    expect(said.output).toMatch(/status +PARTIAL: 1 report failed/);
    expect(said.output).toContain('unknown: the report failed, AccessDenied');
    // Nothing open was found, but a part was not judged: who fails on findings must not pass.
    expect((await identities('review', '--user', 'li', '--fail-on-findings')).code).toBe(1);
  });

  test('the reports of a scenario that are to fail', async () => {
    const scenario = {
      ...accountWith({
        users: [
          { name: 'ada', policies: ['Wide'] },
          { name: 'bob', policies: ['Wide'] },
        ],
        policies: [{ name: 'Wide', versions: [policyOf(allow('s3:*', 'sqs:*'))] }],
        use: [{ by: 'user/bob', service: 's3', daysAgo: 1 }],
      }),
      report: { failures: { [arnOf('user/ada')]: 'ServiceError' } },
    };
    await open({ scenario });
    const result = await reviewed('--all');
    expect(failedReports(result)).toEqual([['ada', 'ServiceError']]);
    expect(result.changes.map(({ services }) => services)).toEqual([['sqs']]);
  });
});

test('a throttle storm: everything is asked again, and the result is the same', async () => {
  const storm = [
    'GetAccountAuthorizationDetails:2',
    'GenerateServiceLastAccessedDetails:4',
    'GetServiceLastAccessedDetails:4',
    'GetServiceLastAccessedDetailsWithEntities:3',
    'GetPolicy:1',
    'GetAccountSummary:1',
  ];
  await open({ faults: storm.map((fault) => `throttle:${fault}`) });
  const stormy = await reviewed('--all');
  await open({});
  const calm = await reviewed('--all');
  expect(stormy.metrics.throttled).toBeGreaterThanOrEqual(15);
  expect(stormy.status).toBe('completed');
  const essence = ({ changes, findings, refusals }: IdentitiesResult) => ({
    changes: changes.map(({ services, steps }) => ({ services, steps })),
    findings: findings.map(({ id, kind, status, advice }) => ({ id, kind, status, advice })),
    refusals: refusals.map(({ code, subjectArn, policyArn, services }) => ({
      code,
      subjectArn,
      policyArn,
      services,
    })),
  });
  expect(essence(stormy)).toEqual(essence(calm));
});

test('documents come URL-encoded, a Statement may be one object, names take all that IAM takes', async () => {
  const name = 'Dev+Ops=1,2.3@x-y_z';
  const text = `{ "Version": "2012-10-17",\n  "Statement": {"Sid":"One","Effect":"Allow","Action":["s3:*","sqs:*"],"Resource":"arn:aws:s3:::a+b%20c/\${aws:username}/ü"} }`;
  await open({
    scenario: accountWith({
      users: [{ name: 'nikhil+j=x,y.z@a-b_c', path: '/people/of=the,north/', groups: [name] }],
      groups: [
        {
          name,
          path: '/teams/',
          policies: [name],
          inline: { [name]: policyOf(allow('sns:Publish', 'lex:*')) },
        },
      ],
      policies: [{ name, path: '/team+a/', versions: [text] }],
      use: [
        { by: 'user/nikhil+j=x,y.z@a-b_c', service: 's3', daysAgo: 2 },
        { by: 'user/nikhil+j=x,y.z@a-b_c', service: 'sns', daysAgo: 2 },
      ],
    }),
  });
  const result = await reviewed('--group', name);
  const steps = result.changes.flatMap((change) => change.steps);
  const managed = steps.find(({ resource }) => resource.type === 'managed-policy');
  expect(managed).toEqual({
    resource: { type: 'managed-policy', arn: arnOf(`policy/team+a/${name}`) },
    before: text,
    after: expect.any(String),
  });
  expect(JSON.parse(managed?.after ?? '').Statement).toEqual({
    ...JSON.parse(text).Statement,
    Action: ['s3:*'],
  });
  const inline = steps.find(({ resource }) => resource.type === 'inline-policy');
  expect(inline?.resource).toEqual({ type: 'inline-policy', principal: { type: 'group', name }, name });
  expect(JSON.parse(inline?.after ?? '').Statement[0].Action).toEqual(['sns:Publish']);
  // One by its ARN, another by its path, one in other letters.
  expect((await reviewed('--policy', arnOf(`policy/team+a/${name}`))).subjects).toMatchObject([{ name }]);
  expect((await reviewed('--path', '/people/')).subjects.map((subject) => subject.name)).toEqual([
    'nikhil+j=x,y.z@a-b_c',
  ]);
  expect((await reviewed('--group', name.toLowerCase())).subjects).toMatchObject([{ name }]);
});

test('a policy and its reports that vanish while the review runs: said, and the others go on', async () => {
  const sandbox = await open({});
  const vanishing = arnOf('policy/ExampleMessaging');
  sandbox.onCall(({ operation }) => {
    if (operation !== 'GetPolicy') return;
    const { written } = sandbox.iamAccounts.of(ownAccount);
    written.policies.delete(vanishing);
    written.users.get('mateo')?.attached.delete(vanishing);
  });
  const result = await reviewed('--all');
  expect(result.status).toBe('partial');
  expect(failedReports(result)).toEqual([['ExampleMessaging', 'NoSuchEntity']]);
  const services = result.changes.flatMap((change) => change.services);
  expect(services.sort()).toEqual(['athena', 'ec2', 'lambda', 'quicksight']);
});

describe('accounts', () => {
  test('a member account by the reading role; one that has none is one line, and exit 1', async () => {
    const sandbox = await open({ scenario: 'across-organization' });
    const result = await reviewed('--account', '222222222222');
    expect(result).toMatchObject({ accountId: '222222222222', status: 'completed' });
    expect(result.changes.map(({ confirm, services }) => [confirm, services[0]]).sort()).toEqual([
      ['workload-2', 'ec2'],
      ['workload-2', 'sqs'],
    ]);
    for (const account of ['666666666666', '999999999999']) {
      const said = await identities('review', '--account', account);
      expect({ code: said.code, output: said.output }).toEqual({ code: 1, output: '' });
      expect(said.errors).toMatch(
        new RegExp(
          `^oar: account ${account} cannot be entered: AccessDenied: AssumeRole was refused: .*OrgAccessReviewerRead.*\n$`,
        ),
      );
    }
    expect(sandbox.calls().filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(3);
  });

  test.each([
    ['credentials without access to Organizations', 'AccessDeniedException'],
    ['an account in no organization', 'AWSOrganizationsNotInUseException'],
  ])('%s: the account is reviewed, and stands alone', async (_who, code) => {
    const operations = ['ListRoots', 'DescribeOrganization', 'ListPolicies', 'ListAccounts'];
    await open({
      scenario: 'which-policy',
      faults: operations.map((operation) => `error:${operation}:${code}:100`),
    });
    const result = await reviewed('--user', 'nikhilj');
    expect(result).toMatchObject({ accountId: '111111111111', status: 'completed' });
    expect(result.changes).toHaveLength(2);
    expect(result.changes.map(({ confirm }) => confirm)).toEqual(['111111111111', '111111111111']);
  });

  test('what IAM itself refuses is one line with the permission that is missing', async () => {
    await open({ faults: ['error:GetAccountAuthorizationDetails:AccessDenied:100'] });
    const said = await identities('review', '--all');
    expect({ code: said.code, output: said.output }).toEqual({ code: 1, output: '' });
    expect(said.errors).toMatch(
      /^oar: GetAccountAuthorizationDetails was refused: AccessDenied.*needs iam:GetAccountAuthorizationDetails.*\n$/,
    );
  });
});
