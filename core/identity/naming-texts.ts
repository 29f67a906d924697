import { rememberedFor } from '../base/remembered.ts';
import type { AccountIdentities, ManagedPolicy, Principal } from './account-identities.ts';
import { documentIn, idOf, originOf, policyOf, principalOf } from './account-lookup.ts';
import { defaultTextOf } from './identity-values.ts';
import { trustOf } from './trust.ts';

/** Who names an identity or policy in a text of the account, as people call it. */
export interface Namings {
  /** Roles whose trust policy names it. */
  readonly trusts: readonly string[];
  /** Policies that name it: in a resource, or in a condition. */
  readonly policies: readonly string[];
}

/**
 * The trusts and policies that name something by its ARN, its unique id or, for a role, the ARN of its sessions. A
 * wildcard that happens to match it does not name it: it goes on matching whatever is made again.
 */
export function namingsOf(account: AccountIdentities, arn: string): Namings {
  const id = idOf(account, arn) ?? null;
  const isNamed = (text: string | null): boolean => text !== null && names(text, arn, id);
  const owners = ownersThatMayName(account, arn, id).filter((owner) => owner.arn !== arn);
  const trusts = owners.filter((owner) => 'trust' in owner && isNamed(owner.trust));
  const managed = owners.filter((owner) => 'versions' in owner && isNamed(defaultTextOf(owner)));
  const inline = owners.flatMap((owner) =>
    'inline' in owner
      ? owner.inline
          .filter(({ text }) => isNamed(text))
          .map(({ name }) => `${name} of ${owner.type} ${owner.name}`)
      : [],
  );
  const policies = new Set([...managed.map(({ name }) => name), ...inline]);
  return { trusts: trusts.map(({ name }) => name), policies: [...policies] };
}

/** Every trust and policy of the account that names something, in words. */
export function namersOf(account: AccountIdentities, arn: string): readonly string[] {
  const { policies, trusts } = namingsOf(account, arn);
  return [
    ...trusts.map((name) => `the trust of role ${name}`),
    ...policies.map((name) => `the policy ${name}`),
  ];
}

type Owner = ManagedPolicy | Principal;

/** Whose texts may name something: those that have the last part of its ARN, or its id, for a whole part of a value. Each deletion asks, so an account's texts are searched once. */
function ownersThatMayName(account: AccountIdentities, arn: string, id: string | null): readonly Owner[] {
  const { changes, original } = originOf(account);
  const words = wordsOf(original);
  const keys = [arn.slice(arn.lastIndexOf('/') + 1), ...(id === null ? [] : [id]), unclear];
  const asRead = new Set(keys.flatMap((key) => words.get(key) ?? []));
  const now = [...asRead].flatMap(
    (owner) => ('versions' in owner ? policyOf(account, owner.arn) : principalOf(account, owner)) ?? [],
  );
  const written = [...changes.policies.values()].flatMap((policy) => policy ?? []);
  return [...new Set<Owner>([...now, ...written, ...changes.principals.values()])];
}

const wordsOf = rememberedFor(readWords);

/** Stands for texts with an escape, which may hide any name, and for those that cannot be read: no name has a backslash. */
const unclear = '\\';

/** Who has each word in a text: what stands between quotes and slashes, of characters that names may have. */
function readWords(account: AccountIdentities): ReadonlyMap<string, readonly Owner[]> {
  const words = new Map<string, Owner[]>();
  const add = (word: string, owner: Owner): void => {
    const owners = words.get(word);
    if (owners === undefined) words.set(word, [owner]);
    else if (owners.at(-1) !== owner) owners.push(owner);
  };
  const read = (owner: Owner, text: string | null): void => {
    if (text?.includes(unclear)) add(unclear, owner);
    for (const [, word = ''] of text?.matchAll(/["/]([\w+=,.@-]+)(?=["/])/g) ?? []) add(word, owner);
  };
  const readPolicy = (owner: Owner, text: string | null): void => {
    if (text !== null && documentIn(account, text) === null) add(unclear, owner);
    read(owner, text);
  };
  for (const policy of account.policies) readPolicy(policy, defaultTextOf(policy));
  for (const principal of [...account.users, ...account.groups, ...account.roles]) {
    if (principal.type === 'role') {
      if (trustOf(principal).isUnknown) add(unclear, principal);
      read(principal, principal.trust);
    }
    for (const { text } of principal.inline) readPolicy(principal, text);
  }
  return words;
}

function names(text: string, arn: string, id: string | null): boolean {
  // Most texts have nothing to do with it, and need no reading: only an escape can hide what they say.
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  if (!text.includes(name) && !text.includes('\\') && (id === null || !text.includes(id))) return false;
  const values = textsIn(text);
  // What cannot be read may name it.
  if (values === null) return text.includes(arn);
  const sessions = sessionsOf(arn);
  return values.some(
    (value) => value === arn || value === id || (sessions !== null && value.startsWith(sessions)),
  );
}

/** Every text in a JSON document, keys left out; null: it is none. */
function textsIn(text: string): readonly string[] | null {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') found.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  try {
    walk(JSON.parse(text));
  } catch {
    return null;
  }
  return found;
}

/** How the ARNs of the sessions of a role begin; null: it is no role. They leave out its path. */
function sessionsOf(arn: string): string | null {
  const [, start, account, name] = /^(arn:[^:]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return name === undefined ? null : `${start}:sts::${account}:assumed-role/${name}/`;
}
