import { listAt } from '../base/lists.ts';
import type { PolicyDocument } from '../policy/document.ts';
import type {
  AccountIdentities,
  ManagedPolicy,
  Principal,
  PrincipalName,
  User,
} from './account-identities.ts';
import { documentIn, principalKey } from './account-lookup.ts';
import { defaultTextOf } from './identity-values.ts';

/** Who made a policy, and whether it is one identity's alone. */
export type PolicyType = 'customer-managed' | 'aws-managed' | 'inline';

/** One policy text that can grant something, and where it can be edited. */
export interface PolicySource {
  readonly type: PolicyType;
  readonly name: string;
  /** Null for an inline policy. */
  readonly arn: string | null;
  /** Whose inline policy it is; null for a managed policy. */
  readonly owner: PrincipalName | null;
  /** Null where the text was not read. */
  readonly text: string | null;
  /** Null where the text was not read or cannot be understood with certainty: what it grants is then unknown. */
  readonly document: PolicyDocument | null;
  /** The managed policy; null for an inline policy and for one that was not read. */
  readonly managed: ManagedPolicy | null;
}

/** An account with its texts read and its lists turned round. */
export interface AccountIndex {
  readonly account: AccountIdentities;
  readonly principals: ReadonlyMap<string, Principal>;
  /** Users, groups and roles by `type/name`. */
  readonly byName: ReadonlyMap<string, Principal>;
  /** Members by the name of their group. */
  readonly members: ReadonlyMap<string, readonly User[]>;
  /** Groups by name. */
  readonly groups: ReadonlyMap<string, Principal>;
  /** Managed policies by ARN, those that are attached and were not read too. */
  readonly policies: ReadonlyMap<string, PolicySource>;
  /** What a user, group or role bears itself, by its ARN: attached policies, then inline ones. Boundaries are no grants. */
  readonly borne: ReadonlyMap<string, readonly PolicySource[]>;
  /** To whom a managed policy is attached, by its ARN. */
  readonly bearers: ReadonlyMap<string, readonly Principal[]>;
}

/** Reads every text of an account once. */
export function indexAccount(account: AccountIdentities): AccountIndex {
  const everybody: readonly Principal[] = [...account.users, ...account.groups, ...account.roles];
  const policies = new Map(account.policies.map((policy) => [policy.arn, managedSource(account, policy)]));
  const borne = new Map<string, readonly PolicySource[]>();
  const bearers = new Map<string, Principal[]>();
  for (const principal of everybody) {
    const attached = principal.attached.map((arn) => {
      const source = policies.get(arn) ?? unreadSource(arn);
      policies.set(arn, source);
      listAt(bearers, arn).push(principal);
      return source;
    });
    borne.set(principal.arn, [...attached, ...inlineSources(account, principal)]);
  }
  const members = new Map<string, User[]>();
  for (const user of account.users) for (const group of user.groups) listAt(members, group).push(user);
  const principals = new Map(everybody.map((principal) => [principal.arn, principal]));
  const byName = new Map(everybody.map((principal) => [principalKey(principal), principal]));
  const groups = new Map(account.groups.map((group) => [group.name, group]));
  return { account, principals, byName, members, groups, policies, borne, bearers };
}

/** Everybody whose own access an edit at a bearer can change: a group's members, else the bearer itself. */
export function reachedBy(index: AccountIndex, bearer: Principal): readonly Principal[] {
  return bearer.type === 'group' ? (index.members.get(bearer.name) ?? []) : [bearer];
}

/** One name for one text, wherever it is reached from. */
export function sourceKey({ arn, name, owner }: PolicySource): string {
  return arn ?? `${owner?.type}/${owner?.name}/inline/${name}`;
}

/** The principal of this name. Throws where the account has none: names from outside are looked up first. */
export function principalNamed({ account, byName }: AccountIndex, name: PrincipalName): Principal {
  const found = byName.get(principalKey(name));
  if (!found) throw new Error(`no ${name.type} ${name.name} in account ${account.accountId}`);
  return found;
}

const readSources = new WeakMap<ManagedPolicy, PolicySource>();

/** An account after an edit has all but few of its policies as they were: each is read once for all edits. */
function managedSource(account: AccountIdentities, policy: ManagedPolicy): PolicySource {
  const { arn, isAwsManaged, name } = policy;
  const known = readSources.get(policy);
  if (known) return known;
  const text = defaultTextOf(policy);
  const type = isAwsManaged ? 'aws-managed' : 'customer-managed';
  const document = text === null ? null : documentIn(account, text);
  const source = { type, name, arn, owner: null, text, document, managed: policy } as const;
  readSources.set(policy, source);
  return source;
}

function unreadSource(arn: string): PolicySource {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const type = arn.includes(':iam::aws:') ? 'aws-managed' : 'customer-managed';
  return { type, name, arn, owner: null, text: null, document: null, managed: null };
}

function inlineSources(
  account: AccountIdentities,
  { inline, name: ownerName, type: ownerType }: Principal,
): readonly PolicySource[] {
  const owner = { type: ownerType, name: ownerName };
  return inline.map(({ name, text }) => {
    return {
      type: 'inline',
      name,
      arn: null,
      owner,
      text,
      document: documentIn(account, text),
      managed: null,
    };
  });
}
