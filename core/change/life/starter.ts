import type { Approver } from '../../base/configuration.ts';
import { mailboxHash } from '../../base/mailbox.ts';
import { foldedPrincipal, isNameChosen, personBehind, roleOfSession } from '../../base/principal-arn.ts';
import { approverOf } from './principals.ts';

/**
 * Who started a review, as far as AWS tells. It decides who may not approve alone what the review proposes. `schedule`:
 * the product itself. `stale`: the product too, because what was approved could not be applied any more. `principal`:
 * somebody known by credentials of his own, and the approver that he was by the configuration of then, if any.
 * `unknown`: any approver may have been it. AWS does not tell who invoked the deployed function, the ARN of the
 * credentials does not tell one person from another, or several started such reviews.
 */
export type Starter =
  | { readonly type: 'schedule' }
  | { readonly type: 'stale' }
  | {
      readonly type: 'principal';
      /** `approver/ID` where an approver asked by a link (`startedByLink`). */
      readonly arn: string;
      readonly approverId: string | null;
      /** SHA-256 (64 hex) of the mailbox that this approver had then; absent for nobody, and in older records. */
      readonly mailbox?: string;
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
  return principalStarter(arn, likelyApprover(arn, configuration));
}

/** The starter that these credentials are, with the approver behind them. */
export function principalStarter(arn: string, approver: Pick<Approver, 'id' | 'email'> | null): Starter {
  if (approver === null) return { type: 'principal', arn, approverId: null };
  return { type: 'principal', arn, approverId: approver.id, mailbox: mailboxHash(approver.email) };
}

/**
 * The approver whose credentials these are, or may be: a principal that differs by letter case or path alone is the same
 * user or role. Says who started something, never who may act: that is `approverOf`.
 */
export function likelyApprover(arn: string, people: People): Approver | null {
  const { approvers } = people;
  const likely = approvers.find(({ principals = [] }) =>
    principals.some((principal) => mayBeOf(principal, arn, people)),
  );
  return approverOf(approvers, arn) ?? likely ?? null;
}

/** So many ARNs are remembered; where more people started something, nobody approves alone. */
const mostOthers = 50;

/**
 * The starter of what two reviews led to. Nobody is forgotten who may not approve alone: two different approvers, or one
 * who is not known, make it `unknown`. An ARN that was no approver's is kept, because it may be one's later.
 */
export function starterAfter(earlier: Starter, next: Starter | undefined): Starter {
  if (next === undefined) return earlier;
  if (earlier.type === 'unknown' || next.type === 'unknown') return { type: 'unknown' };
  if (earlier.type !== 'principal') return next.type === 'principal' ? next : earlier;
  if (next.type !== 'principal') return earlier;
  const isOneApprover =
    earlier.approverId === null ||
    next.approverId === null ||
    (earlier.approverId === next.approverId &&
      (earlier.mailbox ?? next.mailbox) === (next.mailbox ?? earlier.mailbox));
  const main = next.approverId === null && earlier.approverId !== null ? earlier : next;
  const others = new Set([...arnsOf(earlier), ...arnsOf(next)]);
  others.delete(main.arn);
  if (!isOneApprover || others.size > mostOthers) return { type: 'unknown' };
  const { approverId, arn } = main;
  const mailbox = next.mailbox ?? earlier.mailbox;
  return {
    type: 'principal',
    arn,
    approverId,
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(others.size > 0 ? { others: [...others].sort() } : {}),
  };
}

/** Whether this approver started it: by the configuration of then, by that of now, or by the mailbox. */
export function isStarter(starter: Starter, approverId: string, people: People): boolean {
  if (starter.type !== 'principal') return false;
  if (starter.approverId === approverId) return true;
  const approver = people.approvers.find(({ id }) => id === approverId);
  if (approver === undefined) return false;
  if (starter.mailbox === mailboxHash(approver.email)) return true;
  const { principals = [] } = approver;
  return arnsOf(starter).some((arn) => principals.some((principal) => mayBeOf(principal, arn, people)));
}

/**
 * Whether this approver may be who asked, by credentials that the configuration ties to nobody: whoever decides by one name
 * may hold others. IAM Identity Center alone tells two people apart, by the names of their sessions.
 */
export function mayHaveAsked(starter: Starter, approverId: string, people: People): boolean {
  if (starter.type !== 'principal') return starter.type === 'unknown';
  const { arn } = starter;
  const isTied =
    starter.approverId !== null || arn.startsWith(approverPrefix) || likelyApprover(arn, people) !== null;
  const approver = people.approvers.find(({ id }) => id === approverId);
  return !isTied && !(approver && isToldApart(arn, approver, people));
}

/** The starter that an approver is who asked by a link, which names no credentials. */
export function startedByLink(approver: Pick<Approver, 'id' | 'email'>): Starter {
  return principalStarter(`${approverPrefix}${approver.id}`, approver);
}

/** What stands before an approver's id where an ARN stands else. */
export const approverPrefix = 'approver/';

/** Whether both are sessions that IAM Identity Center names for people, and of two people. */
function isToldApart(arn: string, { principals = [] }: Approver, { identityCenterRoles }: People): boolean {
  const isOfDirectory = (one: string): boolean =>
    roleOfSession(one) !== one && !isNameChosen(one, identityCenterRoles);
  const named = principals.filter(isOfDirectory);
  const person = personBehind(arn, identityCenterRoles);
  return (
    isOfDirectory(arn) &&
    named.length > 0 &&
    !named.some((one) => personBehind(one, identityCenterRoles) === person)
  );
}

/** Whether these credentials started it, whoever they belong to by the configuration of now. */
export function isStartedWith(starter: Starter, arn: string, people: People): boolean {
  if (starter.type !== 'principal') return false;
  const { identityCenterRoles } = people;
  const person = personBehind(arn, identityCenterRoles);
  return arnsOf(starter).some((started) => personBehind(started, identityCenterRoles) === person);
}

/** Whether it says anything about who may not approve alone, now or by another configuration. */
export function namesSomebody(starter: Starter): boolean {
  return starter.type === 'principal' || starter.type === 'unknown';
}

/** Whether credentials may be those of a configured principal, whatever its letter case and path: its own, or a session of it. */
function mayBeOf(principal: string, arn: string, { identityCenterRoles }: People): boolean {
  if (foldedPrincipal(roleOfSession(arn)) === foldedPrincipal(principal)) return true;
  return personBehind(principal, identityCenterRoles) === personBehind(arn, identityCenterRoles);
}

function arnsOf({ arn, others = [] }: Extract<Starter, { readonly type: 'principal' }>): readonly string[] {
  return [arn, ...others];
}

/** A chosen name says nothing, a right one no more than a wrong one. A federated user may be anybody, and so may a session of a role of which single sessions are approvers. */
function mayBeAnApprover(arn: string, { approvers, identityCenterRoles }: People): boolean {
  if (!isNameChosen(arn, identityCenterRoles)) return false;
  const role = roleOfSession(arn);
  if (role === arn) return true;
  return approvers.some(({ principals = [] }) =>
    principals.some((principal) => {
      const configured = roleOfSession(principal);
      return configured !== principal && foldedPrincipal(configured) === foldedPrincipal(role);
    }),
  );
}
