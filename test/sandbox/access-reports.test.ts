import {
  type AccessDetail,
  GenerateOrganizationsAccessReportCommand,
  type GenerateOrganizationsAccessReportCommandInput,
  GetOrganizationsAccessReportCommand,
  type GetOrganizationsAccessReportCommandInput,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { moveAccount, recordUse } from '../../sandbox/tree.ts';
import errorCases from '../cases/sandbox/report-errors.json' with { type: 'json' };
import { type Credentials, clientsOf, errorOf, finishedReport, smallScenario } from './clients.ts';

const root = 'o-exampleorg1/r-ex01';
const development = `${root}/ou-ex01-development`;

const opened: { close: () => Promise<void> }[] = [];
const open = async (options: Partial<SandboxOptions> = {}) => {
  const sandbox: Sandbox = await startSandbox({ scenario: smallScenario, fast: true, ...options });
  const all: ReturnType<typeof clientsOf>[] = [];
  opened.push({
    close: async () => {
      for (const clients of all) clients.destroy();
      await sandbox.close();
    },
  });
  const as = (credentials: Credentials | string) => {
    const clients = clientsOf(sandbox, credentials);
    all.push(clients);
    return clients;
  };
  return { sandbox, as, ...as('AKIATEST') };
};
afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
});

const row = (rows: readonly AccessDetail[] | undefined, namespace: string) =>
  rows?.find(({ ServiceNamespace }) => ServiceNamespace === namespace);
const generate = (EntityPath: string, OrganizationsPolicyId?: string) =>
  new GenerateOrganizationsAccessReportCommand({ EntityPath, OrganizationsPolicyId });
const get = (JobId: string | undefined, more: Partial<GetOrganizationsAccessReportCommandInput> = {}) =>
  new GetOrganizationsAccessReportCommand({ JobId, ...more });

describe('what a report says', () => {
  test('the root: all member accounts, the latest use, the number of accounts; the management account is left out', async () => {
    const { iam, sandbox } = await open();
    const report = await finishedReport(iam, root);
    expect(report.NumberOfServicesAccessible).toBe(sandbox.world.services.size);
    expect(report.AccessDetails).toHaveLength(sandbox.world.services.size);
    expect(row(report.AccessDetails, 's3')).toEqual({
      ServiceName: 'Amazon S3',
      ServiceNamespace: 's3',
      Region: 'eu-central-1',
      EntityPath: `${root}/ou-ex01-production/333333333333`,
      LastAuthenticatedTime: expect.any(Date),
      TotalAuthenticatedEntities: 3,
    });
    expect(row(report.AccessDetails, 'organizations')?.TotalAuthenticatedEntities).toBe(0);
    expect(report.NumberOfServicesNotAccessed).toBe(sandbox.world.services.size - 4);
  });

  test('a service never used has no time and no path; the iam row still names a Region', async () => {
    const { iam } = await open();
    const { AccessDetails } = await finishedReport(iam, development);
    expect(row(AccessDetails, 'a4b')).toEqual({
      ServiceName: 'Alexa for Business',
      ServiceNamespace: 'a4b',
      TotalAuthenticatedEntities: 0,
    });
    expect(row(AccessDetails, 'iam')).toMatchObject({ Region: 'us-east-1', TotalAuthenticatedEntities: 0 });
    expect(row(AccessDetails, 'iam')).not.toHaveProperty('EntityPath');
  });

  test('suspended accounts count; use of more than 400 days ago does not', async () => {
    const { iam, sandbox } = await open();
    const { AccessDetails } = await finishedReport(iam, development);
    expect(row(AccessDetails, 'dms')?.TotalAuthenticatedEntities).toBe(1);
    expect(row(AccessDetails, 'sqs')?.TotalAuthenticatedEntities).toBe(0);
    sandbox.world.advanceSeconds(2 * 86_400);
    const later = await finishedReport(iam, development);
    expect(row(later.AccessDetails, 'dms')?.TotalAuthenticatedEntities).toBe(0);
  });

  test('the management account: its own use, every service, whatever SCP is asked for', async () => {
    const { iam, sandbox } = await open();
    const own = await finishedReport(iam, `${root}/111111111111`, { policyId: 'p-newsvctest' });
    expect(own.NumberOfServicesAccessible).toBe(sandbox.world.services.size);
    expect(row(own.AccessDetails, 'organizations')?.TotalAuthenticatedEntities).toBe(1);
  });

  test('one SCP: the services it allows; no data where it is not attached', async () => {
    const { iam } = await open();
    const inside = await finishedReport(iam, development, { policyId: 'p-newsvctest' });
    expect(
      inside.AccessDetails?.map(({ ServiceNamespace, TotalAuthenticatedEntities }) => [
        ServiceNamespace,
        TotalAuthenticatedEntities,
      ]),
    ).toEqual([
      ['dms', 1],
      ['lex', 1],
    ]);
    const outside = await finishedReport(iam, `${root}/ou-ex01-production`, { policyId: 'p-newsvctest' });
    expect(outside.NumberOfServicesNotAccessed).toBe(2);
    const denyOnly = await finishedReport(iam, development, { policyId: 'p-unattached' });
    expect(denyOnly).toMatchObject({ NumberOfServicesAccessible: 0, NumberOfServicesNotAccessed: 0 });
  });

  test.each([
    ['current' as const, 0, 1],
    ['at-use' as const, 1, 0],
  ])(
    'after a move, with attribution %s, the old OU shows %i and the new one %i',
    async (moveAttribution, before, after) => {
      const { iam, sandbox } = await open({ scenario: { ...smallScenario, moveAttribution } });
      moveAccount(sandbox.world, '222222222222', 'ou-ex01-production');
      const old = await finishedReport(iam, development);
      const now = await finishedReport(iam, `${root}/ou-ex01-production`);
      expect(row(old.AccessDetails, 'lex')?.TotalAuthenticatedEntities).toBe(before);
      expect(row(now.AccessDetails, 'lex')?.TotalAuthenticatedEntities).toBe(after);
      const account = await finishedReport(iam, `${root}/ou-ex01-production/222222222222`);
      expect(row(account.AccessDetails, 'lex')?.TotalAuthenticatedEntities).toBe(1);
      recordUse(sandbox.world, { accountId: '222222222222', service: 'lex' });
      const fresh = await finishedReport(iam, `${root}/ou-ex01-production`);
      expect(row(fresh.AccessDetails, 'lex')?.EntityPath).toBe(`${root}/ou-ex01-production/222222222222`);
    },
  );
});

