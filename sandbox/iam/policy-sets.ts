import type { Subject } from './identity-arn.ts';
import {
  attachedTo,
  defaultText,
  type IamPrincipal,
  type IamRole,
  type IamState,
  type IamUser,
  membersOf,
} from './state.ts';

/** One policy that gives a subject its access. */
export interface GrantingPolicy {
  readonly name: string;
  readonly text: string;
  /** ARN of a managed policy; null for an inline one. */
  readonly arn: string | null;
  /** Whose inline policy it is; null for a managed one. */
  readonly owner: IamPrincipal | null;
}

const ofPrincipal = (state: IamState, principal: IamPrincipal): readonly GrantingPolicy[] => [
  ...[...principal.inline].map(
    ([name, text]): GrantingPolicy => ({ name, text, arn: null, owner: principal }),
  ),
  ...[...principal.attached].flatMap((arn): readonly GrantingPolicy[] => {
    const policy = state.policies.get(arn);
    return policy === undefined ? [] : [{ name: policy.name, text: defaultText(policy), arn, owner: null }];
  }),
];

/** The policies that give a subject its access: its own, and of a user those of his groups. A policy reached twice counts once. */
export const policiesOf = (state: IamState, subject: Subject): readonly GrantingPolicy[] => {
  if (subject.type === 'policy')
    return [{ name: subject.name, text: defaultText(subject), arn: subject.arn, owner: null }];
  const groups =
    subject.type === 'user' ? [...subject.groups].flatMap((name) => state.groups.get(name) ?? []) : [];
  const all = [subject, ...groups].flatMap((principal) => ofPrincipal(state, principal));
  return all.filter(
    ({ arn }, index) => arn === null || all.findIndex((other) => other.arn === arn) === index,
  );
};

/** The users and roles that hold the permission by the subject: itself, members, or whoever a policy is attached to. */
export const holdersOf = (state: IamState, subject: Subject): readonly (IamUser | IamRole)[] => {
  if (subject.type === 'user' || subject.type === 'role') return [subject];
  if (subject.type === 'group') return membersOf(state, subject.name);
  const holders = new Set<IamUser | IamRole>();
  for (const principal of attachedTo(state, subject.arn)) {
    if (principal.type !== 'group') holders.add(principal);
    else for (const member of membersOf(state, principal.name)) holders.add(member);
  }
  return [...holders];
};
