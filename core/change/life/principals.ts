import type { Approver } from '../../base/configuration.ts';
import { roleOfSession, withoutPath } from '../../base/principal-arn.ts';

/** The approver that an AWS principal is, by the principal's ARN as AWS gives it; null for everybody else. Who is configured with exactly this ARN comes before who has the role of the session. */
export function approverOf(approvers: readonly Approver[], arn: string): Approver | null {
  const exact = approvers.find(({ principals = [] }) => principals.includes(arn));
  return exact ?? approvers.find((approver) => isPrincipalOf(approver, arn)) ?? null;
}

/** The caller's ARN as it is; a session of an assumed role belongs to whoever is configured with the role's ARN too. A configured session is that session alone, never its role. */
export function isPrincipalOf({ principals = [] }: Pick<Approver, 'principals'>, arn: string): boolean {
  const roleArn = roleOfSession(arn);
  const isSession = roleArn !== arn;
  return principals.some(
    (principal) => principal === arn || (isSession && withoutPath(principal) === roleArn),
  );
}
