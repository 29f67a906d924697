import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetPolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AccountReader, IdentityWriter } from '../../adapters/identity-ports.ts';
import { wireIdentities } from '../../adapters/wire-identities.ts';
import type { PolicyVersion } from '../../core/identity/account-identities.ts';
import type { IdentityResource } from '../../core/identity/identity-step.ts';
import { identities, reviewed } from '../support/identities-on-the-wire.ts';
import { leapingClock, liveBy } from '../support/leaping-clock.ts';
import { pointAt } from './environment.ts';
import { type Moto, motoIsInstalled, startMoto } from './moto.ts';

const accountId = '123456789012';
const memberRoles = { read: 'Reader', write: 'Writer', externalId: null };
const policyArn = `arn:aws:iam::${accountId}:policy/team/a+b=c,d.e@f-g_h`;
const awsManagedArn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
/** One statement that is no list, white space, and characters that encodings differ about. */
const text = (action: string) =>
  `{ "Version": "2012-10-17",\n  "Statement": {"Effect":"Allow","Action":"${action}","Resource":"arn:aws:s3:::a+b%20c/\${aws:username}/ü"} }`;
const user = { type: 'user', name: 'nikhil+j=x,y.z@a-b_c' } as const;
const group = { type: 'group', name: 'app-dev' } as const;
const role = { type: 'role', name: 'ExampleCorpQA' } as const;

