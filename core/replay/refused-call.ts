/**
 * Error codes of calls that AWS refused for want of permission, in lower case, as CloudTrail writes them. Sources:
 * CloudTrail User Guide, "CloudTrail record contents", `errorCode`; the names are those of the services' own references.
 * Athena and we read it alike.
 */
export const refusedForm =
  '^(client[.])?(accessdenied(error|exception|fault)?|unauthorized(access|error|exception|operation)?' +
  '|notauthorized(exception)?|forbidden(exception)?|authorizationerror(exception)?)$';

const refused = new RegExp(refusedForm);

/**
 * Whether AWS refused a call for want of permission: a new Deny takes nothing from it. A call with any other error was
 * authorized (a condition that did not hold, a throttled call, a dry run): with the Deny it would be refused.
 */
export function isRefused(errorCode: string | null): boolean {
  return errorCode !== null && refused.test(errorCode.toLowerCase());
}
