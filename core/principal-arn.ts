/** A role's ARN carries its path, that of a session does not: the role without it, anything else as it is. */
export function withoutPath(arn: string): string {
  return arn.replace(/^(arn:[^:]+:iam::\d{12}:role\/).*\//, '$1');
}

/** The role of a session of an assumed role, without its path; anything else as it is. */
export function roleOfSession(arn: string): string {
  return arn.replace(/^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/, 'arn:$1:iam::$2:role/$3');
}

/** Whether whoever got these credentials chose the name in the ARN: that of a federated user, and of a session of any role but those of IAM Identity Center, which names sessions for people. */
export function isNameChosen(arn: string): boolean {
  if (/^arn:[^:]+:sts::\d{12}:federated-user\//.test(arn)) return true;
  const role = roleOfSession(arn);
  return role !== arn && !role.includes(':role/AWSReservedSSO_');
}
