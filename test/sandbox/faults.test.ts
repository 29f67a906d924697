import {
  GenerateOrganizationsAccessReportCommand,
  GetOrganizationsAccessReportCommand,
} from '@aws-sdk/client-iam';
import {
  DescribePolicyCommand,
  ListAccountsCommand,
  ListRootsCommand,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseFault } from '../../sandbox/faults.ts';
import { createThrottle } from '../../sandbox/throttle.ts';
import { errorOf, finishedReport } from './clients.ts';
import { closeAll, open } from './opened.ts';

const root = 'o-exampleorg1/r-ex01';
const newText = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"lex:*","Resource":"*"}]}';
afterEach(closeAll);

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
    sandbox.faults.add('throttle:ListAccounts:20%');
    let struck = 0;
    for (let index = 0; index < 100; index += 1)
      await call().catch(() => {
        struck += 1;
      });
    expect(struck).toBeGreaterThan(10);
    expect(struck).toBeLessThan(30);
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
      Array.from({ length: times }, () => throttle.admit('organizations', operation, '111111111111')).filter(
        Boolean,
      ).length;
    expect(passed('ListAccounts', 50)).toBe(12);
    now += 1;
    expect(passed('ListAccounts', 50)).toBe(8);
    expect(passed('DescribePolicy', 50)).toBe(2);
    expect(passed('GetOrganizationsAccessReport', 50)).toBe(50);
    expect([
      throttle.admit('organizations', 'DescribePolicy', '222222222222'),
      throttle.admit('organizations', 'DescribePolicy', '222222222222'),
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
