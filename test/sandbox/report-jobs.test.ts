import {
  GenerateOrganizationsAccessReportCommand,
  GetOrganizationsAccessReportCommand,
  type GetOrganizationsAccessReportCommandInput,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test } from '@jest/globals';
import { errorOf, finishedReport, smallScenario } from './clients.ts';
import { closeAll, open } from './opened.ts';

const root = 'o-exampleorg1/r-ex01';
const development = `${root}/ou-ex01-development`;
afterEach(closeAll);

const generate = (EntityPath: string, OrganizationsPolicyId?: string) =>
  new GenerateOrganizationsAccessReportCommand({ EntityPath, OrganizationsPolicyId });
const get = (JobId: string | undefined, more: Partial<GetOrganizationsAccessReportCommandInput> = {}) =>
  new GetOrganizationsAccessReportCommand({ JobId, ...more });

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
