import type { Role } from './account-identities.ts';

/** Whom the trust policy of a role lets in. */
export interface RoleTrust {
  /** AWS services, such as `lambda.amazonaws.com`, sorted. */
  readonly services: readonly string[];
  /** Accounts that are named as a whole or by one of their principals, sorted; `*` for everybody. */
  readonly accountIds: readonly string[];
  /** What is named of AWS, as written: ARNs, accounts, ids, or `*`; sorted. */
  readonly principals: readonly string[];
  /** Identity providers (OIDC and SAML), sorted. */
  readonly providers: readonly string[];
  /** The text could not be understood: anybody may be trusted. */
  readonly isUnknown: boolean;
}

const remembered = new WeakMap<Pick<Role, 'trust'>, RoleTrust>();

/** Reads whom a role trusts: every principal of every Allow statement, whatever its conditions. Several checks of each edit ask, so the answer is remembered. */
export function trustOf(role: Pick<Role, 'trust'>): RoleTrust {
  const trust = remembered.get(role) ?? readTrust(role);
  remembered.set(role, trust);
  return trust;
}

function readTrust({ trust }: Pick<Role, 'trust'>): RoleTrust {
  const services = new Set<string>();
  const accountIds = new Set<string>();
  const principals = new Set<string>();
  const providers = new Set<string>();
  const statements = statementsOf(trust);
  for (const { Effect, Principal } of statements ?? []) {
    if (Effect !== 'Allow') continue;
    const named: Fields = isRecord(Principal) ? Principal : { AWS: Principal };
    for (const service of texts(named.Service)) services.add(service);
    for (const provider of texts(named.Federated)) providers.add(provider);
    for (const principal of texts(named.AWS)) {
      principals.add(principal);
      accountIds.add(accountOf(principal));
    }
  }
  const sorted = (set: ReadonlySet<string>): readonly string[] => [...set].sort();
  return {
    services: sorted(services),
    accountIds: sorted(accountIds),
    principals: sorted(principals),
    providers: sorted(providers),
    isUnknown: statements === null,
  };
}

interface Fields {
  readonly Statement?: unknown;
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly AWS?: unknown;
  readonly Service?: unknown;
  readonly Federated?: unknown;
}

function statementsOf(text: string): readonly Fields[] | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  const statement = isRecord(document) ? document.Statement : undefined;
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  return list.every(isRecord) ? list : null;
}

// A whole account is written as its 12 digits or as its root; an id such as `AROA…` names somebody who is gone.
function accountOf(principal: string): string {
  if (/^\d{12}$/.test(principal)) return principal;
  return /^arn:[^:]+:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1] ?? principal;
}

function texts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === 'string');
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
