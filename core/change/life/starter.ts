import type { Approver } from '../../base/configuration.ts';
import { isNameChosen, roleOfSession } from '../../base/principal-arn.ts';
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
  | {
      readonly type: 'principal';
      readonly arn: string;
      readonly approverId: string | null;
      /** ARNs that started earlier reviews of the same, sorted: whoever is configured with one of them is a starter too. */
      readonly others?: readonly string[];
    }
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

/** So many ARNs are remembered; where more people started something, nobody approves alone. */
const mostOthers = 50;

/**
 * The starter of what two reviews led to. Nobody who may not approve alone is forgotten: two different approvers, or one
 * who is not known, make it `unknown`; an ARN that was no approver's is kept, because it may be one's later.
 */
export function starterAfter(earlier: Starter, next: Starter | undefined): Starter {
  if (next === undefined) return earlier;
  if (earlier.type === 'unknown' || next.type === 'unknown') return { type: 'unknown' };
  if (earlier.type !== 'principal') return next.type === 'principal' ? next : earlier;
  if (next.type !== 'principal') return earlier;
  const isOneApprover =
    earlier.approverId === null || next.approverId === null || earlier.approverId === next.approverId;
  const main = next.approverId === null && earlier.approverId !== null ? earlier : next;
  const others = new Set([...arnsOf(earlier), ...arnsOf(next)]);
  others.delete(main.arn);
  if (!isOneApprover || others.size > mostOthers) return { type: 'unknown' };
  const { approverId, arn } = main;
  return { type: 'principal', arn, approverId, ...(others.size > 0 ? { others: [...others].sort() } : {}) };
}

/** Whether this approver started it: by the configuration of then, or by that of now. */
export function isStarter(starter: Starter, approverId: string, people: People): boolean {
  if (starter.type !== 'principal') return false;
  if (starter.approverId === approverId) return true;
  const { approvers } = people;
  const principals = approvers.find(({ id }) => id === approverId)?.principals ?? [];
  return arnsOf(starter).some(
    (arn) =>
      approverOf(approvers, arn)?.id === approverId ||
      principals.some((principal) => personOf(principal, people) === personOf(arn, people)),
  );
}

/** Whether these credentials started it, whoever they belong to by the configuration of now. */
export function isStartedWith(starter: Starter, arn: string, people: People): boolean {
  if (starter.type !== 'principal') return false;
  return arnsOf(starter).some((started) => personOf(started, people) === personOf(arn, people));
}

/** Whether it says anything about who may not approve alone, now or by another configuration. */
export function namesSomebody(starter: Starter): boolean {
  return starter.type === 'principal' || starter.type === 'unknown';
}

/** What tells one person's credentials from another's: the role of a session whose name whoever assumes the role chooses, else the whole ARN. */
export function personOf(arn: string, { identityCenterRoles }: People): string {
  return isNameChosen(arn, identityCenterRoles) ? roleOfSession(arn) : arn;
}

function arnsOf({ arn, others = [] }: Extract<Starter, { readonly type: 'principal' }>): readonly string[] {
  return [arn, ...others];
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
