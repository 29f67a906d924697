import { arnOf, defaultText, type IamPrincipal, type IamRole, type IamState, type IamUser } from './state.ts';

type Json = Readonly<Record<string, unknown>>;

const sorted = <Value>(entries: Iterable<readonly [string, Value]>): Record<string, Value> =>
  Object.fromEntries([...entries].sort(([left], [right]) => (left < right ? -1 : 1)));

const accessOf = (principal: IamPrincipal): Json => ({
  attached: [...principal.attached].sort(),
  inline: sorted(principal.inline),
});

const restOf = ({ boundary, tags }: IamUser | IamRole): Json => ({ boundary, tags: sorted(tags) });

/** What decides who may do what: after a change was rolled back, it is as it was before. */
const access = (state: IamState): Json => ({
  users: sorted(
    [...state.users.values()].map((user) => [
      arnOf(state.accountId, user),
      { ...accessOf(user), groups: [...user.groups].sort(), ...restOf(user) },
    ]),
  ),
  groups: sorted([...state.groups.values()].map((group) => [arnOf(state.accountId, group), accessOf(group)])),
  roles: sorted(
    [...state.roles.values()].map((role) => [
      arnOf(state.accountId, role),
      { ...accessOf(role), ...restOf(role), trust: role.trust, instanceProfile: role.instanceProfile },
    ]),
  ),
  policies: sorted(
    [...state.policies.values()]
      .filter(({ awsManaged }) => !awsManaged)
      .map((policy) => [
        policy.arn,
        { text: defaultText(policy), description: policy.description, tags: sorted(policy.tags) },
      ]),
  ),
});

/** What writes leave behind even where they are undone: ids, times, versions. */
const record = (state: IamState): Json => ({
  ids: sorted(
    [...state.users.values(), ...state.groups.values(), ...state.roles.values()].map((principal) => [
      arnOf(state.accountId, principal),
      principal.id,
    ]),
  ),
  policies: sorted(
    [...state.policies.values()]
      .filter(({ awsManaged }) => !awsManaged)
      .map(({ arn, id, created, updated, versions, defaultVersion, nextVersion }) => [
        arn,
        { id, created, updated, versions, defaultVersion, nextVersion },
      ]),
  ),
});

/** The whole IAM of one account as JSON: `access` is what an undone change leaves as it was, `record` what it does not. */
export const dumpIam = (state: IamState): { readonly access: Json; readonly record: Json } => ({
  access: access(state),
  record: record(state),
});
