import {
  CreatePolicyCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  type IAMClient,
  ListPoliciesGrantingServiceAccessCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import cases from '../../cases/sandbox/identity-reports.json' with { type: 'json' };
import { clientsOf, errorOf } from '../clients.ts';
import { identityScenario } from './identities.ts';

const account = 'arn:aws:iam::111111111111';
const asked = ['ec2', 'iam', 'kms', 'lambda', 's3', 'sqs'];
let sandbox: Sandbox;
let clients: ReturnType<typeof clientsOf>;
let iam: IAMClient;
beforeAll(async () => {
  sandbox = await startSandbox({
    scenario: {
      ...identityScenario,
      report: { failures: { [`${account}:role/OrgAccessReviewerRead`]: 'INTERNAL_ERROR' } },
    },
    fast: true,
  });
  clients = clientsOf(sandbox);
  iam = clients.iam;
});
afterAll(async () => {
  clients.destroy();
  await sandbox.close();
});

const madeFor = async (resource: string, level: 'SERVICE_LEVEL' | 'ACTION_LEVEL' = 'SERVICE_LEVEL') => {
  const { JobId } = await iam.send(
    new GenerateServiceLastAccessedDetailsCommand({ Arn: `${account}:${resource}`, Granularity: level }),
  );
  sandbox.world.advanceSeconds(1);
  const report = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, MaxItems: 1000 }));
  return { JobId, report, rows: report.ServicesLastAccessed ?? [] };
};

const daysAgo = (time: Date | undefined): number | null =>
  time === undefined ? null : Math.round((sandbox.world.now() - time.getTime()) / 86_400_000);

describe('what a policy lists', () => {
  test.each(cases)('$case', async ({ statements, report, grants, actions }) => {
    const user = sandbox.iamAccounts.of('111111111111').written.users.get('empty');
    user?.inline.set('only', JSON.stringify({ Version: '2012-10-17', Statement: statements }));
    const { rows } = await madeFor('user/empty', 'ACTION_LEVEL');
    const shown = rows.filter(({ ServiceNamespace }) => asked.includes(String(ServiceNamespace)));
    expect(shown.map(({ ServiceNamespace }) => ServiceNamespace)).toEqual(report);
    const { PoliciesGrantingServiceAccess } = await iam.send(
      new ListPoliciesGrantingServiceAccessCommand({
        Arn: `${account}:user/empty`,
        ServiceNamespaces: asked,
      }),
    );
    expect(
      PoliciesGrantingServiceAccess?.filter(({ Policies }) => Policies?.length === 1).map(
        ({ ServiceNamespace }) => ServiceNamespace,
      ),
    ).toEqual(grants);
    for (const [namespace, wanted] of Object.entries(actions ?? {})) {
      const row = rows.find(({ ServiceNamespace }) => ServiceNamespace === namespace);
      expect(row?.TrackedActionsLastAccessed?.map(({ ActionName }) => ActionName) ?? null).toEqual(wanted);
    }
    user?.inline.clear();
  });
});

