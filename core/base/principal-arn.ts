import { globMatches } from './matching.ts';

/** A role's ARN carries its path, that of a session does not: the role without it, anything else as it is. */
export function withoutPath(arn: string): string {
  return arn.replace(/^(arn:[^:]+:iam::\d{12}:role\/).*\//, '$1');
}

/**
 * What is the same for all spellings of the ARN of one user, role or session. No two users and no two roles of an
 * account differ by letter case or path alone (IAM API reference, CreateUser and CreateRole). Only to tell who may be
 * the same person, never to let somebody act.
 */
export function foldedPrincipal(arn: string): string {
  return arn.replace(/^(arn:[^:]+:iam::\d{12}:(?:user|role)\/).*\//, '$1').toLowerCase();
}

/**
 * Whether a pattern for ARNs may mean this user, group, role or policy of an account: in any letter case. A session, whose ARN
 * drops the path, means its role. Only to leave somebody alone, never to let somebody act.
 */
export function mayName(given: string, arn: string): boolean {
  const pattern = given.replace(/^(arn:[^:]+:)sts(::[^:]*:)assumed-(role\/[^/]+).*$/i, '$1iam$2$3');
  const plain = arn.replace(/^(arn:[^:]+:iam::\d{12}:(?:user|group|role|policy)\/).*\//, '$1');
  return [arn, plain].some((spelling) => globMatches(pattern.toLowerCase(), spelling.toLowerCase()));
}

/**
 * What is the same for all credentials that may be one person's. Of a session whose name is chosen by whoever assumes
 * the role: the role. Of IAM Identity Center: the name of the session. Else the principal. Of Identity Center neither
 * the listed role nor the account counts, because an organization has one directory of people.
 */
export function personBehind(arn: string, identityCenterRoles: readonly string[]): string {
  const role = roleOfSession(arn);
  if (role === arn) return foldedPrincipal(arn);
  if (isNameChosen(arn, identityCenterRoles)) return foldedPrincipal(role);
  return `session ${arn.slice(arn.lastIndexOf('/') + 1).toLowerCase()}`;
}

/** The role of a session of an assumed role, without its path; anything else as it is. */
export function roleOfSession(arn: string): string {
  return arn.replace(/^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/, 'arn:$1:iam::$2:role/$3');
}

/**
 * Whether whoever got these credentials chose the name in the ARN. That holds for federated users, and for sessions of
 * every role but those that IAM Identity Center alone hands out, which names sessions for people. Only the configuration
 * tells which roles these are (names or ARNs, compared without path). The ARN of a session has no path, and anybody may
 * make a role of any name.
 */
export function isNameChosen(arn: string, identityCenterRoles: readonly string[]): boolean {
  if (/^arn:[^:]+:sts::\d{12}:federated-user\//.test(arn)) return true;
  const role = roleOfSession(arn);
  return role !== arn && !isListedRole(role, identityCenterRoles);
}

/** Whether a role (ARN without path) is one of these, given by name or by ARN. */
export function isListedRole(roleArn: string, roles: readonly string[]): boolean {
  return roles.some((role) =>
    role.startsWith('arn:') ? withoutPath(role) === roleArn : roleArn.endsWith(`:role/${role}`),
  );
}
