import { dayMilliseconds } from '../base/limits.ts';
import { globMatches } from '../base/matching.ts';
import { ok, type Result, refused } from '../base/result.ts';
import type { Role } from './account-identities.ts';

/** What the Config rule says of one role. */
export interface RoleVerdict {
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT' | 'NOT_APPLICABLE';
  /** At most 256 characters; empty: there is nothing to add. */
  readonly annotation: string;
}

/** By what roles are judged. `asOf` in epoch milliseconds. */
export interface RoleThreshold {
  readonly asOf: number;
  readonly thresholdDays: number;
}

const whitelistCharacters = /^[-a-zA-Z0-9+=,.@_/|*]*$/;

/** Reads a whitelist: shell patterns with `*`, which matches `/` too, separated by `|`. Refuses (`BAD_WHITELIST`) any other character. */
export function parseWhitelist(text: string): Result<readonly string[]> {
  if (!whitelistCharacters.test(text)) {
    const detail = `role_whitelist: "${text}" holds a character other than letters, digits and -+=,.@_/|*`;
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
  if (role.path.startsWith('/aws-service-role/')) return { compliance: 'NOT_APPLICABLE', annotation: '' };
  const place = `${role.path}${role.name}`;
  if (whitelist.some((pattern) => globMatches(pattern, place)))
    return { compliance: 'COMPLIANT', annotation: 'Role is whitelisted' };
  const daysSince = (at: number): number => Math.floor((threshold.asOf - at) / dayMilliseconds);
  const age = daysSince(role.createdAt);
  if (role.lastUsed === null) {
    if (age > threshold.thresholdDays)
      return { compliance: 'NON_COMPLIANT', annotation: 'No record of usage' };
    return { compliance: 'COMPLIANT', annotation: `Role is only ${age} days old` };
  }
  const days = daysSince(role.lastUsed.at);
  const isUnused = age > threshold.thresholdDays && days > threshold.thresholdDays;
  const where = role.lastUsed.region === null ? '' : ` in ${role.lastUsed.region}`;
  const annotation = `Was last used${where} ${days} days ago`;
  return { compliance: isUnused ? 'NON_COMPLIANT' : 'COMPLIANT', annotation };
}
