import type { Json } from '../../base/canonical-json.ts';
import type { PrincipalName } from '../../identity/account-identities.ts';
import { meansTheSame } from '../../policy/same-meaning.ts';
import type { Resource } from './change.ts';

type ResourceOf<Type> = Extract<Resource, { readonly type: Type }>;
type Value = string | null;

/** What holds for one type of resource, whatever kind of change writes it. */
interface ResourceType<Of> {
  /** Which resource it is, as the digest covers it. Spelled out, so that a field which is added later does not slip by the digest unseen. */
  readonly digested: (resource: Of) => Json;
  /** Whether a value that is read back is the one that was sent. Right before a write every byte counts instead. */
  readonly isSame: (read: Value, sent: Value) => boolean;
  /** How a sentence names it. */
  readonly noun: string;
}

const isSameText = (read: Value, sent: Value): boolean =>
  read === null || sent === null ? read === sent : meansTheSame(read, sent);

const isSameWord = (read: Value, sent: Value): boolean => read === sent;

const digestedName = ({ name, type }: PrincipalName): Json => ({ type, name });

/** One entry for each type of resource: a type without one does not compile. What writes it stands in `adapters/aws/policy-writer.ts` and `identity-writer.ts`. */
const resourceTypes: { readonly [Type in Resource['type']]: ResourceType<ResourceOf<Type>> } = {
  'policy-text': {
    digested: (resource) => {
      const { type } = resource;
      if (resource.policyId !== null) return { type, policyId: resource.policyId };
      const { description, name, tags } = resource;
      return { type, policyId: null, name, description, ...(tags === undefined ? {} : { tags }) };
    },
    isSame: isSameText,
    noun: 'the SCP',
  },
  attachment: {
    digested: ({ targetId, type }) => ({ type, targetId }),
    isSame: isSameWord,
    noun: 'the SCP',
  },
  'managed-policy': {
    digested: ({ arn, type }) => ({ type, arn }),
    isSame: isSameText,
    noun: 'the managed policy',
  },
  'inline-policy': {
    digested: ({ name, principal, type }) => ({ type, principal: digestedName(principal), name }),
    isSame: isSameText,
    noun: 'the inline policy',
  },
  'policy-attachment': {
    digested: ({ policyArn, principal, type }) => ({ type, principal: digestedName(principal), policyArn }),
    isSame: isSameWord,
    noun: 'the attachment',
  },
  membership: {
    digested: ({ group, type, user }) => ({ type, user, group }),
    isSame: isSameWord,
    noun: 'the membership',
  },
};

/** What holds for the type of this resource. */
function typeOf<Type extends Resource['type']>(resource: { readonly type: Type }): ResourceType<Resource> {
  return resourceTypes[resource.type] as ResourceType<Resource>;
}

/** Which resource it is, as the digest covers it. */
export function digestedResource(resource: Resource): Json {
  return typeOf(resource).digested(resource);
}

/** Whether a value of a resource that is read back (null: there is nothing) is the one that was sent, by its meaning. */
export function isSameValue(resource: Resource, read: string | null, sent: string | null): boolean {
  return typeOf(resource).isSame(read, sent);
}

/** How a sentence names the resource: `the SCP`. */
export function nounOf(resource: Resource): string {
  return typeOf(resource).noun;
}
