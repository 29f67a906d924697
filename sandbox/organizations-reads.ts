import type { JsonBody } from './json-protocol.ts';
import { JsonError } from './json-protocol.ts';
import { invalidInput, notFound } from './organizations-errors.ts';
import { idPatterns, optional, policyType, required } from './organizations-input.ts';
import { page } from './organizations-pages.ts';
import {
  accountShape,
  entityArn,
  policyShape,
  rootShape,
  type ShapeOptions,
  seconds,
  unitShape,
} from './organizations-shapes.ts';
import { placeOf } from './tree.ts';
import type { World, WorldAccount, WorldEntity, WorldPlace, WorldPolicy } from './world.ts';

/** The input of one call, or a JsonError; the result is the answer's members. */
export type OrganizationsOperation = (input: JsonBody) => JsonBody | null;

const scp = 'SERVICE_CONTROL_POLICY';

/** The SCP that a call names, or PolicyNotFoundException. */
export const policyOf = (world: World, input: JsonBody): WorldPolicy => {
  const policy = world.policies.get(required(input, 'PolicyId', idPatterns.policy));
  if (policy === undefined) throw notFound('Policy');
  return policy;
};

const parentOf = (world: World, input: JsonBody): WorldPlace => {
  const parent = placeOf(world, required(input, 'ParentId', idPatterns.parent));
  if (parent === null) throw notFound('Parent');
  return parent;
};

const accountOf = (world: World, input: JsonBody): WorldAccount => {
  const account = world.accounts.get(required(input, 'AccountId', idPatterns.account));
  if (account === undefined) throw notFound('Account');
  return account;
};

