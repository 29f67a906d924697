import type { QueryValue } from '../query-protocol.ts';
import type { IamOperations } from './operation.ts';
import { accountQuotas } from './quotas.ts';
import {
  attachedShape,
  detailShape,
  encoded,
  groupShape,
  instanceProfileShape,
  policyShape,
  roleShape,
  userShape,
  versionShape,
} from './shapes.ts';
import { attachedTo, boundedBy, type IamState, type Inline } from './state.ts';
import { pageOf, validate, violated } from './validation.ts';

const filters = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;
type Filter = (typeof filters)[number];

const inlineShape = (inline: Inline): QueryValue =>
  [...inline].map(([PolicyName, text]) => ({ PolicyName, PolicyDocument: encoded(text) }));

interface Detail {
  readonly filter: Filter;
  readonly value: () => QueryValue;
}

/** Every entity of the account as GetAccountAuthorizationDetails shows it; of AWS's own policies those in use. */
const detailsOf = (state: IamState, now: number): readonly Detail[] => [
  ...[...state.users.values()].map(
    (user): Detail => ({
      filter: 'User',
      value: () => ({
        ...userShape(state, user),
        ...detailShape(user, now),
        UserPolicyList: inlineShape(user.inline),
        GroupList: [...user.groups],
        AttachedManagedPolicies: attachedShape(state, user.attached),
      }),
    }),
  ),
  ...[...state.groups.values()].map(
    (group): Detail => ({
      filter: 'Group',
      value: () => ({
        ...groupShape(state, group),
        GroupPolicyList: inlineShape(group.inline),
        AttachedManagedPolicies: attachedShape(state, group.attached),
      }),
    }),
  ),
  ...[...state.roles.values()].map(
    (role): Detail => ({
      filter: 'Role',
      value: () => ({
        ...roleShape(state, role),
        Description: undefined,
        MaxSessionDuration: undefined,
        ...detailShape(role, now),
        InstanceProfileList:
          role.instanceProfile === null ? [] : [instanceProfileShape(state, role, role.instanceProfile)],
        RolePolicyList: inlineShape(role.inline),
        AttachedManagedPolicies: attachedShape(state, role.attached),
      }),
    }),
  ),
  ...[...state.policies.values()].map(
    (policy): Detail => ({
      filter: policy.awsManaged ? 'AWSManagedPolicy' : 'LocalManagedPolicy',
      value: () => ({
        ...policyShape(state, policy),
        PolicyVersionList: [...policy.versions]
          .reverse()
          .map((version) => versionShape(policy, version, true)),
      }),
    }),
  ),
];

const inUse = (state: IamState, arn: string): boolean =>
  attachedTo(state, arn).length > 0 || boundedBy(state, arn).length > 0;

const filtersOf = (input: URLSearchParams): ReadonlySet<string> => {
  const given = [...input].filter(([name]) => /^Filter\.member\.\d+$/.test(name)).map(([, value]) => value);
  validate(
    given.map(
      (value) =>
        !(filters as readonly string[]).includes(value) &&
        violated(
          'filter',
          'satisfy constraint: [Member must satisfy enum value set: [User, Role, Group, LocalManagedPolicy, AWSManagedPolicy]]',
        ),
    ),
  );
  return new Set(given.length === 0 ? filters : given);
};

const summaryOf = (state: IamState): Readonly<Record<string, number>> => {
  const own = [...state.policies.values()].filter(({ awsManaged }) => !awsManaged);
  return {
    Users: state.users.size,
    Groups: state.groups.size,
    Roles: state.roles.size,
    Policies: own.length,
    PolicyVersionsInUse: own.reduce((sum, { versions }) => sum + versions.length, 0),
    InstanceProfiles: [...state.roles.values()].filter(({ instanceProfile }) => instanceProfile !== null)
      .length,
    AccountMFAEnabled: 1,
    ...accountQuotas,
  };
};

/** Reads of a whole account: its authorization details, counts and quotas, and aliases. */
export const accountReads: IamOperations = {
  GetAccountAuthorizationDetails: ({ state, now }, input) => {
    const wanted = filtersOf(input);
    const hidden = new Set(
      [...state.policies.values()]
        .filter(({ awsManaged, arn }) => awsManaged && !inUse(state, arn))
        .map(({ arn }) => arn),
    );
    const shown: IamState = {
      ...state,
      policies: new Map([...state.policies].filter(([arn]) => !hidden.has(arn))),
    };
    const details = detailsOf(shown, now).filter(({ filter }) => wanted.has(filter));
    const page = pageOf(input, details, [...wanted].join(' '));
    const rows = (...names: readonly Filter[]): QueryValue =>
      page.items.filter(({ filter }) => names.includes(filter)).map(({ value }) => value());
    return {
      UserDetailList: rows('User'),
      GroupDetailList: rows('Group'),
      RoleDetailList: rows('Role'),
      Policies: rows('LocalManagedPolicy', 'AWSManagedPolicy'),
      ...page.rest,
    };
  },
  GetAccountSummary: ({ state }) => ({ SummaryMap: new Map(Object.entries(summaryOf(state))) }),
  ListAccountAliases: ({ state }, input) => {
    const page = pageOf(input, state.aliases, 'aliases');
    return { AccountAliases: page.items, ...page.rest };
  },
};
