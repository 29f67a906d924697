import * as commands from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Scenario } from '../../../sandbox/scenario.ts';
import cases from '../../cases/sandbox/iam-writes.json' with { type: 'json' };
import { type clientsOf, errorOf } from '../clients.ts';
import { closeAll, open } from '../opened.ts';
import { identityScenario } from './identities.ts';

afterEach(closeAll);
const account = 'arn:aws:iam::111111111111';
const policyText = (action: string): string =>
  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"${action}","Resource":"*"}]}`;
const long = (characters: number): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${'a'.repeat(characters - 100)}` },
    ],
  });

const own = identityScenario.identities?.['111111111111'];
const fullScenario: Scenario = {
  ...identityScenario,
  identities: {
    ...identityScenario.identities,
    '111111111111': {
      ...own,
      roles: [
        ...(own?.roles ?? []),
        { name: 'full', policies: Array.from({ length: 10 }, (_none, index) => `p${index}`) },
        { name: 'AWSServiceRoleForSupport', path: '/aws-service-role/support.amazonaws.com/' },
        { name: 'AWSReservedSSO_Admin_0123456789abcdef', path: '/aws-reserved/sso.amazonaws.com/' },
      ],
      policies: [
        ...(own?.policies ?? []),
        {
          name: 'five',
          versions: Array.from({ length: 5 }, (_none, index) => policyText(`sns:Get${index}`)),
        },
        ...Array.from({ length: 10 }, (_none, index) => ({
          name: `p${index}`,
          versions: [policyText('sns:*')],
        })),
      ],
    },
  },
};

type Opened = Awaited<ReturnType<typeof open>>;
const stateOf = async ({ sandbox }: Pick<Opened, 'sandbox'>, accountId = '111111111111') =>
  (await (await fetch(`${sandbox.endpoint}/_sandbox/iam/${accountId}`)).json()) as {
    readonly access: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;
    readonly record: unknown;
  };

const entered = async (opened: Opened, roleArn: string, extra: object = {}) => {
  const { Credentials } = await opened.sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'review', ...extra }),
  );
  return opened.as({
    accessKeyId: String(Credentials?.AccessKeyId),
    secretAccessKey: String(Credentials?.SecretAccessKey),
    sessionToken: String(Credentials?.SessionToken),
  });
};

