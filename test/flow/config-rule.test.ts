import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { wireConfigRule } from '../../adapters/wire-config-rule.ts';
import { handler } from '../../handlers/config-rule.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { closeBoxes, openBox } from '../adapters/box.ts';
import { accounts, memberRoles, organizationWith } from '../adapters/identity-box.ts';
import cases from '../cases/flow/unused-roles-rule.json' with { type: 'json' };
import { oar } from '../cli/run-oar.ts';
import { hasAwsCli, runAwsCli } from '../sandbox/iam/aws-cli.ts';

const { LOG_LEVEL } = process.env;
beforeEach(() => {
  process.env.LOG_LEVEL = 'silent';
});
afterEach(async () => {
  if (LOG_LEVEL === undefined) delete process.env.LOG_LEVEL;
  else process.env.LOG_LEVEL = LOG_LEVEL;
  await closeBoxes();
});

const triggeredAt = '2026-11-28T12:00:00.000Z';
let runs = 0;

/** Starts the rule as AWS Config does, each time a little later. */
function run(parameters: object | null, accountId: string = accounts.own): Promise<void> {
  runs += 1;
  return handler({
    invokingEvent: JSON.stringify({
      awsAccountId: accountId,
      notificationCreationTime: new Date(Date.parse(triggeredAt) + runs * 1000).toISOString(),
      messageType: 'ScheduledNotification',
      recordVersion: '1.0',
    }),
    ...(parameters === null ? {} : { ruleParameters: JSON.stringify(parameters) }),
    resultToken: 'unused-roles/token',
    eventLeftScope: false,
    executionRoleArn: `arn:aws:iam::${accountId}:role/config-role`,
    configRuleArn: `arn:aws:config:us-east-1:${accountId}:config-rule/config-rule-0123ab`,
    configRuleName: 'unused-roles',
    configRuleId: 'config-rule-0123ab',
    accountId,
    version: '1.0',
  });
}

/** What AWS Config was told, by the name of each role: `COMPLIANCE: annotation`. */
async function told(sandbox: Sandbox, accountId: string = accounts.own): Promise<Record<string, string>> {
  const account = await wireConfigRule(memberRoles).accounts.open(accountId);
  if (account.status !== 'open') throw new Error(account.message);
  const names = new Map<string, string>();
  for await (const page of account.reader.rolePages()) for (const { id, name } of page) names.set(id, name);
  const of = sandbox.evaluations().filter((each) => each.accountId === accountId);
  return Object.fromEntries(
    of.map(({ annotation, compliance, resourceId }) => [
      names.get(resourceId) ?? resourceId,
      [compliance, annotation].filter(Boolean).join(': '),
    ]),
  );
}

test('every role is judged, named by its unique id; what is service-linked is not applicable', async () => {
  const sandbox = await openBox({ scenario: 'unused-roles' });
  await run(cases.parameters);
  expect(await told(sandbox)).toEqual(cases.evaluations);
  for (const { orderedAt, resourceId, resourceType } of sandbox.evaluations()) {
    expect(resourceId).toMatch(/^AROA[A-Z0-9]{16,17}$/);
    expect(resourceType).toBe('AWS::IAM::Role');
    expect(orderedAt).toBe((Date.parse(triggeredAt) + runs * 1000) / 1000);
  }
});

test('without parameters the defaults hold; oar roles list says the same as the export of the AWS CLI', async () => {
  const sandbox = await openBox({ scenario: 'unused-roles' });
  await run(null);
  const found = await told(sandbox);
  expect(found['breakglass-role']).toBe('NON_COMPLIANT: No record of usage');
  expect(found['at-the-threshold']).toContain('COMPLIANT: Was last used in us-east-1 60 days ago');
  await run({ resource_id: 'role-name' });
  const { code, output } = await oar('ana', 'roles', 'list', '--format', 'text');
  expect(code).toBe(0);
  expect(output).toContain('old-migration\tNON_COMPLIANT\tWas last used in us-west-2 146 days ago\n');
  if (!hasAwsCli()) return;
  const query =
    'EvaluationResults[*].{A:EvaluationResultIdentifier.EvaluationResultQualifier.ResourceId,B:ComplianceType,C:Annotation}';
  const [exported] = await runAwsCli(sandbox.endpoint, [
    [
      'configservice',
      'get-compliance-details-by-config-rule',
      '--config-rule-name',
      'unused-roles',
      '--output',
      'text',
      '--query',
      query,
    ],
  ]);
  expect(exported?.code).toBe(0);
  expect(output.trim().split('\n').sort()).toEqual(exported?.out.trim().split('\n').sort());
});

