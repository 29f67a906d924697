import type { Approver } from '../configuration.ts';
import { isNameChosen, roleOfSession } from '../principal-arn.ts';
import { approverOf } from './principals.ts';

/**
 * Who started a review, as far as AWS tells. It decides who may not approve alone what the review proposes.
 * `schedule`: the product itself. `stale`: the product too, because what was approved could not be applied any more.
 * `principal`: somebody known by credentials of his own, and the approver that he was by the configuration of then, if any.
 * `unknown`: any approver may have been it: the deployed function does not learn from AWS who invoked it, the ARN of the
 * credentials does not tell one person from another, or several started reviews that led to this one.
 */
export type Starter =
  | { readonly type: 'schedule' }
  | { readonly type: 'stale' }
  | { readonly type: 'principal'; readonly arn: string; readonly approverId: string | null }
  | { readonly type: 'unknown' };

/** How a review came to run: `caller` stands for whoever's credentials it runs with, `principal` for who asked for it by a signed request. */
export type StartedBy =
  | { readonly type: 'schedule' }
  | { readonly type: 'stale' }
  | { readonly type: 'caller' }
  | { readonly type: 'unknown' }
  | { readonly type: 'principal'; readonly arn: string };

/** What the configuration says of people: the approvers, and the roles that IAM Identity Center alone hands out. */
export interface People {
  readonly approvers: readonly Approver[];
  readonly identityCenterRoles: readonly string[];
}

/** The starter of a review that came to run so, with the credentials of this principal (ARN by STS). */
export function starterOf(startedBy: StartedBy, callerArn: string, configuration: People): Starter {
  if (startedBy.type !== 'principal' && startedBy.type !== 'caller') return startedBy;
  const arn = startedBy.type === 'principal' ? startedBy.arn : callerArn;
  if (mayBeAnApprover(arn, configuration)) return { type: 'unknown' };
  return { type: 'principal', arn, approverId: approverOf(configuration.approvers, arn)?.id ?? null };
}

/**
 * The starter of an open change that a further review revises, and of one that was stale and is proposed again for that:
 * who may not approve alone is not forgotten because a review of somebody else, who may, looked at it. Where two may not,
 * it is neither's alone.
 */
export function starterAfter(earlier: Starter, next: Starter | undefined): Starter {
  if (next === undefined || !mayNotDecideAlone(next)) return earlier;
  if (!mayNotDecideAlone(earlier)) return next;
  const isSame =
    next.type === 'principal' && earlier.type === 'principal' && next.approverId === earlier.approverId;
  return isSame ? next : { type: 'unknown' };
}

/** Whether this approver started it: by the configuration of then, or by that of now. */
export function isStarter(starter: Starter, approverId: string, approvers: readonly Approver[]): boolean {
  if (starter.type !== 'principal') return false;
  return starter.approverId === approverId || approverOf(approvers, starter.arn)?.id === approverId;
}

function mayNotDecideAlone(starter: Starter): boolean {
  return starter.type === 'unknown' || (starter.type === 'principal' && starter.approverId !== null);
}

/** A chosen name says nothing, a right one no more than a wrong one: a federated user may be anybody, and so may a session of a role of which single sessions are approvers. */
function mayBeAnApprover(arn: string, { approvers, identityCenterRoles }: People): boolean {
  if (!isNameChosen(arn, identityCenterRoles)) return false;
  const role = roleOfSession(arn);
  if (role === arn) return true;
  return approvers.some(({ principals = [] }) =>
    principals.some((principal) => principal !== role && roleOfSession(principal) === role),
  );
}
