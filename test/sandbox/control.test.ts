import {
  DescribePolicyCommand,
  ListAccountsCommand,
  MoveAccountCommand,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { afterEach, describe, expect, test } from '@jest/globals';
import { moveAccount } from '../../sandbox/tree.ts';
import { errorOf, finishedReport, smallScenario } from './clients.ts';
import { closeAll, open } from './opened.ts';

const root = 'o-exampleorg1/r-ex01';
const newText = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"lex:*","Resource":"*"}]}';
afterEach(closeAll);

describe('the call log and the control surface', () => {
  test('every call is recorded with its input, long texts cut', async () => {
    const { sandbox, organizations } = await open();
    await organizations.send(new ListAccountsCommand({ MaxResults: 3 }));
    await errorOf(
      organizations.send(new UpdatePolicyCommand({ PolicyId: 'p-FullAWSAccess', Content: 'x'.repeat(1000) })),
    );
    expect(sandbox.calls()).toMatchObject([
      {
        service: 'organizations',
        operation: 'ListAccounts',
        status: 200,
        code: null,
        accessKeyId: 'AKIATEST',
        input: { MaxResults: 3 },
      },
      {
        operation: 'UpdatePolicy',
        status: 400,
        code: 'InvalidInputException',
        input: { PolicyId: 'p-FullAWSAccess', Content: expect.stringContaining('(1000 characters)') },
      },
    ]);
    sandbox.clearCalls();
    expect(sandbox.calls()).toEqual([]);
  });

  test('a listener may change the world before the answer', async () => {
    const { sandbox, organizations } = await open();
    const remove = sandbox.onCall(({ operation }) => {
      if (operation === 'MoveAccount') moveAccount(sandbox.world, '222222222222', 'r-ex01');
    });
    const move = new MoveAccountCommand({
      AccountId: '222222222222',
      SourceParentId: 'ou-ex01-development',
      DestinationParentId: 'ou-ex01-production',
    });
    expect((await errorOf(organizations.send(move))).name).toBe('SourceParentNotFoundException');
    remove();
  });

  test('another process changes the world and reads the log over HTTP', async () => {
    const { sandbox, organizations, iam } = await open();
    const post = async (body: unknown) => {
      const response = await fetch(`${sandbox.endpoint}/_sandbox/world`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      return { status: response.status, body: (await response.json()) as { error?: string } };
    };
    expect(
      (await post({ moveAccount: { accountId: '222222222222', parentId: 'ou-ex01-production' } })).status,
    ).toBe(200);
    await post({
      use: { accountId: '222222222222', service: 'xray', region: 'eu-west-1' },
      setPolicy: { policyId: 'p-newsvctest', content: newText },
    });
    const { AccessDetails } = await finishedReport(iam, `${root}/ou-ex01-production`);
    expect(AccessDetails?.find(({ ServiceNamespace }) => ServiceNamespace === 'xray')).toMatchObject({
      Region: 'eu-west-1',
      TotalAuthenticatedEntities: 1,
    });
    expect(
      (await organizations.send(new DescribePolicyCommand({ PolicyId: 'p-newsvctest' }))).Policy?.Content,
    ).toBe(newText);
    await post({ fault: 'error:DescribePolicy:500', advanceSeconds: 5 });
    await errorOf(organizations.send(new DescribePolicyCommand({ PolicyId: 'p-newsvctest' })));
    await post({ clearFaults: true });
    expect(await post({ moveAccount: { accountId: '999999999999', parentId: 'r-ex01' } })).toEqual({
      status: 400,
      body: { error: 'account 999999999999 is not in the organization' },
    });
    expect((await post({ teleport: 1 })).body.error).toContain('teleport: unknown');
    const calls = (await (await fetch(`${sandbox.endpoint}/_sandbox/calls`)).json()) as {
      operation: string;
      status: number;
    }[];
    expect(calls[calls.length - 1]).toMatchObject({ operation: 'DescribePolicy', status: 500 });
    const health = await (await fetch(`${sandbox.endpoint}/_sandbox/health`)).json();
    expect(health).toMatchObject({ ok: true, organizationId: 'o-exampleorg1', faults: 0 });
    expect((await fetch(`${sandbox.endpoint}/_sandbox/nothing`)).status).toBe(404);
  });
});

test('an unsigned call and an unknown operation get AWS\u2019s errors', async () => {
  const { sandbox } = await open();
  const call = async (target: string) => {
    const response = await fetch(sandbox.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': target, authorization: '' },
      body: '{}',
    });
    return [response.status, ((await response.json()) as { __type: string }).__type];
  };
  expect(await call('AWSOrganizationsV20161128.ListRoots')).toEqual([
    400,
    'MissingAuthenticationTokenException',
  ]);
  expect(await call('AWSOrganizationsV20161128.NoSuchThing')).toEqual([400, 'UnknownOperationException']);
  expect(await call('NoSuchService.NoSuchThing')).toEqual([404, 'UnknownOperationException']);
});

test('ten thousand accounts are listed and reported without strain', async () => {
  const children = Array.from({ length: 100 }, (_, unit) => ({
    ou: `ou-ex01-unit${String(unit).padStart(6, '0')}`,
    name: `Unit ${unit}`,
    children: Array.from({ length: 100 }, (_nothing, index) => ({
      account: String(300000000000 + unit * 100 + index),
      name: `account-${unit}-${index}`,
      usage: { s3: { daysAgo: 1 }, sqs: { daysAgo: 200 + index } },
    })),
  }));
  const { iam, organizations } = await open({
    scenario: { organization: smallScenario.organization, root: { id: 'r-ex01', children } },
  });
  const report = await finishedReport(iam, root);
  expect(
    report.AccessDetails?.find(({ ServiceNamespace }) => ServiceNamespace === 's3')
      ?.TotalAuthenticatedEntities,
  ).toBe(10_000);
  expect((await organizations.send(new ListAccountsCommand({}))).Accounts).toHaveLength(20);
});