describe('whose use a report counts', () => {
  const used = async (resource: string) =>
    (await madeFor(resource)).rows.map((row) => [
      row.ServiceNamespace,
      daysAgo(row.LastAuthenticated),
      row.LastAuthenticatedEntity?.split(':')[5] ?? null,
      row.TotalAuthenticatedEntities,
    ]);

  test('a user: his own, whatever policy he used', async () => {
    expect(await used('user/fix/target')).toEqual([
      ['ec2', null, null, 0],
      ['iam', 3, 'user/fix/target', 1],
      ['lambda', null, null, 0],
      ['s3', 9, 'user/fix/target', 1],
    ]);
  });

  test('a group: its members by its own policies; use before the tracking period is none', async () => {
    expect(await used('group/zgroup')).toEqual([
      ['lambda', null, null, 0],
      ['s3', 2, 'user/member', 1],
      ['sqs', null, null, 0],
    ]);
  });

  test('a managed policy: everybody who bears it, members of groups too', async () => {
    expect(await used('policy/shared')).toEqual([
      ['s3', 2, 'user/member', 1],
      ['sqs', 1, 'role/role', 1],
    ]);
  });

  test('a managed policy that is attached to nobody: its services, used by nobody', async () => {
    const text = {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' },
    };
    await iam.send(new CreatePolicyCommand({ PolicyName: 'loose', PolicyDocument: JSON.stringify(text) }));
    expect(await used('policy/loose')).toEqual([['sns', null, null, 0]]);
  });

  test('the entities of a service: newest use first, then users before roles', async () => {
    const { JobId } = await madeFor('policy/shared');
    const { EntityDetailsList } = await iam.send(
      new GetServiceLastAccessedDetailsWithEntitiesCommand({ JobId, ServiceNamespace: 'sqs' }),
    );
    expect(
      EntityDetailsList?.map(({ EntityInfo, LastAuthenticated }) => [
        EntityInfo?.Name,
        daysAgo(LastAuthenticated),
      ]),
    ).toEqual([
      ['role', 1],
      ['member', null],
      ['target', null],
    ]);
  });

  test('an action: time and Region of its own last attempt', async () => {
    const { rows } = await madeFor('user/fix/target', 'ACTION_LEVEL');
    const [action] =
      rows.find(({ ServiceNamespace }) => ServiceNamespace === 'iam')?.TrackedActionsLastAccessed ?? [];
    expect([action?.ActionName, daysAgo(action?.LastAccessedTime), action?.LastAccessedRegion]).toEqual([
      'GetUser',
      5,
      'eu-west-1',
    ]);
  });
});

describe('jobs', () => {
  test('a planned failure is a FAILED job with AWS\u2019s Error', async () => {
    const { report } = await madeFor('role/OrgAccessReviewerRead');
    expect([report.JobStatus, report.Error?.Code]).toEqual(['FAILED', 'INTERNAL_ERROR']);
  });

  test('failed, stuck and short reports on demand, by ARN', async () => {
    sandbox.faults.add(`failed-job:${account}:user/member:SOME_CODE:1`);
    expect((await madeFor('user/member')).report.Error?.Code).toBe('SOME_CODE');
    sandbox.faults.add(`stuck-job:${account}:user/member:1`);
    expect((await madeFor('user/member')).report.JobStatus).toBe('IN_PROGRESS');
    sandbox.faults.add(`short-report:${account}:group/zgroup:1`);
    expect((await madeFor('group/zgroup')).rows.length).toBe(2);
    expect((await madeFor('group/zgroup')).rows.length).toBe(3);
  });

  test('a report shows the policies as they were when it was asked for', async () => {
    const user = sandbox.iamAccounts.of('111111111111').written.users.get('empty');
    const policy = (action: string) =>
      `{"Statement":[{"Effect":"Allow","Action":"${action}","Resource":"*"}]}`;
    user?.inline.set('only', policy('s3:*'));
    const { JobId } = await iam.send(
      new GenerateServiceLastAccessedDetailsCommand({ Arn: `${account}:user/empty` }),
    );
    user?.inline.set('only', policy('sns:*'));
    sandbox.world.advanceSeconds(1);
    const { ServicesLastAccessed } = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }));
    expect(ServicesLastAccessed?.map(({ ServiceNamespace }) => ServiceNamespace)).toEqual(['s3']);
    user?.inline.clear();
  });

  test('another session of the same role does not see a job', async () => {
    const sessions = await Promise.all(
      [1, 2].map(async () => {
        const { Credentials } = await clients.sts.send(
          new AssumeRoleCommand({
            RoleArn: `${account}:role/OrgAccessReviewerRead`,
            RoleSessionName: 'the-same-name',
          }),
        );
        return clientsOf(sandbox, {
          accessKeyId: String(Credentials?.AccessKeyId),
          secretAccessKey: String(Credentials?.SecretAccessKey),
          sessionToken: String(Credentials?.SessionToken),
        });
      }),
    );
    const [one, two] = sessions as [ReturnType<typeof clientsOf>, ReturnType<typeof clientsOf>];
    const { JobId } = await one.iam.send(
      new GenerateServiceLastAccessedDetailsCommand({ Arn: `${account}:user/member` }),
    );
    const get = new GetServiceLastAccessedDetailsCommand({ JobId });
    expect((await one.iam.send(get)).JobStatus).toBeDefined();
    expect((await errorOf(two.iam.send(get))).name).toBe('NoSuchEntityException');
    for (const each of sessions) each.destroy();
  });
});