describe('how a report job lives', () => {
  test('one job at a time; it is IN_PROGRESS with three members, then COMPLETED; the same request gets the same job for 60 s', async () => {
    const { iam, sandbox, as } = await open({ fast: false });
    const { JobId } = await iam.send(generate(root));
    expect(JobId).toHaveLength(36);
    const { $metadata: _one, ...pending } = await iam.send(get(JobId));
    expect(pending).toEqual({
      JobStatus: 'IN_PROGRESS',
      JobCreationDate: expect.any(Date),
      IsTruncated: false,
    });
    const busy = await errorOf(iam.send(generate(development)));
    expect(busy).toMatchObject({
      name: 'ReportGenerationLimitExceededException',
      message: 'Maximum number of concurrent jobs exceeded',
      $metadata: { httpStatusCode: 409 },
    });
    expect((await errorOf(as('ASIAOTHER').iam.send(generate(root)))).name).toBe(
      'ReportGenerationLimitExceededException',
    );
    expect((await iam.send(generate(root))).JobId).toBe(JobId);
    sandbox.world.advanceSeconds(10);
    expect((await iam.send(get(JobId))).JobStatus).toBe('IN_PROGRESS');
    sandbox.world.advanceSeconds(1);
    expect((await iam.send(get(JobId))).JobStatus).toBe('COMPLETED');
    sandbox.world.advanceSeconds(48);
    expect((await iam.send(generate(root))).JobId).toBe(JobId);
    sandbox.world.advanceSeconds(2);
    expect((await iam.send(generate(root))).JobId).not.toBe(JobId);
  });

  test('a short report takes about a second, a failed one is handed out again within the minute', async () => {
    const { iam, sandbox } = await open({ fast: false });
    const short = await iam.send(generate(root, 'p-newsvctest'));
    sandbox.world.advanceSeconds(1.5);
    expect((await iam.send(get(short.JobId))).JobStatus).toBe('COMPLETED');
    const failed = await iam.send(generate(`${development}/`));
    sandbox.world.advanceSeconds(1.5);
    expect(await iam.send(get(failed.JobId))).toMatchObject({
      JobStatus: 'FAILED',
      JobCompletionDate: expect.any(Date),
      ErrorDetails: {
        Code: 'INVALID_ORGANIZATIONS_ENTITY_PATH',
        Message: 'The entity with the specified path does not exist in your organization.',
      },
    });
    expect((await iam.send(generate(`${development}/`))).JobId).toBe(failed.JobId);
  });

  test('a job is seen by its user with any key, by a session with its own key only', async () => {
    const { iam, as, sts } = await open({
      scenario: {
        ...smallScenario,
        accessKeys: { AKIAONE: { user: 'one' }, AKIAONETWO: { user: 'one' }, AKIAOTHER: { user: 'other' } },
      },
    });
    const { JobId } = await as('AKIAONE').iam.send(generate(root));
    expect((await as('AKIAONETWO').iam.send(get(JobId))).JobCreationDate).toBeInstanceOf(Date);
    const refused = await errorOf(as('AKIAOTHER').iam.send(get(JobId)));
    expect(refused).toMatchObject({
      name: 'NoSuchEntityException',
      message: `Job ${JobId} does not exist.`,
      $metadata: { httpStatusCode: 404 },
    });
    await new Promise((resolve) => setTimeout(resolve, 80));

    const session = async () => {
      const { Credentials: given } = await sts.send(
        new AssumeRoleCommand({
          RoleArn: 'arn:aws:iam::111111111111:role/Reviewer',
          RoleSessionName: 'same-name',
        }),
      );
      return {
        accessKeyId: given?.AccessKeyId ?? '',
        secretAccessKey: given?.SecretAccessKey ?? '',
        sessionToken: given?.SessionToken ?? '',
      };
    };
    const first = as(await session());
    const own = await first.iam.send(generate(root));
    expect((await first.iam.send(get(own.JobId))).JobStatus).toBeDefined();
    expect((await errorOf(as(await session()).iam.send(get(own.JobId)))).name).toBe('NoSuchEntityException');
    expect((await errorOf(iam.send(get(own.JobId)))).name).toBe('NoSuchEntityException');
  });

  test('pages: 100 rows by default; a Marker is bound to its job and sort key; the counts are on every page', async () => {
    const { iam, sandbox } = await open();
    await finishedReport(iam, root);
    const { JobId } = await iam.send(generate(root));
    await new Promise((resolve) => setTimeout(resolve, 80));
    const first = await iam.send(get(JobId));
    expect(first.AccessDetails).toHaveLength(100);
    expect(first.IsTruncated).toBe(true);
    const second = await iam.send(get(JobId, { Marker: first.Marker, MaxItems: 1000 }));
    expect(second).toMatchObject({
      IsTruncated: false,
      NumberOfServicesAccessible: sandbox.world.services.size,
    });
    expect(second.AccessDetails).toHaveLength(sandbox.world.services.size - 100);
    expect(second.Marker).toBeUndefined();
    const otherSort = await errorOf(
      iam.send(get(JobId, { Marker: first.Marker, SortKey: 'SERVICE_NAMESPACE_DESCENDING' })),
    );
    expect([otherSort.name, otherSort.message]).toEqual([
      'InvalidInputException',
      'The marker passed in the request was invalid.',
    ]);
    const madeUp = await errorOf(iam.send(get(JobId, { Marker: 'invalid' })));
    expect([madeUp.name, madeUp.message]).toEqual(['ValidationError', 'Invalid Marker.']);
  });

  test('four orders: by namespace in byte order and by time, descending the reverse of ascending', async () => {
    const { iam } = await open();
    const { JobId } = await iam.send(generate(root));
    await new Promise((resolve) => setTimeout(resolve, 80));
    const order = async (SortKey: GetOrganizationsAccessReportCommandInput['SortKey']) =>
      (await iam.send(get(JobId, { SortKey, MaxItems: 1000 }))).AccessDetails?.map(
        ({ ServiceNamespace }) => ServiceNamespace,
      );
    const ascending = await order('SERVICE_NAMESPACE_ASCENDING');
    expect(ascending).toEqual([...(ascending ?? [])].sort());
    expect(await order('SERVICE_NAMESPACE_DESCENDING')).toEqual([...(ascending ?? [])].reverse());
    const byTime = await order('LAST_AUTHENTICATED_TIME_DESCENDING');
    expect(byTime?.slice(0, 4)).toEqual(['lambda', 's3', 'lex', 'dms']);
    expect(await order('LAST_AUTHENTICATED_TIME_ASCENDING')).toEqual([...(byTime ?? [])].reverse());
  });
});

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
