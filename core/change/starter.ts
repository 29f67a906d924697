import type { Approver } from '../configuration.ts';
import { approverOf } from './principals.ts';

/**
 * Who started a review, as far as AWS tells. It decides who may not approve alone what the review proposes.
 * `schedule`: the product itself. `principal`: somebody with credentials of his own, by STS, and the approver that he is, if any.
 * `unknown`: somebody who invoked the deployed function. It runs as its role, and AWS does not tell a function who invoked it.
 */
export type Starter =
  | { readonly type: 'schedule' }
  | { readonly type: 'principal'; readonly arn: string; readonly approverId: string | null }
  | { readonly type: 'unknown' };

/** How a review came to run: `caller` stands for whoever's credentials it runs with, `principal` for who asked for it by a signed request. */
export type StartedBy =
  | { readonly type: 'schedule' }
  | { readonly type: 'caller' }
  | { readonly type: 'unknown' }
  | { readonly type: 'principal'; readonly arn: string };

/** The starter of a review that came to run so, with the credentials of this principal (ARN by STS). */
export function starterOf(startedBy: StartedBy, callerArn: string, approvers: readonly Approver[]): Starter {
  if (startedBy.type === 'schedule' || startedBy.type === 'unknown') return { type: startedBy.type };
  const arn = startedBy.type === 'principal' ? startedBy.arn : callerArn;
  return { type: 'principal', arn, approverId: approverOf(approvers, arn)?.id ?? null };
}

/** The starter of an open question after a review revised it: whoever may not approve alone is not forgotten because a review of somebody else, who may, looked at it again. */
export function starterAfter(earlier: Starter, revisedBy: Starter | undefined): Starter {
  return revisedBy !== undefined && mayNotDecideAlone(revisedBy) ? revisedBy : earlier;
}

function mayNotDecideAlone(starter: Starter): boolean {
  return starter.type === 'unknown' || (starter.type === 'principal' && starter.approverId !== null);
}
