import type { AccountIdentities, Principal, Role, User } from './account-identities.ts';
import { bearersOf, boundedBy, membersOf, originOf, principalOf } from './account-lookup.ts';

/**
 * The users and roles of an account who may be another one in a state of it that steps made: they, a group of theirs, a policy
 * or a boundary differ. Everybody where nothing tells how the two states come together. An edit differs in few.
 */
export function peopleWhoMayDiffer(
  before: AccountIdentities,
  after: AccountIdentities,
): readonly (User | Role)[] {
  const [earlier, later] = [originOf(before), originOf(after)];
  if (earlier.original !== later.original) return [...before.users, ...before.roles];
  const people = new Map<string, User | Role>();
  const add = (principal: Principal | undefined): void => {
    if (principal === undefined) return;
    if (principal.type !== 'group') people.set(principal.arn, principal);
    else for (const user of membersOf(before, principal.name)) people.set(user.arn, user);
  };
  for (const { principals } of [earlier.changes, later.changes])
    for (const principal of principals.values()) add(principalOf(before, principal));
  const policies = new Set([...earlier.changes.policies.keys(), ...later.changes.policies.keys()]);
  for (const arn of policies)
    for (const each of [...bearersOf(before, arn), ...boundedBy(before, arn)]) add(each);
  return [...people.values()];
}