describe('writes', () => {
  test('what IAM refuses is refused with its code, and changes nothing', async () => {
    const opened = await open({ scenario: fullScenario });
    const before = await stateOf(opened);
    for (const { case: name, operation, input, error, message } of cases) {
      const given: Record<string, string | undefined> = { ...input };
      const length = /^LONG:(\d+)$/.exec(given.PolicyDocument ?? '')?.[1];
      if (length !== undefined) given.PolicyDocument = long(Number(length));
      const Command = new Map<string, unknown>(Object.entries(commands)).get(`${operation}Command`) as new (
        input: object,
      ) => never;
      const refused = await errorOf(opened.iam.send(new Command(given)));
      expect([name, refused.name]).toEqual([name, error]);
      expect(refused.message).toContain(message ?? '');
    }
    expect(await stateOf(opened)).toEqual(before);
  });

  test('white space does not count, and a text is given back as it was sent', async () => {
    const { iam } = await open({ scenario: fullScenario });
    const spaced = `{ "Version": "2012-10-17",\r\n${' '.repeat(7000)}"Statement": ${JSON.stringify([{ Effect: 'Allow', Action: 'sqs:*', Resource: "arn:aws:sqs:*:*:it's(*)!" }])} }`;
    const { Policy } = await iam.send(
      new commands.CreatePolicyCommand({ PolicyName: 'Spaced', PolicyDocument: spaced }),
    );
    const { PolicyVersion } = await iam.send(
      new commands.GetPolicyVersionCommand({ PolicyArn: Policy?.Arn, VersionId: 'v1' }),
    );
    expect(PolicyVersion?.Document).not.toContain("'");
    expect(decodeURIComponent(String(PolicyVersion?.Document))).toBe(spaced);
  });

  test('numbers of versions are never given twice', async () => {
    const { iam } = await open({ scenario: fullScenario });
    const PolicyArn = `${account}:policy/five`;
    await iam.send(new commands.DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    const made = await iam.send(
      new commands.CreatePolicyVersionCommand({
        PolicyArn,
        PolicyDocument: policyText('sns:*'),
        SetAsDefault: true,
      }),
    );
    expect(made.PolicyVersion?.VersionId).toBe('v6');
    const { Versions } = await iam.send(new commands.ListPolicyVersionsCommand({ PolicyArn }));
    expect(
      Versions?.map(({ VersionId, IsDefaultVersion }) => `${VersionId}${IsDefaultVersion ? '!' : ''}`),
    ).toEqual(['v6!', 'v5', 'v4', 'v3', 'v2']);
  });

  test('reads show a write only after a while; the dump shows it at once', async () => {
    const opened = await open({ scenario: fullScenario, visibilitySeconds: 5 });
    const { sandbox, iam } = opened;
    const inline = async () =>
      (await iam.send(new commands.ListUserPoliciesCommand({ UserName: 'empty' }))).PolicyNames;
    for (const PolicyName of ['one', 'two']) {
      await iam.send(
        new commands.PutUserPolicyCommand({
          UserName: 'empty',
          PolicyName,
          PolicyDocument: policyText('s3:*'),
        }),
      );
      sandbox.world.advanceSeconds(3);
    }
    expect(await inline()).toEqual(['one']);
    expect(
      Object.keys((await stateOf(opened)).access.users?.[`${account}:user/empty`]?.inline as object),
    ).toEqual(['one', 'two']);
    await fetch(`${sandbox.endpoint}/_sandbox/world`, { method: 'POST', body: '{"advanceSeconds":3}' });
    expect(await inline()).toEqual(['one', 'two']);
  });

  test('a write that is undone leaves the access as it was, and its traces in the record', async () => {
    const opened = await open({ scenario: fullScenario });
    const before = await stateOf(opened);
    const PolicyArn = `${account}:policy/shared`;
    await opened.iam.send(
      new commands.CreatePolicyVersionCommand({
        PolicyArn,
        PolicyDocument: policyText('s3:*'),
        SetAsDefault: true,
      }),
    );
    await opened.iam.send(new commands.DetachUserPolicyCommand({ UserName: 'target', PolicyArn }));
    expect((await stateOf(opened)).access).not.toEqual(before.access);
    await opened.iam.send(new commands.AttachUserPolicyCommand({ UserName: 'target', PolicyArn }));
    await opened.iam.send(new commands.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    const after = await stateOf(opened);
    expect(after.access).toEqual(before.access);
    expect(after.record).not.toEqual(before.record);
  });

  test('throttles, a lost answer and a fault of the service strike IAM as they strike others', async () => {
    const { sandbox, iam } = await open({ scenario: fullScenario });
    const put = () =>
      errorOf(
        iam.send(
          new commands.PutUserPolicyCommand({
            UserName: 'empty',
            PolicyName: 'x',
            PolicyDocument: policyText('s3:*'),
          }),
        ),
      );
    sandbox.faults.add('throttle:PutUserPolicy');
    expect(await put()).toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
    sandbox.faults.add('error:PutUserPolicy:503');
    expect((await put()).name).toContain('ServiceFailure');
    sandbox.faults.add('lost-answer:PutUserPolicy');
    await put();
    expect((await iam.send(new commands.ListUserPoliciesCommand({ UserName: 'empty' }))).PolicyNames).toEqual(
      ['x'],
    );
    expect(sandbox.calls().map(({ code }) => code)).toEqual([
      'Throttling',
      'ServiceFailure',
      'ConnectionReset',
      null,
    ]);
  });
});

describe('entering another account', () => {
  test('the session belongs to that account; closed accounts, unknown roles and wrong external ids are refused', async () => {
    const opened = await open({ scenario: identityScenario });
    const member = await entered(opened, 'arn:aws:iam::222222222222:role/OrgAccessReviewerRead');
    expect((await member.sts.send(new GetCallerIdentityCommand({}))).Account).toBe('222222222222');
    const { Roles } = await member.iam.send(new commands.ListRolesCommand({}));
    expect(Roles?.map(({ RoleName }) => RoleName)).toEqual([
      'AWSServiceRoleForSupport',
      'Guarded',
      'OrgAccessReviewerRead',
      'OrgAccessReviewerWrite',
      'OrganizationAccountAccessRole',
    ]);
    for (const refused of [
      entered(opened, 'arn:aws:iam::333333333333:role/OrgAccessReviewerRead'),
      entered(opened, 'arn:aws:iam::222222222222:role/Nobody'),
      entered(opened, 'arn:aws:iam::222222222222:role/Guarded', { ExternalId: 'another' }),
    ]) {
      expect(await errorOf(refused)).toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining(
          'is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::',
        ),
      });
    }
    await entered(opened, 'arn:aws:iam::222222222222:role/Guarded', { ExternalId: 'the-agreed-id' });
  });

  test('the reading role may not write, and a session policy narrows the writing role', async () => {
    const opened = await open({ scenario: identityScenario });
    const role = 'arn:aws:iam::222222222222:role';
    const put = (clients: ReturnType<typeof clientsOf>, RoleName: string) =>
      clients.iam.send(
        new commands.PutRolePolicyCommand({ RoleName, PolicyName: 'x', PolicyDocument: policyText('s3:*') }),
      );
    const reader = await entered(opened, `${role}/OrgAccessReviewerRead`);
    expect(await errorOf(put(reader, 'Guarded'))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        'because no identity-based policy allows the iam:PutRolePolicy action',
      ),
    });
    const narrowed = await entered(opened, `${role}/OrgAccessReviewerWrite`, {
      SourceIdentity: 'change-1',
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'iam:PutRolePolicy', Resource: `${role}/Guarded` }],
      }),
    });
    await put(narrowed, 'Guarded');
    expect((await errorOf(put(narrowed, 'OrganizationAccountAccessRole'))).message).toContain(
      'because no session policy allows the iam:PutRolePolicy action',
    );
    expect(
      (
        await errorOf(
          narrowed.iam.send(new commands.DeleteRolePolicyCommand({ RoleName: 'Guarded', PolicyName: 'x' })),
        )
      ).name,
    ).toBe('AccessDenied');
  });
});
