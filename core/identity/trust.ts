import { patternMatchesAction } from '../base/matching.ts';
import { rememberedFor } from '../base/remembered.ts';
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
  /** Every statement, in order; none where the text could not be understood. */
  readonly statements: readonly TrustStatement[];
  /** The text could not be understood, or it lets in everybody but those that it names: anybody may be trusted. */
  readonly isUnknown: boolean;
}

/** One statement of a trust policy. */
export interface TrustStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: { readonly kind: 'action' | 'not-action'; readonly patterns: readonly string[] };
  /** What is named of AWS, as written; empty where everybody but some is meant. */
  readonly principals: readonly string[];
  readonly services: readonly string[];
  readonly providers: readonly string[];
  /** Whether it is about everybody but those that it names (NotPrincipal). */
  readonly isAboutOthers: boolean;
  /** Operator to key to values, as written; null where there is none or an empty one. */
  readonly condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> | null;
}

/** Reads whom a role trusts: every principal of every Allow statement, whatever its conditions. */
export const trustOf = rememberedFor(readTrust);

/** The account of what a trust names: itself where it is 12 digits, that of an ARN; anything else, as an id of somebody who is gone, as written. */
export function accountOfTrusted(principal: string): string {
  if (/^\d{12}$/.test(principal)) return principal;
  return /^arn:[^:]+:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1] ?? principal;
}

/** Whether a statement is about an action such as `sts:AssumeRole`. */
export function takesIn({ actions: { kind, patterns } }: TrustStatement, action: string): boolean {
  return patterns.some((pattern) => patternMatchesAction(pattern, action)) === (kind === 'action');
}

function readTrust({ trust }: Pick<Role, 'trust'>): RoleTrust {
  const statements = statementsOf(trust);
  const allows = (statements ?? []).filter(({ effect }) => effect === 'Allow');
  const sorted = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();
  const principals = sorted(allows.flatMap((each) => each.principals));
  return {
    services: sorted(allows.flatMap(({ services }) => services)),
    accountIds: sorted(principals.map(accountOfTrusted)),
    principals,
    providers: sorted(allows.flatMap(({ providers }) => providers)),
    statements: statements ?? [],
    isUnknown: statements === null || allows.some(({ isAboutOthers }) => isAboutOthers),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function statementsOf(text: string): readonly TrustStatement[] | null {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return null;
  }
  const statement = isRecord(document) ? document.Statement : undefined;
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  if (!list.every(isRecord)) return null;
  const statements = list.map(readStatement);
  return statements.every((each) => each !== null) ? statements : null;
}

/** Null for what no trust policy holds: nobody knows whom it lets in. */
function readStatement(fields: Fields): TrustStatement | null {
  const { Action, Condition, Effect, NotAction, NotPrincipal, Principal } = fields;
  const condition = readCondition(Condition);
  if ((Effect !== 'Allow' && Effect !== 'Deny') || condition === undefined) return null;
  const named: Fields = isRecord(Principal) ? Principal : { AWS: Principal };
  return {
    effect: Effect,
    actions:
      NotAction === undefined
        ? { kind: 'action', patterns: texts(Action) }
        : { kind: 'not-action', patterns: texts(NotAction) },
    principals: texts(named.AWS),
    services: texts(named.Service),
    providers: texts(named.Federated),
    isAboutOthers: NotPrincipal !== undefined,
    condition,
  };
}

function readCondition(value: unknown): TrustStatement['condition'] | undefined {
  if (value === undefined || value === null) return null;
  if (!isRecord(value)) return undefined;
  const operators = Object.entries(value).map(([operator, keys]) => {
    const entries = isRecord(keys) ? Object.entries(keys) : [];
    return [operator, Object.fromEntries(entries.map(([key, values]) => [key, scalars(values)]))] as const;
  });
  return operators.length === 0 ? null : Object.fromEntries(operators);
}

function scalars(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map(String);
}

function texts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === 'string');
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
