import { QueryError } from '../query-protocol.ts';
import { groupOf, type Kind, kinds, noSuchEntity, principalOf, userOf } from './lookup.ts';
import type { IamContext, IamOperations } from './operation.ts';
import { checkInline, limitExceeded } from './policy-text.ts';
import { attachedPolicies, groupsPerUser } from './quotas.ts';
import type { IamPrincipal, IamState } from './state.ts';
import { needed, validate, violated } from './validation.ts';

/** The principal that the request names, as a write may change it: roles that AWS keeps are protected. */
const writable = (state: IamState, kind: Kind, input: URLSearchParams): IamPrincipal => {
  const principal = principalOf(state, kind, input);
  if (principal.type === 'role' && /^\/(aws-service-role|aws-reserved)\//.test(principal.path)) {
    throw new QueryError(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${principal.name}' - this role is only modifiable by AWS`,
    );
  }
  return principal;
};

const policyName = (input: URLSearchParams): string => {
  const name = needed(input, 'PolicyName');
  validate([
    !/^[\w+=,.@-]+$/.test(name) && violated('policyName', 'satisfy regular expression pattern: [\\w+=,.@-]+'),
    name.length > 128 && violated('policyName', 'have length less than or equal to 128'),
  ]);
  return name;
};

const attach = (state: IamState, kind: Kind, input: URLSearchParams): void => {
  const principal = writable(state, kind, input);
  const arn = needed(input, 'PolicyArn');
  if (!state.policies.has(arn)) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  // Attaching what is attached succeeds and changes nothing.
  if (!principal.attached.has(arn) && principal.attached.size >= attachedPolicies)
    throw limitExceeded(`Cannot exceed quota for PoliciesPer${kind}: ${attachedPolicies}`);
  principal.attached.add(arn);
};

const detach = (state: IamState, kind: Kind, input: URLSearchParams): void => {
  const principal = writable(state, kind, input);
  const arn = needed(input, 'PolicyArn');
  if (!principal.attached.delete(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
};

const putInline = (state: IamState, kind: Kind, input: URLSearchParams): void => {
  const principal = writable(state, kind, input);
  const name = policyName(input);
  const text = needed(input, 'PolicyDocument');
  checkInline(principal, name, text);
  principal.inline.set(name, text);
};

const deleteInline = (state: IamState, kind: Kind, input: URLSearchParams): void => {
  const principal = writable(state, kind, input);
  const name = needed(input, 'PolicyName');
  if (!principal.inline.delete(name))
    throw noSuchEntity(`The ${principal.type} policy with name ${name} cannot be found.`);
};

type Write = (state: IamState, input: URLSearchParams) => void;

const writing =
  (change: Write): IamOperations[string] =>
  ({ account }: IamContext, input) => {
    account.write((state) => change(state, input));
    return {};
  };

const forKind =
  (change: (state: IamState, kind: Kind, input: URLSearchParams) => void, kind: Kind): Write =>
  (state, input) =>
    change(state, kind, input);

const addToGroup: Write = (state, input) => {
  const group = groupOf(state, input);
  const user = userOf(state, input);
  if (!user.groups.has(group.name) && user.groups.size >= groupsPerUser)
    throw limitExceeded(`Cannot exceed quota for GroupsPerUser: ${groupsPerUser}`);
  user.groups.add(group.name);
};

const removeFromGroup: Write = (state, input) => {
  const group = groupOf(state, input);
  const user = userOf(state, input);
  // Removing somebody who is no member succeeds.
  user.groups.delete(group.name);
};

/** Writes of attachments, inline policies and memberships, after the IAM API reference. */
export const principalWrites: IamOperations = {
  ...Object.fromEntries(
    kinds.flatMap((kind) => [
      [`Attach${kind}Policy`, writing(forKind(attach, kind))],
      [`Detach${kind}Policy`, writing(forKind(detach, kind))],
      [`Put${kind}Policy`, writing(forKind(putInline, kind))],
      [`Delete${kind}Policy`, writing(forKind(deleteInline, kind))],
    ]),
  ),
  AddUserToGroup: writing(addToGroup),
  RemoveUserFromGroup: writing(removeFromGroup),
};
