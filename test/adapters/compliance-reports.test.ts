import { afterEach, expect, test } from '@jest/globals';
import type { Evaluation } from '../../adapters/identity-ports.ts';
import { wireConfigRule } from '../../adapters/wire-config-rule.ts';
import { closeBoxes, openBox } from './box.ts';
import { accounts, memberRoles, organizationWith } from './identity-box.ts';

afterEach(closeBoxes);

const evaluations = (count: number, changes: Partial<Evaluation> = {}): Evaluation[] =>
  Array.from({ length: count }, (_, index) => ({
    resourceType: 'AWS::IAM::Role',
    resourceId: `AROA${index}`,
    compliance: index % 2 ? 'COMPLIANT' : 'NON_COMPLIANT',
    annotation: index % 2 ? null : 'No record of usage',
    orderedAt: 1_700_000_000_000,
    ...changes,
  }));
const reports = async (accountId: string = accounts.own) => {
  const account = await wireConfigRule(memberRoles).accounts.open(accountId);
  if (account.status !== 'open') throw new Error(account.message);
  return account.compliance;
};
const token = 'unused-roles/token';
const idsOf = async (rule: string) => {
  const ids: string[] = [];
  for await (const page of (await reports()).evaluatedIds(rule)) ids.push(...page);
  return ids;
};

test('evaluations go in batches of 100, and are listed page by page; what is gone is listed no more', async () => {
  const sandbox = await openBox({ scenario: organizationWith({}) });
  expect(await (await reports()).put(evaluations(250), token)).toEqual([]);
  expect(sandbox.calls().filter(({ operation }) => operation === 'PutEvaluations')).toHaveLength(3);
  expect(sandbox.evaluations()).toHaveLength(250);
  expect(sandbox.evaluations()[0]).toMatchObject({
    compliance: 'NON_COMPLIANT',
    annotation: 'No record of usage',
    orderedAt: 1_700_000_000,
  });
  expect((await idsOf('unused-roles')).sort()).toEqual(
    evaluations(250)
      .map(({ resourceId }) => resourceId)
      .sort(),
  );
  await (await reports()).put(evaluations(1, { compliance: 'NOT_APPLICABLE', annotation: null }), token);
  expect(await idsOf('unused-roles')).toHaveLength(249);
});

test('what Config does not take is sent again, and told where it never is', async () => {
  const sandbox = await openBox({
    scenario: organizationWith({}),
    faults: ['failed-evaluation:AROA3:2', 'failed-evaluation:AROA5:99'],
  });
  const refused = await (await reports()).put(evaluations(10), token);
  expect(refused.map(({ resourceId }) => resourceId)).toEqual(['AROA5']);
  expect(sandbox.evaluations().map(({ resourceId }) => resourceId)).toContain('AROA3');
  expect(sandbox.calls().filter(({ operation }) => operation === 'PutEvaluations')).toHaveLength(4);
});

test('throttles are waited out; a missing permission is named', async () => {
  const scenario = organizationWith({});
  const sandbox = await openBox({ scenario, faults: ['throttle:PutEvaluations:3'] });
  expect(await (await reports()).put(evaluations(1), token)).toEqual([]);
  expect(sandbox.evaluations()).toHaveLength(1);
  await closeBoxes();
  await openBox({ scenario: { ...scenario, denied: ['config:PutEvaluations'] } });
  await expect((await reports()).put(evaluations(1), token)).rejects.toMatchObject({
    kind: 'access-denied',
    permission: 'config:PutEvaluations',
  });
});
