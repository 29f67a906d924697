import {
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListPoliciesCommand,
  paginateListAccounts,
} from '@aws-sdk/client-organizations';
import { expect, test } from '@jest/globals';
import type { Scenario } from '../../sandbox/scenario.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { clientsOf, errorOf, smallScenario } from './clients.ts';

const manyAccounts: Scenario = {
  organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
  emptyPages: true,
  root: {
    id: 'r-ex01',
    children: Array.from({ length: 45 }, (_, index) => ({
      account: String(200000000000 + index),
      name: `account-${index}`,
    })),
  },
};

test('pages hold twenty rows, may be empty with a token, and a token is good for its own list only', async () => {
  const sandbox = await startSandbox({ scenario: manyAccounts });
  const clients = clientsOf(sandbox);
  const sizes: number[] = [];
  for await (const { Accounts } of paginateListAccounts({ client: clients.organizations }, {}))
    sizes.push(Accounts?.length ?? 0);
  expect(sizes).toEqual([0, 20, 0, 20, 0, 6]);
  const { NextToken } = await clients.organizations.send(new ListAccountsCommand({}));
  const error = await errorOf(
    clients.organizations.send(new ListAccountsForParentCommand({ ParentId: 'r-ex01', NextToken })),
  );
  expect(error.Reason).toBe('INVALID_PAGINATION_TOKEN');
  clients.destroy();
  await sandbox.close();
});

test('an older AWS: no paths, no State; a refused permission; an account without an organization', async () => {
  const sandbox = await startSandbox({
    scenario: { ...smallScenario, denied: ['organizations:ListPolicies'] },
    omitPaths: true,
    omitState: true,
  });
  const clients = clientsOf(sandbox);
  const { Account } = await clients.organizations.send(
    new DescribeAccountCommand({ AccountId: '222222222222' }),
  );
  expect(Account).not.toHaveProperty('Paths');
  expect(Account).not.toHaveProperty('State');
  expect(Account?.Status).toBe('ACTIVE');
  const denied = await errorOf(
    clients.organizations.send(new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' })),
  );
  expect(denied.name).toBe('AccessDeniedException');
  clients.destroy();
  await sandbox.close();

  const alone = await startSandbox({
    scenario: { ...smallScenario, organization: { ...smallScenario.organization, inUse: false } },
  });
  const lonely = clientsOf(alone);
  expect((await errorOf(lonely.organizations.send(new DescribeOrganizationCommand({})))).name).toBe(
    'AWSOrganizationsNotInUseException',
  );
  lonely.destroy();
  await alone.close();
});
