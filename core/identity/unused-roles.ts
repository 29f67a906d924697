import { complianceLimits, dayMilliseconds } from '../base/limits.ts';
import { globMatches } from '../base/matching.ts';
import { ok, type Result, refused } from '../base/result.ts';
import { parsePolicy } from '../policy/document.ts';
import { nothingButUnseen, unseenByRecord } from '../policy/unseen-by-record.ts';
import type { Role } from './account-identities.ts';
import { isOfThisProduct } from './own-roles.ts';

/** What the Config rule says of one role. */
export interface RoleVerdict {
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT' | 'NOT_APPLICABLE';
  /** At most 256 characters; empty: there is nothing to add. */
  readonly annotation: string;
}

/** By what roles are judged. */
export interface RoleThreshold {
  /** Epoch milliseconds. */
  readonly asOf: number;
  readonly thresholdDays: number;
  /** Enabled Regions, as far as they are known, in which AWS does not record the last use of a role. */
  readonly unseenRegions: readonly string[];
  /** Names of this product's own roles in accounts; absent: none are told from others. */
  readonly memberRoles?: { readonly read: string; readonly write: string | null };
}

const whitelistCharacters = /^[-a-zA-Z0-9+=,.@_/|*]*$/;

/** Reads a whitelist: shell patterns with `*`, which matches `/` too, separated by `|`. Refuses (`BAD_WHITELIST`) any other character. */
export function parseWhitelist(text: string): Result<readonly string[]> {
  if (!whitelistCharacters.test(text)) {
    const detail = `"${text}" holds a character other than letters, digits and -+=,.@_/|*`;
    return refused({ code: 'BAD_WHITELIST', detail });
  }
  return ok(text.split('|').filter((pattern) => pattern !== ''));
}

/** Judges a role by AWS's own record of its last use (RoleLastUsed), as the AWS Config rule does. Days are whole days, rounded down; exactly the threshold is still compliant. */
export function verdictOfRole(
  role: Role,
  whitelist: readonly string[],
  threshold: RoleThreshold,
): RoleVerdict {
  // IAM User Guide, "Service-linked roles": nobody but AWS deletes these, so there is nothing to comply with.
  if (role.path.startsWith('/aws-service-role/')) return { compliance: 'NOT_APPLICABLE', annotation: '' };
  const place = `${role.path}${role.name}`;
  if (whitelist.some((pattern) => globMatches(pattern, place)))
    return { compliance: 'COMPLIANT', annotation: 'Role is whitelisted' };
  const { memberRoles, thresholdDays } = threshold;
  if (memberRoles && isOfThisProduct(role, memberRoles))
    return { compliance: 'COMPLIANT', annotation: 'Role of the organization access reviewer' };
  const age = daysBefore(threshold.asOf, role.createdAt);
  const { lastUsed } = role;
  if (age <= thresholdDays && lastUsed === null)
    return { compliance: 'COMPLIANT', annotation: `No record of usage; role is ${age} days old` };
  const days = lastUsed === null ? Number.POSITIVE_INFINITY : daysBefore(threshold.asOf, lastUsed.at);
  const isUnused = age > thresholdDays && days > thresholdDays;
  const words = lastUsed === null ? 'No record of usage' : usedWords(lastUsed.region, days);
  return {
    compliance: isUnused ? 'NON_COMPLIANT' : 'COMPLIANT',
    annotation: isUnused ? annotationOf(words, threshold.unseenRegions, unseenIn(role)) : words,
  };
}

/** Whole days, rounded down; what happened while the roles were read was today. */
function daysBefore(asOf: number, at: number): number {
  return Math.max(0, Math.floor((asOf - at) / dayMilliseconds));
}

function usedWords(region: string | null, days: number): string {
  return `Was last used${region === null ? '' : ` in ${region}`} ${days} days ago`;
}

/** What its inline policies name and whose use that record may not show. Texts of attached policies are not read here. */
function unseenIn({ inline }: Role): readonly string[] {
  const statements = inline.flatMap(({ text }) => {
    const parsed = parsePolicy(text);
    return parsed.ok ? parsed.value.statements : [];
  });
  return [...new Set([...unseenByRecord(statements), ...nothingButUnseen(statements)])].sort();
}

function annotationOf(
  words: string,
  unseenRegions: readonly string[],
  unseenServices: readonly string[],
): string {
  const regions =
    unseenRegions.length === 0 ? '' : `; AWS does not record use in ${unseenRegions.join(', ')}`;
  const services =
    unseenServices.length === 0
      ? ''
      : `; it may be in use all the same: AWS may not record the use of ${unseenServices.join(', ')}`;
  return `${words}${services}${regions}`.slice(0, complianceLimits.annotationCharacters);
}
