import {
  GenerateOrganizationsAccessReportCommand,
  GetOrganizationsAccessReportCommand,
} from '@aws-sdk/client-iam';
import {
  DescribePolicyCommand,
  ListAccountsCommand,
  ListRootsCommand,
  MoveAccountCommand,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseFault } from '../../sandbox/faults.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { createThrottle } from '../../sandbox/throttle.ts';
import { moveAccount } from '../../sandbox/tree.ts';
import { clientsOf, errorOf, finishedReport, smallScenario } from './clients.ts';

const root = 'o-exampleorg1/r-ex01';
const newText = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"lex:*","Resource":"*"}]}';
const closing: (() => Promise<void>)[] = [];
const open = async (options: Partial<SandboxOptions> = {}) => {
  const sandbox: Sandbox = await startSandbox({ scenario: smallScenario, fast: true, ...options });
  const clients = clientsOf(sandbox);
  closing.push(async () => {
    clients.destroy();
    await sandbox.close();
  });
  return { sandbox, ...clients };
};
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('faults on demand', () => {
  test('throttle, error, reset and slow strike as often as asked, then the service answers again', async () => {
    const { sandbox, organizations } = await open({
      faults: [
        'throttle:ListAccounts:2',
        'error:ListAccounts:500',
        'reset:ListAccounts',
        'slow:ListAccounts:1ms',
      ],
    });
    const call = () => organizations.send(new ListAccountsCommand({}));
    const names: string[] = [];
    for (let index = 0; index < 2; index += 1) names.push((await errorOf(call())).name);
    expect(names[1]).toBe('TooManyRequestsException');
    expect(sandbox.calls().map(({ status, code }) => [status, code])).toEqual([
      [0, 'ConnectionReset'],
      [400, 'TooManyRequestsException'],
    ]);
    expect((await call()).Accounts).toHaveLength(5);
    sandbox.faults.add('error:ListAccounts:500');
    expect(await errorOf(call())).toMatchObject({
      name: 'ServiceException',
      $metadata: { httpStatusCode: 500 },
    });
    sandbox.faults.add('throttle:*:5');
    sandbox.faults.clear();
    expect((await call()).Accounts).toHaveLength(5);
  });

  test('a lost answer leaves the write done; a concurrent modification does not', async () => {
    const { sandbox, organizations } = await open({ faults: ['concurrent-modification:UpdatePolicy'] });
    const update = () =>
      organizations.send(new UpdatePolicyCommand({ PolicyId: 'p-newsvctest', Content: newText }));
    const read = async () =>
      (await organizations.send(new DescribePolicyCommand({ PolicyId: 'p-newsvctest' }))).Policy?.Content;
    expect((await errorOf(update())).name).toBe('ConcurrentModificationException');
    sandbox.faults.add('policy-changes-in-progress:UpdatePolicy');
    expect((await errorOf(update())).name).toBe('PolicyChangesInProgressException');
    expect(await read()).not.toBe(newText);
    sandbox.faults.add('lost-answer:UpdatePolicy');
    await errorOf(update());
    expect(await read()).toBe(newText);
  });

  test('a stuck job never finishes but frees its slot; a failed job says why; a short report keeps its counts', async () => {
    const { sandbox, iam } = await open();
    const stuck = sandbox.faults.add('stuck-job:ou-ex01-production:1');
    const { JobId } = await iam.send(
      new GenerateOrganizationsAccessReportCommand({ EntityPath: `${root}/ou-ex01-production` }),
    );
    sandbox.world.advanceSeconds(3600);
    expect((await iam.send(new GetOrganizationsAccessReportCommand({ JobId }))).JobStatus).toBe(
      'IN_PROGRESS',
    );
    expect(sandbox.faults.list()).not.toContain(stuck);
    sandbox.faults.add('failed-job:r-ex01:SOME_CODE:1');
    expect((await finishedReport(iam, root)).ErrorDetails?.Code).toBe('SOME_CODE');
    sandbox.faults.add('short-report:r-ex01:1');
    const short = await finishedReport(iam, root);
    expect(short.NumberOfServicesAccessible).toBe(sandbox.world.services.size);
    expect(short.AccessDetails?.length).toBeLessThan(sandbox.world.services.size);
    expect((await finishedReport(iam, root)).AccessDetails).toHaveLength(sandbox.world.services.size);
  });

  test.each([
    'nonsense',
    'throttle',
    'throttle:ListAccounts:x',
    'error:ListAccounts',
    'error:ListAccounts:200',
    'slow:ListAccounts:fast',
    'failed-job:r-ex01',
    'reset:A:1:2',
    'stuck-job:r-ex01:0',
  ])('the fault %s is refused with its own text', (spec) => {
    expect(() => parseFault(spec)).toThrow(spec);
  });
});

describe('throttling as AWS publishes it', () => {
  test('a burst passes, then the published rate', () => {
    let now = 0;
    const throttle = createThrottle(() => now);
    const passed = (operation: string, times: number) =>
      Array.from({ length: times }, () => throttle.admit(operation, '111111111111')).filter(Boolean).length;
    expect(passed('ListAccounts', 50)).toBe(12);
    now += 1;
    expect(passed('ListAccounts', 50)).toBe(8);
    expect(passed('DescribePolicy', 50)).toBe(2);
    expect(passed('GetOrganizationsAccessReport', 50)).toBe(50);
    expect([
      throttle.admit('DescribePolicy', '222222222222'),
      throttle.admit('DescribePolicy', '222222222222'),
    ]).toEqual([true, false]);
  });

  test('on the wire: TooManyRequestsException for Organizations', async () => {
    const { organizations } = await open({ throttle: true });
    const outcomes = await Promise.all(
      Array.from({ length: 3 }, () =>
        organizations.send(new ListRootsCommand({})).then(
          () => 'ok',
          (error: Error) => error.name,
        ),
      ),
    );
    expect(outcomes.sort()).toEqual(['TooManyRequestsException', 'ok', 'ok']);
  });
});

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