/** A second judge beside the sandbox: another implementation of IAM's wire protocol. It knows no last accessed reports. */
const judge = () => {
  let moto: Moto;
  let restore = () => {};
  let reader: AccountReader;
  let writer: IdentityWriter;
  const kept: PolicyVersion[] = [];
  const checks = {
    keep: async (version: PolicyVersion): Promise<void> => void kept.push(version),
    mayWrite: async (): Promise<void> => undefined,
  };
  const write = async (resource: IdentityResource, after: string | null) =>
    writer.write({ resource, before: await writer.read(resource), after }, checks);

  beforeAll(async () => {
    moto = await startMoto({ MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' });
    const restoreEnvironment = pointAt(moto.endpoint);
    const restoreClock = liveBy(leapingClock());
    restore = () => {
      restoreClock();
      restoreEnvironment();
    };
    const client = new IAMClient({});
    await client.send(
      new CreateUserCommand({
        UserName: user.name,
        Path: '/people/',
        Tags: [{ Key: 'owner', Value: 'john' }],
      }),
    );
    await client.send(new CreateGroupCommand({ GroupName: group.name, Path: '/teams/dev/' }));
    await client.send(
      new CreateRoleCommand({ RoleName: role.name, AssumeRolePolicyDocument: text('sts:AssumeRole') }),
    );
    await client.send(
      new PutRolePolicyCommand({
        RoleName: role.name,
        PolicyName: 'inline+1',
        PolicyDocument: text('ec2:*'),
      }),
    );
    await client.send(
      new CreatePolicyCommand({
        PolicyName: 'a+b=c,d.e@f-g_h',
        Path: '/team/',
        PolicyDocument: text('s3:*'),
        Description: 'a policy',
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    );
    await client.send(new AddUserToGroupCommand({ UserName: user.name, GroupName: group.name }));
    for (const PolicyArn of [policyArn, awsManagedArn])
      await client.send(new AttachUserPolicyCommand({ UserName: user.name, PolicyArn }));
    const { sessions } = wireIdentities(memberRoles);
    const step = {
      resource: { type: 'membership', user: '', group: '' },
      before: null,
      after: null,
    } as const;
    const [toRead, toWrite] = await Promise.all([
      sessions.openToRead(accountId),
      sessions.openToWrite(accountId, { id: 'change-1', step }),
    ]);
    if (toRead.status !== 'open' || toWrite.status !== 'open') throw new Error('the own account is open');
    reader = toRead.reader;
    writer = toWrite.writer;
  });

  afterAll(async () => {
    restore();
    await moto?.stop();
  });

  test('an account is read as it is', async () => {
    const account = await reader.readIdentities();
    expect(account).toMatchObject({ accountId, partition: 'aws' });
    expect(account.users).toEqual([
      {
        type: 'user',
        name: user.name,
        arn: `arn:aws:iam::${accountId}:user/people/${user.name}`,
        id: expect.any(String),
        path: '/people/',
        createdAt: expect.any(Number),
        inline: [],
        attached: expect.arrayContaining([policyArn, awsManagedArn]),
        groups: [group.name],
        boundary: null,
        tags: { owner: 'john' },
      },
    ]);
    expect(account.groups).toMatchObject([{ name: group.name, path: '/teams/dev/' }]);
    expect(account.roles).toMatchObject([
      {
        name: role.name,
        trust: text('sts:AssumeRole'),
        inline: [{ name: 'inline+1', text: text('ec2:*') }],
        lastUsed: null,
        instanceProfiles: [],
      },
    ]);
    // Of AWS's own policies those in use alone.
    expect(account.policies.map(({ arn }) => arn).sort()).toEqual([policyArn, awsManagedArn].sort());
    expect(account.policies.find(({ arn }) => arn === policyArn)).toMatchObject({
      path: '/team/',
      isAwsManaged: false,
      description: 'a policy',
      defaultVersionId: 'v1',
      versions: [{ id: 'v1', text: text('s3:*') }],
    });
    const own = account.policies.find(({ arn }) => arn === awsManagedArn);
    const inForce = own?.versions.find(({ id }) => id === own.defaultVersionId);
    expect(JSON.parse(inForce?.text ?? '')).toMatchObject({ Version: '2012-10-17' });
    expect(account.quotas).toMatchObject({ policyCharacters: 6144, versionsPerPolicy: 5, groupsPerUser: 10 });
    const pages = [];
    for await (const page of reader.rolePages()) pages.push(page);
    expect(pages.flat()).toEqual(account.roles);
  });

  test('the whole command reads it: paths are explained, and who is younger than the threshold is not judged', async () => {
    const explained = await identities('explain', '--user', user.name, '--service', 's3');
    expect(explained).toMatchObject({ code: 0, errors: '' });
    expect(explained.output).toContain('a+b=c,d.e@f-g_h (customer-managed) directly on user');
    const result = await reviewed('--user', user.name);
    expect(result).toMatchObject({ accountId, findings: [], changes: [] });
    expect(result.subjects).toMatchObject([
      { name: user.name, report: { notJudged: { code: 'NEW_PRINCIPAL' } } },
    ]);
    expect(result.refusals).toMatchObject([{ code: 'NEW_PRINCIPAL', subjectArn: result.subjects[0]?.arn }]);
  });

  test('tags of policies are read; a policy that is gone is left out', async () => {
    const gone = `${policyArn}-gone`;
    expect(await reader.readPolicyMarks([policyArn, gone])).toMatchObject(
      new Map([[policyArn, { tags: { a: 'b' } }]]),
    );
  });

  test.each<[string, IdentityResource, string | null, string]>([
    [
      'an inline policy of a user',
      { type: 'inline-policy', principal: user, name: 'x+y' },
      null,
      text('s3:Get*'),
    ],
    [
      'an inline policy of a group',
      { type: 'inline-policy', principal: group, name: 'x' },
      null,
      text('s3:Get*'),
    ],
    [
      'an inline policy of a role',
      { type: 'inline-policy', principal: role, name: 'inline+1' },
      text('ec2:*'),
      text('lex:*'),
    ],
    [
      'an attachment to a user',
      { type: 'policy-attachment', principal: user, policyArn },
      'attached',
      'attached',
    ],
    [
      'an attachment to a group',
      { type: 'policy-attachment', principal: group, policyArn },
      null,
      'attached',
    ],
    [
      'an attachment to a role',
      { type: 'policy-attachment', principal: role, policyArn: awsManagedArn },
      null,
      'attached',
    ],
    ['a membership', { type: 'membership', user: user.name, group: group.name }, 'member', 'member'],
  ])('%s is read, taken away, given and read again', async (_name, resource, stands, value) => {
    expect(await writer.read(resource)).toBe(stands);
    await write(resource, value);
    expect(await writer.read(resource)).toBe(value);
    await write(resource, null);
    expect(await writer.read(resource)).toBeNull();
    // What is gone already is as it should be.
    await write(resource, null);
    await write(resource, stands);
    expect(await writer.read(resource)).toBe(stands);
  });

  test('a managed policy is made, filled with versions, set back, and deleted', async () => {
    const arn = `arn:aws:iam::${accountId}:policy/new/Narrowed`;
    const resource = { type: 'managed-policy', arn } as const;
    expect(await writer.read(resource)).toBeNull();
    const creation = { description: 'made by a test', tags: { for: 'test' } };
    await writer.write({ resource, before: null, after: text('s3:1'), creation }, checks);
    expect(await reader.readPolicyMarks([arn])).toEqual(
      new Map([[arn, { description: 'made by a test', tags: { for: 'test' } }]]),
    );
    for (const number of [2, 3, 4, 5]) await write(resource, text(`s3:${number}`));
    expect(await writer.read(resource)).toBe(text('s3:5'));
    expect(kept).toEqual([]);
    // A sixth version takes the place of the oldest; the one in force stays.
    await write(resource, text('s3:2'));
    await write(resource, text('s3:6'));
    expect(kept).toMatchObject([{ id: 'v1', text: text('s3:1') }]);
    await write(resource, text('s3:2'));
    const { Policy } = await new IAMClient({}).send(new GetPolicyCommand({ PolicyArn: arn }));
    expect(Policy).toMatchObject({
      PolicyName: 'Narrowed',
      Path: '/new/',
      Description: 'made by a test',
      DefaultVersionId: 'v2',
    });
    kept.length = 0;
    await write(resource, null);
    expect(kept.map(({ id }) => id)).toEqual(['v2', 'v3', 'v4', 'v5', 'v6']);
    expect(await writer.read(resource)).toBeNull();
    await write(resource, null);
  });

  test('a policy that is still attached loses nothing', async () => {
    const resource = { type: 'managed-policy', arn: policyArn } as const;
    kept.length = 0;
    await expect(write(resource, null)).rejects.toMatchObject({
      code: 'DeleteConflict',
      message: expect.stringContaining(`user ${user.name}`),
    });
    expect(kept).toEqual([]);
    expect(await writer.read(resource)).toBe(text('s3:*'));
  });

  test('what AWS refuses is named with the way out', async () => {
    const ghost = { type: 'user', name: 'ghost' } as const;
    await expect(
      write({ type: 'policy-attachment', principal: ghost, policyArn }, 'attached'),
    ).rejects.toMatchObject({
      operation: 'iam:AttachUserPolicy',
      code: 'NoSuchEntity',
      refusedByAws: true,
      hint: expect.stringContaining('deleted in the meantime'),
    });
    await expect(
      write({ type: 'inline-policy', principal: user, name: 'bad' }, '{"Version":"x"}'),
    ).rejects.toMatchObject({
      operation: 'iam:PutUserPolicy',
      code: 'MalformedPolicyDocument',
    });
  });
};

if (motoIsInstalled()) describe('against moto', judge);
else test('against moto', () => console.log('skipped: moto_server is not on the PATH'));
