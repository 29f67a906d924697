import { globMatches } from '../base/matching.ts';
import { withoutPath } from '../base/principal-arn.ts';
import type { Condition } from './document.ts';

// IAM User Guide, "Condition operators"; the keys: "AWS global condition context keys", properties of the principal.
const operators: Readonly<Record<string, { readonly isNegative: boolean; readonly wildcards: boolean }>> = {
  arnlike: { isNegative: false, wildcards: true },
  arnequals: { isNegative: false, wildcards: true },
  stringlike: { isNegative: false, wildcards: true },
  stringequals: { isNegative: false, wildcards: false },
  arnnotlike: { isNegative: true, wildcards: true },
  arnnotequals: { isNegative: true, wildcards: true },
  stringnotlike: { isNegative: true, wildcards: true },
  stringnotequals: { isNegative: true, wildcards: false },
};

/** A user or role that asks for something of its own account. */
export interface Asker {
  readonly arn: string;
  /** The id of the organization of its account; null: not known. */
  readonly organizationId: string | null;
}

/** Stands for the id of an organization that is not known: no policy names it, but the asker and what it asks for have the same. */
const someOrganization = 'o-of-the-account';

/**
 * Whether a condition surely does not hold for what a user or role does in its own account. One of its clauses is about
 * the ARN, the account or the organization of the principal or of the resource, and rules it out. Whatever cannot be
 * told may hold.
 */
export function surelyExcludes(condition: Condition, { arn, organizationId }: Asker): boolean {
  const account = accountOfArn(arn);
  const organization = organizationId ?? someOrganization;
  const values: Readonly<Record<string, readonly string[]>> = {
    'aws:principalarn': [arn, withoutPath(arn)],
    'aws:principalaccount': [account],
    'aws:resourceaccount': [account],
    'aws:principalorgid': [organization],
    'aws:resourceorgid': [organization],
  };
  const spelledOut = (pattern: string): string =>
    pattern
      .replace(/\$\{aws:(?:Principal|Resource)Account\}/gi, account)
      .replace(/\$\{aws:(?:Principal|Resource)OrgID\}/gi, organization);
  return Object.entries(condition).some(([operator, keys]) =>
    Object.entries(keys).some(([key, patterns]) => {
      const value = values[key.toLowerCase()];
      if (value === undefined) return false;
      const isUnknown = organizationId === null && key.toLowerCase().endsWith('orgid');
      // Whether the organization is one of those that are written down cannot be told where its id is not known.
      if (isUnknown && !patterns.some((pattern) => pattern.includes('$'))) return false;
      return isFalse(operator, patterns.map(spelledOut), value);
    }),
  );
}

/**
 * Whether a condition surely lets in nobody of an account: one of its clauses rules out the account, or wants the ARN of a
 * principal of another one. Whatever cannot be told may let somebody in.
 */
export function surelyExcludesAccount(condition: Condition, accountId: string): boolean {
  return Object.entries(condition).some(([operator, keys]) =>
    Object.entries(keys).some(([key, patterns]) => {
      const name = key.toLowerCase();
      if (name === 'aws:principalaccount') return isFalse(operator, patterns, [accountId]);
      const known = operators[operator.toLowerCase().replace(/ifexists$/, '')];
      return (
        name === 'aws:principalarn' &&
        known?.isNegative === false &&
        patterns.every((pattern) => {
          const account = accountOfArn(pattern);
          return /^\d{12}$/.test(account) && account !== accountId;
        })
      );
    }),
  );
}

/** Whether a condition surely holds for everybody of an account: all its clauses are about the principal's account, and name it, or leave out others alone. */
export function surelyHoldsFor(condition: Condition, accountId: string): boolean {
  const clauses = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, patterns]) => ({ operator: operator.toLowerCase(), key, patterns })),
  );
  return clauses.every(({ key, operator, patterns }) => {
    const known = operators[operator];
    if (!known || key.toLowerCase() !== 'aws:principalaccount') return false;
    if (patterns.some((pattern) => pattern.includes('$'))) return false;
    return (
      patterns.some((pattern) =>
        known.wildcards ? globMatches(pattern, accountId) : pattern === accountId,
      ) !== known.isNegative
    );
  });
}

/** Of several spellings of one value it must hold for each. */
function isFalse(operator: string, patterns: readonly string[], values: readonly string[]): boolean {
  const known = operators[operator.toLowerCase().replace(/ifexists$/, '')];
  // A policy variable may stand for anything.
  if (!known || patterns.some((pattern) => pattern.includes('$'))) return false;
  const { isNegative, wildcards } = known;
  const isNamed = (value: string): boolean =>
    patterns.some((pattern) => {
      if (!wildcards) return pattern === value;
      // The operators on ARNs compare part by part: a star that reaches over a colon does not surely name anybody.
      const isWhole = !isNegative || pattern.split(':').length >= value.split(':').length;
      return isWhole && globMatches(pattern, value);
    });
  return isNegative ? values.every(isNamed) : !values.some(isNamed);
}

function accountOfArn(arn: string): string {
  return arn.split(':')[4] ?? '';
}
