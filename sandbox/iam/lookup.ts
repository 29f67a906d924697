import { QueryError } from '../query-protocol.ts';
import type { IamGroup, IamPrincipal, IamRole, IamState, IamUser, ManagedPolicy } from './state.ts';
import { needed } from './validation.ts';

/** AWS's NoSuchEntity, status 404. */
export const noSuchEntity = (message: string): QueryError => new QueryError('NoSuchEntity', message, 404);

const found = <Entity>(map: ReadonlyMap<string, Entity>, type: string, name: string): Entity => {
  const entity = map.get(name);
  if (entity === undefined) throw noSuchEntity(`The ${type} with name ${name} cannot be found.`);
  return entity;
};

/** The user that the request names. */
export const userOf = (state: IamState, input: URLSearchParams): IamUser =>
  found(state.users, 'user', needed(input, 'UserName'));

/** The group that the request names. */
export const groupOf = (state: IamState, input: URLSearchParams): IamGroup =>
  found(state.groups, 'group', needed(input, 'GroupName'));

/** The role that the request names. */
export const roleOf = (state: IamState, input: URLSearchParams): IamRole =>
  found(state.roles, 'role', needed(input, 'RoleName'));

/** The kinds of principals as operation names spell them. */
export const kinds = ['User', 'Group', 'Role'] as const;

/** `User`, `Group` or `Role`. */
export type Kind = (typeof kinds)[number];

/** The principal of this kind that the request names. */
export const principalOf = (state: IamState, kind: Kind, input: URLSearchParams): IamPrincipal => {
  if (kind === 'User') return userOf(state, input);
  return kind === 'Group' ? groupOf(state, input) : roleOf(state, input);
};

/** The managed policy that the request names by its ARN. */
export const policyOf = (state: IamState, input: URLSearchParams): ManagedPolicy => {
  const arn = needed(input, 'PolicyArn');
  const policy = state.policies.get(arn);
  if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
};

/** The version of the policy that the request names. */
export const versionOf = (
  policy: ManagedPolicy,
  input: URLSearchParams,
): ManagedPolicy['versions'][number] => {
  const id = needed(input, 'VersionId');
  const version = policy.versions.find(({ number }) => `v${number}` === id);
  if (version === undefined)
    throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return version;
};
