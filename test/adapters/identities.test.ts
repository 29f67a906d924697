import { AttachUserPolicyCommand, CreatePolicyVersionCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { PolicyCreation } from '../../adapters/identity-ports.ts';
import { wireIdentities } from '../../adapters/wire-identities.ts';
import type { PolicyVersion } from '../../core/identity/account-identities.ts';
import type { IdentityResource } from '../../core/identity/identity-step.ts';
import { valueIn } from '../../core/identity/identity-values.ts';
import type { SandboxOptions } from '../../sandbox/server.ts';
import { closeBoxes, openBox } from './box.ts';
import { accounts, memberRoles, organizationWith } from './identity-box.ts';

afterEach(closeBoxes);

const freely = { keep: async (): Promise<void> => undefined, mayWrite: async (): Promise<void> => undefined };

const awsManaged = 'arn:aws:iam::aws:policy/IAMFullAccess';
/** One statement that is no list, white space, and characters that encodings differ about. */
const text = (action: string) =>
  `{ "Version": "2012-10-17",\n "Statement": {"Effect":"Allow","Action":"${action}","Resource":"arn:aws:s3:::a+b%20c/\${aws:username}/ü"} }`;
const user = { type: 'user', name: 'nikhil+j=x,y.z@a-b_c' } as const;
const policyName = 'a+b=c,d.e@f-g_h';
const scenario = organizationWith({
  users: [
    {
      name: user.name,
      path: '/people/dev/',
      groups: ['app-dev'],
      policies: [policyName, awsManaged],
      boundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      tags: { owner: 'john' },
    },
  ],
  groups: [{ name: 'app-dev', path: '/teams/', inline: { 'in+line': text('ec2:*') } }, { name: 'other' }],
  roles: [{ name: 'ExampleCorpQA', lastUsed: { daysAgo: 46, region: 'us-west-2' }, instanceProfile: 'qa' }],
  policies: [
    {
      name: policyName,
      path: '/team/',
      description: 'a policy',
      tags: { a: 'b' },
      versions: [text('s3:1'), text('s3:2')],
    },
    { name: 'Full', versions: [1, 2, 3, 4, 5].map((number) => text(`lex:${number}`)), default: 2 },
  ],
});
const policyArn = (accountId: string, name = `team/${policyName}`) =>
  `arn:aws:iam::${accountId}:policy/${name}`;

async function readerOf(accountId: string, options: Partial<SandboxOptions> = {}) {
  const sandbox = await openBox({ scenario, ...options });
  const { sessions } = wireIdentities(memberRoles);
  const opened = await sessions.openToRead(accountId);
  if (opened.status !== 'open') throw new Error(opened.message);
  return { ...opened, sandbox };
}

/** Writes as the product does: a session for each step, in a member account. */
function writing(accountId: string) {
  const { sessions } = wireIdentities(memberRoles);
  const kept: PolicyVersion[] = [];
  const open = async (resource: IdentityResource, before: string | null, after: string | null) => {
    const opened = await sessions.openToWrite(accountId, {
      id: 'chg-0123456789ab',
      step: { resource, before, after },
    });
    if (opened.status !== 'open') throw new Error(opened.message);
    return opened.writer;
  };
  return {
    kept,
    read: async (resource: IdentityResource) => (await open(resource, null, null)).read(resource),
    write: async (
      resource: IdentityResource,
      before: string | null,
      after: string | null,
      creation?: PolicyCreation,
    ) => {
      const writer = await open(resource, before, after);
      expect(await writer.read(resource)).toBe(before);
      const keep = async (version: PolicyVersion): Promise<void> => void kept.push(version);
      await writer.write({ resource, before, after, ...(creation && { creation }) }, { ...freely, keep });
      expect(await writer.read(resource)).toBe(after);
    },
  };
}

describe('an account', () => {
  test.each([
    ['its own', accounts.own],
    ['a member, by the role to read', accounts.member],
  ])('%s, is read as it is', async (_name, accountId) => {
    const { meter, reader, sandbox } = await readerOf(accountId);
    const account = await reader.readIdentities();
    const own = policyArn(accountId);
    expect(account).toMatchObject({
      accountId,
      partition: 'aws',
      quotas: { policyCharacters: 6144, versionsPerPolicy: 5 },
    });
    expect(account.users).toMatchObject([
      {
        ...user,
        path: '/people/dev/',
        arn: `arn:aws:iam::${accountId}:user/people/dev/${user.name}`,
        groups: ['app-dev'],
        attached: [own, awsManaged],
        boundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
        tags: { owner: 'john' },
      },
    ]);
    expect(account.groups).toMatchObject([
      { name: 'app-dev', path: '/teams/', inline: [{ name: 'in+line', text: text('ec2:*') }] },
      { name: 'other' },
    ]);
    const qa = account.roles.find(({ name }) => name === 'ExampleCorpQA');
    expect(qa?.lastUsed).toEqual({ at: expect.any(Number), region: 'us-west-2' });
    expect(qa?.instanceProfiles).toEqual([`arn:aws:iam::${accountId}:instance-profile/qa`]);
    expect(JSON.parse(qa?.trust ?? '')).toHaveProperty('Statement');
    const byName = new Map(account.policies.map((policy) => [policy.name, policy]));
    expect(byName.get(policyName)).toMatchObject({
      path: '/team/',
      description: null,
      defaultVersionId: 'v2',
      versions: [
        { id: 'v1', text: text('s3:1') },
        { id: 'v2', text: text('s3:2') },
      ],
    });
    expect(byName.get('Full')).toMatchObject({ defaultVersionId: 'v2' });
    expect([...byName.keys()]).toEqual(expect.arrayContaining(['IAMFullAccess', 'ReadOnlyAccess']));
    for (const { defaultVersionId, versions } of account.policies)
      expect(versions.map(({ id }) => id)).toContain(defaultVersionId);
    expect(await reader.readPolicyMarks([own, `${own}-gone`])).toEqual(
      new Map([[own, { description: 'a policy', tags: { a: 'b' } }]]),
    );
    expect(meter.calls()).toMatchObject({ GetAccountAuthorizationDetails: 1 });
    expect(sandbox.calls().filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(
      accountId === accounts.own ? 0 : 1,
    );
  });

  test('of 5,000 roles is read page by page', async () => {
    const generate = { roles: 5_000 };
    const { meter, reader } = await readerOf(accounts.member, { scenario: organizationWith({ generate }) });
    let largest = 0;
    const names = new Set<string>();
    for await (const page of reader.rolePages()) {
      largest = Math.max(largest, page.length);
      for (const { name } of page) names.add(name);
    }
    expect(names.has('role-05000')).toBe(true);
    expect(names.size).toBeGreaterThanOrEqual(5_000);
    expect(largest).toBeLessThanOrEqual(250);
    expect(meter.calls().GetAccountAuthorizationDetails).toBeGreaterThanOrEqual(20);
  });

  test('whose quotas and tags may not be read says so; whose identities may not be read is refused', async () => {
    const denied = ['iam:GetAccountSummary', 'iam:GetPolicy'];
    const { reader } = await readerOf(accounts.own, { scenario: { ...scenario, denied } });
    expect((await reader.readIdentities()).quotas).toBeNull();
    const own = policyArn(accounts.own);
    expect(await reader.readPolicyMarks([own])).toEqual(new Map([[own, null]]));
    await closeBoxes();
    const refused = await readerOf(accounts.own, {
      scenario: { ...scenario, denied: ['iam:GetAccountAuthorizationDetails'] },
    });
    await expect(refused.reader.readIdentities()).rejects.toMatchObject({
      kind: 'access-denied',
      permission: 'iam:GetAccountAuthorizationDetails',
    });
  });

  test('that cannot be entered is an answer with the code of AWS', async () => {
    await openBox({ scenario });
    const { sessions } = wireIdentities(memberRoles);
    const unreachable = {
      status: 'unreachable',
      accountId: accounts.closed,
      code: 'AccessDenied',
      message: expect.stringContaining('sts:AssumeRole'),
    };
    expect(await sessions.openToRead(accounts.closed)).toEqual(unreachable);
    const step = {
      resource: { type: 'membership', user: 'a', group: 'b' },
      before: null,
      after: 'member',
    } as const;
    expect(await sessions.openToWrite(accounts.closed, { id: 'chg-1', step })).toEqual(unreachable);
  });
});

describe('a write in a member account', () => {
  const member = accounts.member;
  const roleOf = { type: 'role', name: 'ExampleCorpQA' } as const;
  const group = { type: 'group', name: 'app-dev' } as const;
  test.each<[string, IdentityResource, string | null, string | null]>([
    [
      'an inline policy of a user',
      { type: 'inline-policy', principal: user, name: 'x+y' },
      null,
      text('s3:Get*'),
    ],
    [
      'an inline policy of a group',
      { type: 'inline-policy', principal: group, name: 'in+line' },
      text('ec2:*'),
      text('lex:*'),
    ],
    [
      'an inline policy of a role',
      { type: 'inline-policy', principal: roleOf, name: 'DenyAllUnusedRole' },
      null,
      text('s3:Get*'),
    ],
    [
      'an attachment to a user',
      { type: 'policy-attachment', principal: user, policyArn: awsManaged },
      'attached',
      null,
    ],
    [
      'an attachment to a group',
      { type: 'policy-attachment', principal: group, policyArn: policyArn(member) },
      null,
      'attached',
    ],
    [
      'an attachment to a role',
      { type: 'policy-attachment', principal: roleOf, policyArn: awsManaged },
      null,
      'attached',
    ],
    ['a membership that ends', { type: 'membership', user: user.name, group: 'app-dev' }, 'member', null],
    ['a membership that begins', { type: 'membership', user: user.name, group: 'other' }, null, 'member'],
    [
      'the text of a managed policy',
      { type: 'managed-policy', arn: policyArn(member) },
      text('s3:2'),
      text('s3:3'),
    ],
  ])('%s is what it says, undone too', async (_name, resource, before, after) => {
    const { sandbox, reader } = await readerOf(member);
    const { write } = writing(member);
    const start = await reader.readIdentities();
    await write(resource, before, after);
    expect(valueIn(await reader.readIdentities(), resource)).toBe(after);
    await write(resource, after, before);
    expect(valueIn(await reader.readIdentities(), resource)).toBe(before);
    expect((await reader.readIdentities()).users).toEqual(start.users);
    // Each session carries the change and no more than its step.
    expect(
      sandbox.calls().filter(({ operation, code }) => operation === 'AssumeRole' && code === null),
    ).toHaveLength(3);
  });

  test('a managed policy is made with description and tags, and deleted with its texts kept', async () => {
    const { reader } = await readerOf(member);
    const { kept, write } = writing(member);
    const arn = policyArn(member, 'new/Narrowed');
    const creation = { description: 'narrowed', tags: { for: 'test' } };
    await write({ type: 'managed-policy', arn }, null, text('s3:1'), creation);
    const made = (await reader.readIdentities()).policies.find((policy) => policy.arn === arn);
    expect(made).toMatchObject({ name: 'Narrowed', path: '/new/' });
    expect(await reader.readPolicyMarks([arn])).toEqual(
      new Map([[arn, { description: 'narrowed', tags: { for: 'test' } }]]),
    );
    await write({ type: 'managed-policy', arn }, text('s3:1'), text('s3:2'));
    await write({ type: 'managed-policy', arn }, text('s3:2'), null);
    expect(kept).toMatchObject([
      { id: 'v1', text: text('s3:1') },
      { id: 'v2', text: text('s3:2') },
    ]);
  });

  test('of a sixth version takes the place of the oldest that is not in force, once its text is kept', async () => {
    const { reader } = await readerOf(member);
    const { kept, write } = writing(member);
    const resource = { type: 'managed-policy', arn: policyArn(member, 'Full') } as const;
    await write(resource, text('lex:2'), text('lex:6'));
    expect(kept).toMatchObject([{ id: 'v1', text: text('lex:1') }]);
    await write(resource, text('lex:6'), text('lex:2'));
    const after = (await reader.readIdentities()).policies.find(({ arn }) => arn === resource.arn);
    expect(after).toMatchObject({ defaultVersionId: 'v2' });
    expect(after?.versions.map(({ id }) => id)).toEqual(['v2', 'v3', 'v4', 'v5', 'v6']);
  });

  test('whose evidence cannot be kept deletes nothing', async () => {
    const { reader } = await readerOf(member);
    const resource = { type: 'managed-policy', arn: policyArn(member, 'Full') } as const;
    const step = { resource, before: text('lex:2'), after: text('lex:6') };
    const opened = await wireIdentities(memberRoles).sessions.openToWrite(member, { id: 'chg-1', step });
    if (opened.status !== 'open') throw new Error(opened.message);
    await expect(
      opened.writer.write(step, { ...freely, keep: () => Promise.reject(new Error('no table')) }),
    ).rejects.toThrow('no table');
    const still = (await reader.readIdentities()).policies.find(({ arn }) => arn === resource.arn);
    expect(still?.versions).toHaveLength(5);
  });

  test('is allowed what its step says and nothing else', async () => {
    await openBox({ scenario });
    const resource = { type: 'policy-attachment', principal: user, policyArn: awsManaged } as const;
    const step = { resource, before: 'attached', after: null };
    const opened = await wireIdentities(memberRoles).sessions.openToWrite(member, { id: 'chg-1', step });
    if (opened.status !== 'open') throw new Error(opened.message);
    const others: IdentityResource[] = [
      { ...resource, principal: group },
      { type: 'membership', user: user.name, group: 'app-dev' },
      { type: 'managed-policy', arn: policyArn(member) },
      { ...resource, policyArn: policyArn(member) },
    ];
    for (const other of others)
      await expect(
        opened.writer.write({ resource: other, before: 'attached', after: null }, freely),
      ).rejects.toMatchObject({ kind: 'access-denied' });
    await expect(
      opened.writer.write({ resource, before: 'attached', after: 'attached' }, freely),
    ).rejects.toMatchObject({ permission: 'iam:AttachUserPolicy' });
  });
});

describe('a write that AWS refuses', () => {
  const own = accounts.own;
  const refused = async (resource: IdentityResource, after: string | null, faults: string[] = []) => {
    const sandbox = await openBox({ scenario, faults });
    const step = { resource, before: null, after };
    const opened = await wireIdentities(memberRoles).sessions.openToWrite(own, { id: 'chg-1', step });
    if (opened.status !== 'open') throw new Error(opened.message);
    const before = await opened.writer.read(resource);
    const error = await opened.writer.write({ ...step, before }, freely).catch((thrown: unknown) => thrown);
    return { error, sandbox };
  };
  const managed = { type: 'managed-policy', arn: policyArn(own) } as const;
  const inline = { type: 'inline-policy', principal: user, name: 'x' } as const;
  const attachment = {
    type: 'policy-attachment',
    principal: { type: 'group', name: 'other' },
    policyArn: awsManaged,
  } as const;

  test.each<[string, IdentityResource, string | null, string, string, string[]]>([
    [
      'UnmodifiableEntity',
      attachment,
      'attached',
      'iam:AttachGroupPolicy',
      'AWS manages this role',
      ['error:AttachGroupPolicy:UnmodifiableEntity'],
    ],
    [
      'LimitExceeded',
      attachment,
      'attached',
      'iam:AttachGroupPolicy',
      'a quota of IAM',
      ['error:AttachGroupPolicy:LimitExceeded'],
    ],
    [
      'LimitExceeded',
      managed,
      text('s3:9'),
      'iam:CreatePolicyVersion',
      'a quota of IAM',
      ['error:CreatePolicyVersion:LimitExceeded'],
    ],
    [
      'EntityAlreadyExists',
      { type: 'managed-policy', arn: policyArn(own, 'none') },
      text('s3:1'),
      'iam:CreatePolicy',
      'review again',
      ['error:CreatePolicy:EntityAlreadyExists'],
    ],
    ['DeleteConflict', managed, null, 'iam:DeletePolicy', 'detach the policy', []],
    [
      'MalformedPolicyDocument',
      inline,
      '{"Version":"2012-10-17"',
      'iam:PutUserPolicy',
      'does not accept',
      [],
    ],
    [
      'NoSuchEntity',
      { ...inline, principal: { type: 'user', name: 'ghost' } },
      text('s3:1'),
      'iam:PutUserPolicy',
      'deleted in the meantime',
      [],
    ],
    [
      'NoSuchEntity',
      { ...attachment, policyArn: policyArn(own, 'ghost') },
      'attached',
      'iam:AttachGroupPolicy',
      'deleted in the meantime',
      [],
    ],
  ])('%s: %j', async (code, resource, after, operation, hint, faults) => {
    const { error } = await refused(resource, after, faults);
    expect(error).toMatchObject({ operation, code, hint: expect.stringContaining(hint) });
  });

  test('is tried once, and a read tells what was done', async () => {
    const { error, sandbox } = await refused(attachment, 'attached', ['lost-answer:AttachGroupPolicy']);
    expect(error).toMatchObject({ code: 'ECONNRESET', refusedByAws: false });
    expect(sandbox.calls().filter(({ operation }) => operation === 'AttachGroupPolicy')).toHaveLength(1);
    expect(await writing(own).read(attachment)).toBe('attached');
  });

  test('what is gone already is as it should be', async () => {
    expect(
      (await refused({ ...attachment, principal: user, policyArn: policyArn(own, 'Full') }, null)).error,
    ).toBeUndefined();
    await closeBoxes();
    expect(
      (await refused({ type: 'managed-policy', arn: policyArn(own, 'ghost') }, null)).error,
    ).toBeUndefined();
  });
});

test('what others do between two reads is seen', async () => {
  await openBox({ scenario });
  const client = new IAMClient({});
  const { read } = writing(accounts.own);
  const arn = policyArn(accounts.own);
  await client.send(
    new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument: text('dms:*'), SetAsDefault: true }),
  );
  await client.send(
    new AttachUserPolicyCommand({ UserName: user.name, PolicyArn: policyArn(accounts.own, 'Full') }),
  );
  expect(await read({ type: 'managed-policy', arn })).toBe(text('dms:*'));
  expect(
    await read({ type: 'policy-attachment', principal: user, policyArn: policyArn(accounts.own, 'Full') }),
  ).toBe('attached');
});