test('a role that Config lists and the account has no longer, or that is named another way now, is told to be not applicable once', async () => {
  const sandbox = await openBox({ scenario: organizationWith({ roles: [{ name: 'a' }] }) });
  const account = await wireConfigRule(memberRoles).accounts.open(accounts.own);
  if (account.status !== 'open') throw new Error(account.message);
  const deleted = {
    ...{ resourceType: 'AWS::IAM::Role', resourceId: 'AROADELETED', compliance: 'NON_COMPLIANT' as const },
    ...{ annotation: 'No record of usage', orderedAt: Date.parse(triggeredAt) },
  };
  await account.compliance.put([deleted], 'unused-roles/token');
  await run({});
  const found = await told(sandbox);
  expect(found).toMatchObject({ a: 'NON_COMPLIANT: No record of usage', AROADELETED: 'NOT_APPLICABLE' });
  expect(Object.values(found).filter((said) => said === 'NOT_APPLICABLE')).toHaveLength(1);
  const before = sandbox.evaluations();
  await run({ resource_id: 'role-name' });
  const states = new Map(sandbox.evaluations().map((each) => [each.resourceId, each]));
  expect(states.get('a')).toMatchObject({ compliance: 'NON_COMPLIANT' });
  for (const { resourceId } of before)
    expect(states.get(resourceId)).toMatchObject({ compliance: 'NOT_APPLICABLE' });
  // What was told once is not told again.
  const first = before.find(({ resourceId }) => resourceId === 'AROADELETED');
  expect(states.get('AROADELETED')).toEqual(first);
});

test('what Config does not take is sent again, throttles are waited out; what it never takes fails the run after everything else', async () => {
  const scenario = organizationWith({ generate: { roles: 250 } });
  const sandbox = await openBox({
    scenario,
    faults: [
      'failed-evaluation:role-00007:1',
      'throttle:PutEvaluations:2',
      'throttle:GetAccountAuthorizationDetails:1',
    ],
  });
  await run({ resource_id: 'role-name' });
  const names = sandbox.evaluations().map(({ resourceId }) => resourceId);
  expect(names.filter((name) => name.startsWith('role-'))).toHaveLength(250);
  sandbox.faults.add('failed-evaluation:role-00009:99');
  await expect(run({ resource_id: 'role-name' })).rejects.toThrow(
    'AWS Config did not take 1 evaluations: role-00009',
  );
  const latest = Math.max(...sandbox.evaluations().map(({ orderedAt }) => orderedAt));
  const behind = sandbox.evaluations().filter(({ orderedAt }) => orderedAt < latest);
  expect(behind.map(({ resourceId }) => resourceId)).toEqual(['role-00009']);
});

test('an organization rule is served in the member by the role to read; one that cannot be entered is one line', async () => {
  const sandbox = await openBox({ scenario: organizationWith({ roles: [{ name: 'a' }] }) });
  await run({}, accounts.member);
  expect(await told(sandbox, accounts.member)).toMatchObject({ a: 'NON_COMPLIANT: No record of usage' });
  expect(sandbox.evaluations().filter(({ accountId }) => accountId !== accounts.member)).toEqual([]);
  await expect(run({}, accounts.closed)).rejects.toThrow(
    /^account 333333333333 cannot be entered: AccessDenied: /,
  );
});

test('roles that cannot be read, and a parameter that is wrong, fail the run and tell Config nothing', async () => {
  const sandbox = await openBox({ scenario: organizationWith({ roles: [{ name: 'a' }] }) });
  await run({});
  const before = sandbox.evaluations();
  sandbox.faults.add('error:GetAccountAuthorizationDetails:AccessDenied');
  await expect(run({})).rejects.toMatchObject({
    kind: 'access-denied',
    permission: 'iam:GetAccountAuthorizationDetails',
  });
  const calls = sandbox.calls().length;
  await expect(run({ max_days_for_last_used: '1.5' })).rejects.toThrow(
    /^ruleParameters.max_days_for_last_used: must be a whole number of days/,
  );
  expect(sandbox.calls()).toHaveLength(calls);
  expect(sandbox.evaluations()).toEqual(before);
});
