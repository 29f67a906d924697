import {
  GenerateOrganizationsAccessReportCommand,
  type GenerateOrganizationsAccessReportCommandInput,
  GetOrganizationsAccessReportCommand,
  type GetOrganizationsAccessReportCommandInput,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test } from '@jest/globals';
import errorCases from '../cases/sandbox/report-errors.json' with { type: 'json' };
import { errorOf, finishedReport, smallScenario } from './clients.ts';
import { closeAll, open } from './opened.ts';

const root = 'o-exampleorg1/r-ex01';
const development = `${root}/ou-ex01-development`;
afterEach(closeAll);

const generate = (EntityPath: string, OrganizationsPolicyId?: string) =>
  new GenerateOrganizationsAccessReportCommand({ EntityPath, OrganizationsPolicyId });

describe('what AWS refuses', () => {
  test.each(errorCases)('$case', async ({ input, status, code, message, failure }) => {
    const { iam } = await open();
    if (failure !== undefined) {
      const report = await finishedReport(
        iam,
        String(input.EntityPath),
        input.OrganizationsPolicyId === undefined ? {} : { policyId: input.OrganizationsPolicyId },
      );
      expect(report).toMatchObject({ JobStatus: 'FAILED', ErrorDetails: { Code: failure } });
      expect(report.AccessDetails).toBeUndefined();
      return;
    }
    const command =
      input.EntityPath === undefined
        ? iam.send(new GetOrganizationsAccessReportCommand(input as GetOrganizationsAccessReportCommandInput))
        : iam.send(
            new GenerateOrganizationsAccessReportCommand(
              input as GenerateOrganizationsAccessReportCommandInput,
            ),
          );
    const error = await errorOf(command);
    expect(
      error.Code ??
        (error.Error as { Code?: string } | undefined)?.Code ??
        error.name.replace(/Exception$/, ''),
    ).toBe(code);
    expect([error.message, error.$metadata]).toEqual([
      message,
      expect.objectContaining({ httpStatusCode: status }),
    ]);
  });

  test.each([
    ['ListParents', root, undefined, 'COMPLETED'],
    ['ListParents', development, undefined, 'FAILED'],
    ['ListChildren', development, undefined, 'FAILED'],
    ['ListChildren', development, 'p-newsvctest', 'COMPLETED'],
    ['ListTargetsForPolicy', development, undefined, 'COMPLETED'],
    ['ListTargetsForPolicy', development, 'p-newsvctest', 'FAILED'],
    ['DescribePolicy', development, undefined, 'FAILED'],
  ])(
    'without organizations:%s the report of %s (policy %s) ends %s',
    async (permission, path, policyId, status) => {
      const { iam } = await open({ scenario: { ...smallScenario, denied: [`organizations:${permission}`] } });
      const report = await finishedReport(iam, path, policyId === undefined ? {} : { policyId });
      expect(report.JobStatus).toBe(status);
      if (status === 'FAILED') expect(report.ErrorDetails?.Code).toBe('ORGANIZATIONS_REPORT_ACCESS_DENIED');
    },
  );

  test('a missing IAM permission and a member account are refused at once', async () => {
    const { iam, as } = await open({
      scenario: {
        ...smallScenario,
        denied: ['iam:Generate*'],
        accessKeys: { AKIAMEMBER: { user: 'mia', account: '222222222222' } },
      },
    });
    for (const client of [iam, as('AKIAMEMBER').iam]) {
      const error = await errorOf(client.send(generate(root)));
      expect(error).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
      expect(error.message).toContain(`access-report/${root}`);
    }
  });

  test('a scenario may let the report of an entity fail', async () => {
    const { iam } = await open({
      scenario: {
        ...smallScenario,
        report: { failures: { 'ou-ex01-production': 'ORGANIZATIONS_REPORT_ACCESS_DENIED' } },
      },
    });
    expect((await finishedReport(iam, `${root}/ou-ex01-production`)).ErrorDetails?.Code).toBe(
      'ORGANIZATIONS_REPORT_ACCESS_DENIED',
    );
    expect((await finishedReport(iam, development)).JobStatus).toBe('COMPLETED');
  });
});

test('STS says who calls and issues sessions for other accounts', async () => {
  const { sts, as } = await open();
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '111111111111',
    Arn: 'arn:aws:iam::111111111111:user/admin',
  });
  const assume = (RoleArn: string, DurationSeconds?: number) =>
    sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'review', DurationSeconds }));
  const { Credentials: given } = await assume('arn:aws:iam::222222222222:role/path/Reader');
  expect(given?.AccessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/);
  const session = as({
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  });
  expect(await session.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '222222222222',
    Arn: 'arn:aws:sts::222222222222:assumed-role/Reader/review',
  });
  expect((await errorOf(assume('arn:aws:iam::222222222223:role/Reader'))).name).toBe('AccessDenied');
  expect((await errorOf(assume('arn:aws:iam::999999999999:role/Reader'))).name).toBe('AccessDenied');
  expect((await errorOf(assume('arn:aws:iam::222222222222:role/Reader', 60))).name).toBe('ValidationError');
});
