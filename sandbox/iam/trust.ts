import type { Caller } from '../callers.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a trust policy can ask about who assumes the role. */
export interface TrustContext {
  readonly caller: Caller;
  readonly organizationId: string;
  readonly externalId: string | null;
  readonly sourceIdentity: string | null;
}

const list = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);

const escaped = (pattern: string): string =>
  pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
const like = (pattern: string, value: string): boolean => new RegExp(`^${escaped(pattern)}$`).test(value);

/** The ARN of the IAM role behind a session, or of the user; a path is not known here. */
const principalArn = ({ accountId, arn, session }: Caller): string =>
  session === null ? arn : `arn:aws:iam::${accountId}:role/${session.roleName}`;

const isPrincipal = (given: unknown, caller: Caller): boolean => {
  if (given === '*') return true;
  const { accountId, arn } = caller;
  const own = ['*', accountId, `arn:aws:iam::${accountId}:root`, arn, principalArn(caller)];
  return (
    typeof given === 'object' &&
    given !== null &&
    list((given as Json).AWS).some((item) => own.includes(item))
  );
};

const contextValue = (key: string, context: TrustContext): string | null | undefined => {
  switch (key.toLowerCase()) {
    case 'sts:externalid':
      return context.externalId;
    case 'sts:sourceidentity':
      return context.sourceIdentity;
    case 'aws:principalarn':
      return principalArn(context.caller);
    case 'aws:principalaccount':
      return context.caller.accountId;
    case 'aws:principalorgid':
      return context.organizationId;
    default:
      return undefined;
  }
};

/** True if every condition holds. Keys that the sandbox does not know, and operators other than the usual six, hold. */
const holds = (condition: unknown, context: TrustContext): boolean =>
  Object.entries((condition ?? {}) as Readonly<Record<string, Json>>).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const value = contextValue(key, context);
      const known = /^(String|Arn)(Not)?(Equals|Like)$/.exec(operator);
      if (value === undefined || known === null) return true;
      const negated = known[2] !== undefined;
      if (value === null) return negated;
      const wild = known[1] === 'Arn' || known[3] === 'Like';
      const found = list(wanted).some((pattern) => (wild ? like(pattern, value) : pattern === value));
      return found !== negated;
    }),
  );

/** True if the trust policy of a role lets the caller take this action (`sts:AssumeRole`, `sts:SetSourceIdentity`). */
export const trusts = (text: string, action: string, context: TrustContext): boolean => {
  let document: { readonly Statement?: unknown };
  try {
    document = JSON.parse(text);
  } catch {
    return false;
  }
  const statements = (
    Array.isArray(document.Statement) ? document.Statement : [document.Statement]
  ) as readonly Json[];
  const matching = statements.filter(
    (statement) =>
      list(statement?.Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
      isPrincipal(statement.Principal, context.caller) &&
      holds(statement.Condition, context),
  );
  return (
    matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny')
  );
};