/** The read operations of Organizations by name. */
export const organizationsReads = (
  world: World,
  options: ShapeOptions & { readonly emptyPages: boolean },
): Readonly<Record<string, OrganizationsOperation>> => {
  const { emptyPages } = options;
  const account = (item: WorldAccount): JsonBody => accountShape(world, item, options);
  const delegations = world.scenario.delegatedAdministrators ?? {};
  const started = seconds(world.now());
  const accountsOf = (parent: WorldPlace): readonly WorldAccount[] =>
    [...parent.accounts].flatMap((id) => world.accounts.get(id) ?? []);

  return {
    DescribeOrganization: () => {
      const management = world.accounts.get(world.managementAccountId) as WorldAccount;
      return {
        Organization: {
          Id: world.organizationId,
          Arn: `arn:aws:organizations::${management.id}:organization/${world.organizationId}`,
          FeatureSet: world.scenario.organization.featureSet ?? 'ALL',
          MasterAccountArn: entityArn(world, management),
          MasterAccountId: management.id,
          MasterAccountEmail: management.email,
          AvailablePolicyTypes: [{ Type: scp, Status: 'ENABLED' }],
        },
      };
    },
    ListRoots: (input) =>
      page(
        input,
        {
          key: 'ListRoots',
          member: 'Roots',
          items: [placeOf(world, world.rootId) as WorldPlace],
          emptyPages,
        },
        (root) => rootShape(world, root),
      ),
    ListAccounts: (input) =>
      page(
        input,
        { key: 'ListAccounts', member: 'Accounts', items: [...world.accounts.values()], emptyPages },
        account,
      ),
    DescribeAccount: (input) => ({ Account: account(accountOf(world, input)) }),
    ListAccountsForParent: (input) => {
      const parent = parentOf(world, input);
      return page(
        input,
        {
          key: `ListAccountsForParent ${parent.id}`,
          member: 'Accounts',
          items: accountsOf(parent),
          emptyPages,
        },
        account,
      );
    },
    ListOrganizationalUnitsForParent: (input) => {
      const parent = parentOf(world, input);
      const items = parent.units.flatMap((id) => placeOf(world, id) ?? []);
      return page(
        input,
        {
          key: `ListOrganizationalUnitsForParent ${parent.id}`,
          member: 'OrganizationalUnits',
          items,
          emptyPages,
        },
        (unit) => unitShape(world, unit, options),
      );
    },
    DescribeOrganizationalUnit: (input) => {
      const unit = placeOf(world, required(input, 'OrganizationalUnitId', idPatterns.unit));
      if (unit === null) throw notFound('OrganizationalUnit');
      return { OrganizationalUnit: unitShape(world, unit, options) };
    },
    ListChildren: (input) => {
      const parent = parentOf(world, input);
      const type = required(input, 'ChildType');
      if (type !== 'ACCOUNT' && type !== 'ORGANIZATIONAL_UNIT')
        throw invalidInput('INVALID_ENUM', 'CHILD_TYPE');
      const items = type === 'ACCOUNT' ? [...parent.accounts] : parent.units;
      return page(
        input,
        { key: `ListChildren ${parent.id} ${type}`, member: 'Children', items, emptyPages },
        (id) => ({ Id: id, Type: type }),
      );
    },
    ListParents: (input) => {
      const child = world.entities.get(required(input, 'ChildId', idPatterns.child));
      const parent = child?.parent == null ? undefined : world.entities.get(child.parent);
      if (child === undefined || parent === undefined) throw notFound('Child');
      return page(
        input,
        { key: `ListParents ${child.id}`, member: 'Parents', items: [parent], emptyPages },
        ({ id, type }) => ({ Id: id, Type: type }),
      );
    },
    ListPolicies: (input) => {
      const filter = policyType(input, 'Filter');
      const items = filter === scp ? [...world.policies.values()] : [];
      return page(input, { key: `ListPolicies ${filter}`, member: 'Policies', items, emptyPages }, (policy) =>
        policyShape(world, policy),
      );
    },
    DescribePolicy: (input) => {
      const policy = policyOf(world, input);
      return { Policy: { PolicySummary: policyShape(world, policy), Content: policy.content } };
    },
    ListPoliciesForTarget: (input) => {
      const filter = policyType(input, 'Filter');
      const target = required(input, 'TargetId', idPatterns.target);
      if (!world.entities.has(target)) throw notFound('Target');
      const items =
        filter === scp ? [...world.policies.values()].filter(({ targets }) => targets.has(target)) : [];
      return page(
        input,
        { key: `ListPoliciesForTarget ${target} ${filter}`, member: 'Policies', items, emptyPages },
        (policy) => policyShape(world, policy),
      );
    },
    ListTargetsForPolicy: (input) => {
      const policy = policyOf(world, input);
      const items = [...policy.targets].filter((id) => world.entities.has(id));
      return page(
        input,
        { key: `ListTargetsForPolicy ${policy.id}`, member: 'Targets', items, emptyPages },
        (id) => {
          const entity = world.entities.get(id) as WorldEntity;
          return { TargetId: id, Arn: entityArn(world, entity), Name: entity.name, Type: entity.type };
        },
      );
    },
    ListAWSServiceAccessForOrganization: (input) =>
      page(
        input,
        {
          key: 'ListAWSServiceAccessForOrganization',
          member: 'EnabledServicePrincipals',
          items: world.scenario.trustedServices ?? [],
          emptyPages,
        },
        (principal) => ({ ServicePrincipal: principal, DateEnabled: started }),
      ),
    ListDelegatedAdministrators: (input) => {
      const principal = optional(input, 'ServicePrincipal');
      const items = Object.entries(delegations)
        .filter(([, services]) => principal === undefined || services.includes(principal))
        .flatMap(([id]) => world.accounts.get(id) ?? []);
      return page(
        input,
        {
          key: `ListDelegatedAdministrators ${principal}`,
          member: 'DelegatedAdministrators',
          items,
          emptyPages,
        },
        (item) => {
          const { Paths: _paths, ...rest } = account(item);
          return { ...rest, DelegationEnabledDate: started };
        },
      );
    },
    ListDelegatedServicesForAccount: (input) => {
      const { id } = accountOf(world, input);
      const items = delegations[id];
      if (items === undefined) {
        throw new JsonError(
          'AccountNotRegisteredException',
          'The specified account is not a delegated administrator for this Amazon Web Services service.',
        );
      }
      return page(
        input,
        { key: `ListDelegatedServicesForAccount ${id}`, member: 'DelegatedServices', items, emptyPages },
        (principal) => ({
          ServicePrincipal: principal,
          DelegationEnabledDate: started,
        }),
      );
    },
  };
};
