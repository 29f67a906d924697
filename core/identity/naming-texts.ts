import type { AccountIdentities, Principal } from './account-identities.ts';
import { defaultTextOf } from './identity-values.ts';

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
  const everybody: readonly Principal[] = [...account.users, ...account.groups, ...account.roles];
  const id = everybody.find((principal) => principal.arn === arn)?.id ?? null;
  const isNamed = (text: string | null): boolean => text !== null && names(text, arn, id);
  const trusts = account.roles.filter((role) => role.arn !== arn && isNamed(role.trust));
  const policies = new Set<string>();
  for (const policy of account.policies)
    if (policy.arn !== arn && isNamed(defaultTextOf(policy))) policies.add(policy.name);
  for (const bearer of everybody)
    for (const { name, text } of bearer.inline)
      if (bearer.arn !== arn && isNamed(text)) policies.add(`${name} of ${bearer.type} ${bearer.name}`);
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
