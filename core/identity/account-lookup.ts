import { listAt } from '../base/lists.ts';
import { type PolicyDocument, parsePolicy, type Statement } from '../policy/document.ts';
import type {
  AccountIdentities,
  ManagedPolicy,
  Principal,
  PrincipalName,
  Role,
  User,
} from './account-identities.ts';

/** What steps make of an account: the principals that differ by `type/name`, policies by ARN; null: it is gone. */
export interface AccountChanges {
  readonly principals: ReadonlyMap<string, Principal>;
  readonly policies: ReadonlyMap<string, ManagedPolicy | null>;
}

interface Lookup {
  /** The account that the lists below are of. */
  readonly original: AccountIdentities;
  readonly principals: ReadonlyMap<string, Principal>;
  /** The same by ARN: no step changes that, nor a unique id. */
  readonly byArn: ReadonlyMap<string, Principal>;
  readonly policies: ReadonlyMap<string, ManagedPolicy>;
  /** To whom a managed policy is attached, by its ARN. */
  readonly bearers: ReadonlyMap<string, readonly Principal[]>;
  readonly members: ReadonlyMap<string, readonly User[]>;
  /** Whose permissions boundary a managed policy is, by its ARN: no step changes that. */
  readonly bounded: ReadonlyMap<string, readonly (User | Role)[]>;
  /** What each text says that was asked for; null: it cannot be understood with certainty. */
  readonly documents: Map<string, PolicyDocument | null>;
  /** Of an account after steps: it is looked up as the one before, and these stand above it. */
  readonly changes: AccountChanges;
}

const noChanges: AccountChanges = { principals: new Map(), policies: new Map() };
const remembered = new WeakMap<AccountIdentities, Lookup>();

/** Beyond so many, an account is read anew: what stands above would weigh more than what it stands on. */
const mostChanges = 100;

/** Has an account be looked up as another one with changes: a proof looks into one after each edit, and few things differ. */
export function lookUpAs(after: AccountIdentities, before: AccountIdentities, changes: AccountChanges): void {
  const { changes: earlier, ...rest } = lookupOf(before);
  const principals = new Map([...earlier.principals, ...changes.principals]);
  const policies = new Map([...earlier.policies, ...changes.policies]);
  const isFar = principals.size + policies.size > mostChanges;
  const anew = (): Lookup => ({ ...readLookup(after), documents: rest.documents });
  remembered.set(after, isFar ? anew() : { ...rest, changes: { principals, policies } });
}

/** The user, group or role of this name, or undefined. */
export function principalOf(account: AccountIdentities, name: PrincipalName): Principal | undefined {
  const { changes, principals } = lookupOf(account);
  const key = principalKey(name);
  return changes.principals.get(key) ?? principals.get(key);
}

/** The unique id of the user, group or role of this ARN, or undefined. */
export function idOf(account: AccountIdentities, arn: string): string | undefined {
  return lookupOf(account).byArn.get(arn)?.id;
}

/** The user, group or role of this ARN, or undefined. */
export function principalOfArn(account: AccountIdentities, arn: string): Principal | undefined {
  const known = lookupOf(account).byArn.get(arn);
  return known && principalOf(account, known);
}

/** The managed policy of this ARN, or undefined. */
export function policyOf(account: AccountIdentities, arn: string): ManagedPolicy | undefined {
  const { changes, policies } = lookupOf(account);
  const changed = changes.policies.get(arn);
  return changed === undefined ? policies.get(arn) : (changed ?? undefined);
}

/** The users, groups and roles that a managed policy is attached to. */
export function bearersOf(account: AccountIdentities, policyArn: string): readonly Principal[] {
  const { bearers, changes } = lookupOf(account);
  const isBearer = ({ attached }: Principal): boolean => attached.includes(policyArn);
  return withChanges(bearers.get(policyArn) ?? [], [...changes.principals.values()], isBearer);
}

/** The members of the group of this name. */
export function membersOf(account: AccountIdentities, group: string): readonly User[] {
  const { changes, members } = lookupOf(account);
  const users = [...changes.principals.values()].filter((principal) => principal.type === 'user');
  return withChanges(members.get(group) ?? [], users, ({ groups }) => groups.includes(group));
}

/** The users and roles whose permissions boundary a managed policy is. */
export function boundedBy(account: AccountIdentities, policyArn: string): readonly Principal[] {
  const bounded = lookupOf(account).bounded.get(policyArn) ?? [];
  return bounded.flatMap((principal) => principalOf(account, principal) ?? []);
}

/** The account as it was read, and what steps made of it since. */
export function originOf(account: AccountIdentities): {
  readonly original: AccountIdentities;
  readonly changes: AccountChanges;
} {
  return lookupOf(account);
}

/** What a policy text of an account says, or null where it cannot be understood with certainty. An account and all that edits make of it have most texts in common, so each is parsed once. */
export function documentIn(account: AccountIdentities, text: string): PolicyDocument | null {
  const { documents } = lookupOf(account);
  const known = documents.get(text);
  if (known !== undefined) return known;
  const parsed = parsePolicy(text);
  const document = parsed.ok ? parsed.value : null;
  documents.set(text, document);
  return document;
}

/** The statements of a policy text of an account; none where it cannot be understood with certainty. */
export function statementsIn(account: AccountIdentities, text: string): readonly Statement[] {
  return documentIn(account, text)?.statements ?? [];
}

/** One name for one user, group or role. */
export function principalKey({ name, type }: PrincipalName): string {
  return `${type}/${name}`;
}

function withChanges<P extends Principal>(
  listed: readonly P[],
  changed: readonly P[],
  belongs: (principal: P) => boolean,
): readonly P[] {
  if (changed.length === 0) return listed;
  const keys = new Set(changed.map(principalKey));
  return [...listed.filter((principal) => !keys.has(principalKey(principal))), ...changed.filter(belongs)];
}

function lookupOf(account: AccountIdentities): Lookup {
  const lookup = remembered.get(account) ?? readLookup(account);
  remembered.set(account, lookup);
  return lookup;
}

function readLookup(original: AccountIdentities): Lookup {
  const { groups, policies, roles, users } = original;
  const everybody: readonly Principal[] = [...users, ...groups, ...roles];
  const bearers = new Map<string, Principal[]>();
  for (const principal of everybody)
    for (const arn of new Set(principal.attached)) listAt(bearers, arn).push(principal);
  const members = new Map<string, User[]>();
  for (const user of users) for (const group of new Set(user.groups)) listAt(members, group).push(user);
  const bounded = new Map<string, (User | Role)[]>();
  for (const each of [...users, ...roles])
    if (each.boundary !== null) listAt(bounded, each.boundary).push(each);
  return {
    original,
    principals: new Map(everybody.map((principal) => [principalKey(principal), principal])),
    byArn: new Map(everybody.map((principal) => [principal.arn, principal])),
    policies: new Map(policies.map((policy) => [policy.arn, policy])),
    bearers,
    members,
    bounded,
    documents: new Map(),
    changes: noChanges,
  };
}
