import { groupOf, kinds, noSuchEntity, principalOf, roleOf, userOf } from './lookup.ts';
import type { IamContext, IamOperations } from './operation.ts';
import {
  attachedShape,
  detailShape,
  encoded,
  groupShape,
  instanceProfileShape,
  roleShape,
  tagsShape,
  userShape,
} from './shapes.ts';
import { type IamUser, membersOf } from './state.ts';
import { listed, needed, pageOf } from './validation.ts';

const byName = (left: { readonly name: string }, right: { readonly name: string }): number =>
  left.name < right.name ? -1 : 1;

/** The entities below the path that the request names, in the order of their names. */
const below = <Entity extends { readonly name: string; readonly path: string }>(
  entities: Iterable<Entity>,
  input: URLSearchParams,
): readonly Entity[] => {
  const prefix = input.get('PathPrefix') ?? '/';
  return [...entities].filter(({ path }) => path.startsWith(prefix)).sort(byName);
};

/** The user that is asked for: the caller himself where no name is given. */
const userOrCaller = ({ state, caller }: IamContext, input: URLSearchParams): IamUser => {
  if (input.get('UserName') !== null) return userOf(state, input);
  const name = caller.arn.slice(caller.arn.lastIndexOf('/') + 1);
  const user = state.users.get(name);
  if (user === undefined) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
};

/** ListUserPolicies, GetUserPolicy, ListAttachedUserPolicies and the same of groups and roles. */
const policiesOfPrincipals: IamOperations = Object.fromEntries(
  kinds.flatMap((kind): readonly (readonly [string, IamOperations[string]])[] => [
    [
      `List${kind}Policies`,
      ({ state }, input) => {
        const principal = principalOf(state, kind, input);
        const page = pageOf(input, [...principal.inline.keys()].sort(), `${principal.id} inline`);
        return listed('PolicyNames', page, (name) => name);
      },
    ],
    [
      `Get${kind}Policy`,
      ({ state }, input) => {
        const principal = principalOf(state, kind, input);
        const name = needed(input, 'PolicyName');
        const text = principal.inline.get(name);
        if (text === undefined)
          throw noSuchEntity(`The ${principal.type} policy with name ${name} cannot be found.`);
        return { [`${kind}Name`]: principal.name, PolicyName: name, PolicyDocument: encoded(text) };
      },
    ],
    [
      `ListAttached${kind}Policies`,
      ({ state }, input) => {
        const principal = principalOf(state, kind, input);
        const prefix = input.get('PathPrefix') ?? '/';
        const arns = [...principal.attached].filter((arn) =>
          (state.policies.get(arn)?.path ?? '/').startsWith(prefix),
        );
        const page = pageOf(input, arns, `${principal.id} attached`);
        return { AttachedPolicies: attachedShape(state, page.items), ...page.rest };
      },
    ],
  ]),
);

/** Reads of users, groups, roles and what hangs on them, after the IAM API reference. */
export const principalReads: IamOperations = {
  ...policiesOfPrincipals,
  ListUsers: ({ state }, input) =>
    listed('Users', pageOf(input, below(state.users.values(), input), 'users'), (user) =>
      userShape(state, user),
    ),
  ListGroups: ({ state }, input) =>
    listed('Groups', pageOf(input, below(state.groups.values(), input), 'groups'), (group) =>
      groupShape(state, group),
    ),
  ListRoles: ({ state }, input) =>
    listed('Roles', pageOf(input, below(state.roles.values(), input), 'roles'), (role) =>
      roleShape(state, role),
    ),
  GetUser: (context, input) => {
    const user = userOrCaller(context, input);
    return { User: { ...userShape(context.state, user), ...detailShape(user, context.now) } };
  },
  GetRole: ({ state, now }, input) => {
    const role = roleOf(state, input);
    return { Role: { ...roleShape(state, role), ...detailShape(role, now) } };
  },
  GetGroup: ({ state }, input) => {
    const group = groupOf(state, input);
    const page = pageOf(input, membersOf(state, group.name), group.id);
    return { Group: groupShape(state, group), ...listed('Users', page, (user) => userShape(state, user)) };
  },
  ListGroupsForUser: ({ state }, input) => {
    const user = userOf(state, input);
    const groups = [...user.groups].flatMap((name) => state.groups.get(name) ?? []);
    return listed('Groups', pageOf(input, groups, `${user.id} groups`), (group) => groupShape(state, group));
  },
  ListInstanceProfilesForRole: ({ state }, input) => {
    const role = roleOf(state, input);
    const names = role.instanceProfile === null ? [] : [role.instanceProfile];
    return listed('InstanceProfiles', pageOf(input, names, `${role.id} profiles`), (name) =>
      instanceProfileShape(state, role, name),
    );
  },
  ListRoleTags: ({ state }, input) => ({
    Tags: tagsShape(roleOf(state, input).tags),
    IsTruncated: false,
  }),
  ListUserTags: ({ state }, input) => ({
    Tags: tagsShape(userOf(state, input).tags),
    IsTruncated: false,
  }),
};
