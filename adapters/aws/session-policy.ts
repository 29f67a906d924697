import { identityLimits } from '../../core/base/limits.ts';
import type { PrincipalName } from '../../core/identity/account-identities.ts';
import type { IdentityResource, IdentityStep } from '../../core/identity/identity-step.ts';
import { principalWords } from './principal-policies.ts';

/** The account that a step is taken in. */
interface Place {
  readonly accountId: string;
  readonly partition: string;
}

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[] | string;
  readonly Condition?: { readonly ArnEquals: { readonly 'iam:PolicyARN': string } };
}

type ResourceOf<Type> = Extract<IdentityResource, { readonly type: Type }>;

/** What a step needs, by the type of its resource: a new type without an entry does not compile. */
const statementsFor: {
  readonly [Type in IdentityResource['type']]: (
    resource: ResourceOf<Type>,
    step: IdentityStep,
    place: Place,
  ) => readonly Statement[];
} = {
  'managed-policy': ({ arn }, { after, before }) => [
    allow([...policyReads, ...policyWrites(before, after)], arn),
  ],
  'inline-policy': ({ principal }, { after }, place) => {
    const word = principalWords[principal.type];
    const verb = after === null ? 'Delete' : 'Put';
    return [allow([`Get${word}Policy`, `${verb}${word}Policy`], principalArns(principal, place))];
  },
  'policy-attachment': ({ policyArn, principal }, { after }, place) => {
    const word = principalWords[principal.type];
    const verb = after === null ? 'Detach' : 'Attach';
    const arns = principalArns(principal, place);
    return [
      allow([`ListAttached${word}Policies`], arns),
      // The actions name the principal; which policy they are about is a condition (Service Authorization Reference, IAM).
      {
        ...allow([`${verb}${word}Policy`], arns),
        Condition: { ArnEquals: { 'iam:PolicyARN': policyArn } },
      },
    ];
  },
  membership: ({ group, user }, { after }, place) => [
    allow(['ListGroupsForUser'], principalArns({ type: 'user', name: user }, place)),
    allow(
      [after === null ? 'RemoveUserFromGroup' : 'AddUserToGroup'],
      principalArns({ type: 'group', name: group }, place),
    ),
  ],
};

const policyReads = ['GetPolicy', 'GetPolicyVersion', 'ListPolicyVersions'];

function policyWrites(before: string | null, after: string | null): readonly string[] {
  if (after === null) return ['ListEntitiesForPolicy', 'DeletePolicyVersion', 'DeletePolicy'];
  // Tags that a policy is made with need a permission of their own.
  if (before === null) return ['CreatePolicy', 'TagPolicy'];
  return ['CreatePolicyVersion', 'DeletePolicyVersion', 'SetDefaultPolicyVersion'];
}

function allow(actions: readonly string[], resource: readonly string[] | string): Statement {
  return { Effect: 'Allow', Action: actions.map((action) => `iam:${action}`), Resource: resource };
}

/** A step says the name, an ARN the path too: names are unique whatever the path. */
function principalArns({ name, type }: PrincipalName, { accountId, partition }: Place): readonly string[] {
  const start = `arn:${partition}:iam::${accountId}:${type}/`;
  return [`${start}${name}`, `${start}*/${name}`];
}

/** The session policy that allows one step, the reads before and after it included, and nothing else. Throws where it is longer than AWS takes: no names and paths that IAM allows make it so. */
export function sessionPolicy(step: IdentityStep, place: Place): string {
  const { resource } = step;
  const statements = statementsFor[resource.type] as (
    of: IdentityResource,
    step: IdentityStep,
    place: Place,
  ) => readonly Statement[];
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements(resource, step, place) });
  if (text.length > identityLimits.sessionPolicyCharacters)
    throw new Error(`the session policy of a step has ${text.length} characters`);
  return text;
}
