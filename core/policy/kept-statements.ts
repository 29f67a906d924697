import { globMatches, patternTouchesService } from '../base/matching.ts';
import type { Statement } from './document.ts';

/**
 * Why an Allow statement stays as it is whatever the reports say, as a clause, or null. What drafts, what rewrites and
 * what proves go by this one definition: the mark `KEEP`, one's own credentials, the organization's ways in.
 * `waysIn`: ARNs of the roles of the account that the management account may assume, beside those of well-known names.
 */
export function whyStatementKept(statement: Statement, waysIn: readonly string[]): string | null {
  const { effect, resources, sid } = statement;
  if (effect === 'Deny') return null;
  if (sid?.startsWith('KEEP')) return 'its Sid begins with KEEP';
  if (resources.kind !== 'resource') return null;
  if (isOnOwnCredentials(statement)) return "it is about one's own credentials";
  const wayIn = resources.patterns.find(
    (pattern) => isKnownWayIn(pattern) || waysIn.some((arn) => namesRole(pattern, arn)),
  );
  return wayIn !== undefined && letsAssume(statement) ? `it lets the organization in (${wayIn})` : null;
}

/** Whether a statement is about one's own credentials alone: a bare `*` beside one's own user is not. */
export function isOnOwnCredentials({ resources: { kind, patterns } }: Statement): boolean {
  return kind === 'resource' && !patterns.some(isEverything) && patterns.some(isOwnCredential);
}

/** Whether a pattern names one action of a service of which single actions are not taken away service by service: `iam:ListRoles`. */
export function isNamedOneByOne(pattern: string): boolean {
  return /^(iam|organizations|sts):[^*?]+$/i.test(pattern);
}

function isEverything(resource: string): boolean {
  return /^\*+$/.test(resource);
}

// IAM User Guide, "Allows MFA-authenticated IAM users to manage their own credentials".
function isOwnCredential(resource: string): boolean {
  return /^arn:[^:]*:iam::[^:]*:(user\/(.*\/)?\$\{aws:username\}|mfa\/)/i.test(resource);
}

function letsAssume({ actions: { kind, patterns } }: Statement): boolean {
  return kind === 'action' && patterns.some((pattern) => patternTouchesService(pattern, 'sts'));
}

// Account and path may be wildcards, as for the well-known names; a wildcard for the name itself means any role.
function namesRole(pattern: string, arn: string): boolean {
  return globMatches(pattern, arn) && pattern.endsWith(arn.slice(arn.lastIndexOf('/')));
}

function isKnownWayIn(resource: string): boolean {
  return /:role\/(.*\/)?(OrganizationAccountAccessRole|AWSControlTowerExecution)$/.test(resource);
}
