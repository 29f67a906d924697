import {
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListChildrenCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
} from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { clientsOf, errorOf, smallScenario } from './clients.ts';

describe('reading an organization', () => {
  let sandbox: Sandbox;
  let clients: ReturnType<typeof clientsOf>;
  beforeAll(async () => {
    sandbox = await startSandbox({
      scenario: {
        ...smallScenario,
        trustedServices: ['config.amazonaws.com'],
        delegatedAdministrators: { '333333333333': ['guardduty.amazonaws.com'] },
        accessKeys: {
          AKIAMEMBER: { user: 'mia', account: '222222222222' },
          AKIADELEGATE: { user: 'dan', account: '333333333333' },
        },
      },
    });
    clients = clientsOf(sandbox);
  });
  afterAll(async () => {
    clients.destroy();
    await sandbox.close();
  });

  test('the organization, its root and the policy types enabled on it', async () => {
    const { Organization } = await clients.organizations.send(new DescribeOrganizationCommand({}));
    expect(Organization).toMatchObject({
      Id: 'o-exampleorg1',
      MasterAccountId: '111111111111',
      FeatureSet: 'ALL',
    });
    const { Roots } = await clients.organizations.send(new ListRootsCommand({}));
    expect(Roots).toEqual([
      {
        Id: 'r-ex01',
        Name: 'Root',
        Arn: 'arn:aws:organizations::111111111111:root/o-exampleorg1/r-ex01',
        PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    ]);
  });

  test('an account has State, Status and a path with a trailing slash', async () => {
    const { Account } = await clients.organizations.send(
      new DescribeAccountCommand({ AccountId: '222222222223' }),
    );
    expect(Account).toMatchObject({
      State: 'SUSPENDED',
      Status: 'SUSPENDED',
      Paths: ['o-exampleorg1/r-ex01/ou-ex01-development/222222222223/'],
    });
    expect(Account?.JoinedTimestamp).toBeInstanceOf(Date);
  });

  test('children are the direct ones only, and parents lead back', async () => {
    const parent = { ParentId: 'ou-ex01-development' };
    const { Accounts } = await clients.organizations.send(new ListAccountsForParentCommand(parent));
    expect(Accounts?.map(({ Id }) => Id)).toEqual(['222222222222', '222222222223']);
    const { OrganizationalUnits } = await clients.organizations.send(
      new ListOrganizationalUnitsForParentCommand(parent),
    );
    expect(OrganizationalUnits).toEqual([
      expect.objectContaining({
        Id: 'ou-ex01-developteam',
        Path: 'o-exampleorg1/r-ex01/ou-ex01-development/ou-ex01-developteam/',
      }),
    ]);
    const { Children } = await clients.organizations.send(
      new ListChildrenCommand({ ...parent, ChildType: 'ORGANIZATIONAL_UNIT' }),
    );
    expect(Children).toEqual([{ Id: 'ou-ex01-developteam', Type: 'ORGANIZATIONAL_UNIT' }]);
    const { Parents } = await clients.organizations.send(
      new ListParentsCommand({ ChildId: 'ou-ex01-developteam' }),
    );
    expect(Parents).toEqual([{ Id: 'ou-ex01-development', Type: 'ORGANIZATIONAL_UNIT' }]);
  });

  test('policies, their text and their targets; FullAWSAccess is attached to everything', async () => {
    const filter = { Filter: 'SERVICE_CONTROL_POLICY' } as const;
    const { Policies } = await clients.organizations.send(new ListPoliciesCommand(filter));
    expect(Policies?.map(({ Id, AwsManaged }) => [Id, AwsManaged])).toEqual([
      ['p-newsvctest', false],
      ['p-unattached', false],
      ['p-FullAWSAccess', true],
    ]);
    const { Targets } = await clients.organizations.send(
      new ListTargetsForPolicyCommand({ PolicyId: 'p-FullAWSAccess' }),
    );
    expect(Targets?.map(({ Type }) => Type).sort()).toEqual([
      ...Array(5).fill('ACCOUNT'),
      ...Array(3).fill('ORGANIZATIONAL_UNIT'),
      'ROOT',
    ]);
    const direct = await clients.organizations.send(
      new ListPoliciesForTargetCommand({ ...filter, TargetId: 'ou-ex01-developteam' }),
    );
    expect(direct.Policies?.map(({ Id }) => Id)).toEqual(['p-FullAWSAccess']);
    const { Policy } = await clients.organizations.send(
      new DescribePolicyCommand({ PolicyId: 'p-unattached' }),
    );
    expect(Policy?.Content).toBe(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}',
    );
  });

  test('tags, trusted access and delegated administrators', async () => {
    const { Tags } = await clients.organizations.send(
      new ListTagsForResourceCommand({ ResourceId: 'p-unattached' }),
    );
    expect(Tags).toEqual([{ Key: 'team', Value: 'security' }]);
    const { EnabledServicePrincipals } = await clients.organizations.send(
      new ListAWSServiceAccessForOrganizationCommand({}),
    );
    expect(EnabledServicePrincipals?.map(({ ServicePrincipal }) => ServicePrincipal)).toEqual([
      'config.amazonaws.com',
    ]);
    const { DelegatedAdministrators } = await clients.organizations.send(
      new ListDelegatedAdministratorsCommand({}),
    );
    expect(DelegatedAdministrators?.map(({ Id }) => Id)).toEqual(['333333333333']);
    const { DelegatedServices } = await clients.organizations.send(
      new ListDelegatedServicesForAccountCommand({ AccountId: '333333333333' }),
    );
    expect(DelegatedServices?.map(({ ServicePrincipal }) => ServicePrincipal)).toEqual([
      'guardduty.amazonaws.com',
    ]);
    const error = await errorOf(
      clients.organizations.send(new ListDelegatedServicesForAccountCommand({ AccountId: '222222222222' })),
    );
    expect(error.name).toBe('AccountNotRegisteredException');
  });

  test.each([
    ['AccountNotFoundException', undefined, () => new DescribeAccountCommand({ AccountId: '999999999999' })],
    [
      'InvalidInputException',
      'INVALID_PATTERN:ACCOUNT_ID',
      () => new DescribeAccountCommand({ AccountId: '99' }),
    ],
    [
      'ParentNotFoundException',
      undefined,
      () => new ListAccountsForParentCommand({ ParentId: 'ou-ex01-elsewhere' }),
    ],
    ['ChildNotFoundException', undefined, () => new ListParentsCommand({ ChildId: '999999999999' })],
    [
      'OrganizationalUnitNotFoundException',
      undefined,
      () => new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: 'ou-ex01-elsewhere' }),
    ],
    ['PolicyNotFoundException', undefined, () => new DescribePolicyCommand({ PolicyId: 'p-notexist0' })],
    [
      'TargetNotFoundException',
      undefined,
      () => new ListPoliciesForTargetCommand({ Filter: 'SERVICE_CONTROL_POLICY', TargetId: 'r-ex99' }),
    ],
    [
      'InvalidInputException',
      'INVALID_ENUM_POLICY_TYPE',
      () => new ListPoliciesCommand({ Filter: 'WRONG' as 'TAG_POLICY' }),
    ],
    [
      'InvalidInputException',
      'MAX_VALUE_EXCEEDED:MAX_RESULTS',
      () => new ListAccountsCommand({ MaxResults: 21 }),
    ],
    [
      'InvalidInputException',
      'INVALID_PAGINATION_TOKEN',
      () => new ListAccountsCommand({ NextToken: 'made-up' }),
    ],
  ])('%s %s', async (name, reason, command) => {
    const error = await errorOf(clients.organizations.send(command() as DescribeAccountCommand));
    expect(error.name).toBe(name);
    expect(error.Reason).toBe(reason);
    expect(error.$metadata).toMatchObject({ httpStatusCode: 400 });
  });

  test('a member account may only describe the organization; a delegated administrator may read', async () => {
    const member = clientsOf(sandbox, 'AKIAMEMBER');
    const delegate = clientsOf(sandbox, 'AKIADELEGATE');
    await member.organizations.send(new DescribeOrganizationCommand({}));
    const error = await errorOf(member.organizations.send(new ListAccountsCommand({})));
    expect([error.name, error.message]).toEqual([
      'AccessDeniedException',
      "You don't have permissions to access this resource.",
    ]);
    expect((await delegate.organizations.send(new ListAccountsCommand({}))).Accounts).toHaveLength(5);
    member.destroy();
    delegate.destroy();
  });
});
