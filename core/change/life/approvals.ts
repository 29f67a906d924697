import type { Approver } from '../../base/configuration.ts';
import { mailboxHash } from '../../base/mailbox.ts';
import { personBehind } from '../../base/principal-arn.ts';
import type { ChangeContent } from '../content/change.ts';
import { meaningOfIntent } from '../content/intents.ts';
import type { Approval } from './events.ts';
import { approverOf } from './principals.ts';
import { isStartedWith, isStarter, mayHaveAsked, type People, type Starter } from './starter.ts';

/** What of a change says how many people must approve it. */
export interface ApprovalRule {
  readonly content: Pick<ChangeContent, 'intent' | 'requiredApprovals'>;
  readonly starter: Starter;
}

/** Where any approver may have started it one alone is never enough. */
const leastPeople = 2;

/** How many distinct people must approve this revision at least, whoever is configured. */
export function approvalsNeeded({ content, starter }: ApprovalRule): number {
  const { requiredApprovals } = content;
  return starter.type === 'unknown' ? Math.max(requiredApprovals, leastPeople) : requiredApprovals;
}

/** Whether this approver started it, or may have: what is asked back by credentials that are tied to nobody anybody may have asked. */
export function mayBeBehind({ content, starter }: ApprovalRule, approverId: string, people: People): boolean {
  if (starter.type === 'unknown' || isStarter(starter, approverId, people)) return true;
  return meaningOfIntent(content).proposedBy === 'asker' && mayHaveAsked(starter, approverId, people);
}

/** How many distinct people must approve this revision by the configuration of now: two where each of them may have asked it back. */
export function approvalsNeededNow(rule: ApprovalRule, people: People): number {
  const needed = approvalsNeeded(rule);
  const isAsked = meaningOfIntent(rule.content).proposedBy === 'asker' && rule.starter.type === 'principal';
  const mayOneDecide = !isAsked || people.approvers.some(({ id }) => !mayBeBehind(rule, id, people));
  return mayOneDecide ? needed : Math.max(needed, leastPeople);
}

/** Whether these approvers, all together, are enough to approve it. */
export function canBeApprovedBy(rule: ApprovalRule, able: readonly Approver[], people: People): boolean {
  if (able.length < approvalsNeeded(rule)) return false;
  return able.length >= leastPeople || able.some(({ id }) => !mayBeBehind(rule, id, people));
}

/**
 * How many more people have to approve beside these: who started what led to it, or may have, may be one of them, but is
 * never the only one. What somebody approved whose id is another person's now does not count. `configuration` is that of now.
 */
export function approvalsMissing(
  rule: ApprovalRule,
  given: readonly Approval[],
  configuration: People,
): number {
  const approvals = given.filter((approval) => {
    const approver = configuration.approvers.find(({ id }) => id === approval.approverId);
    return approver === undefined || isApprovalOf(approval, approver);
  });
  const people = peopleBehind(approvals, configuration);
  const missing = Math.max(0, approvalsNeededNow(rule, configuration) - people);
  if (missing > 0 || people > 1) return missing;
  return approvals.some((approval) => mayBeByStarter(rule, approval, configuration)) ? 1 : 0;
}

/** Whether it was this approver who approved: whoever had the same id but another mailbox was somebody else. */
export function isApprovalOf(
  { approverId, mailbox }: Approval,
  { email, id }: Pick<Approver, 'id'> & Partial<Pick<Approver, 'email'>>,
): boolean {
  if (approverId !== id) return false;
  return mailbox === undefined || email === undefined || mailbox === mailboxHash(email);
}

/** Whether two approvals are one approver's: of one id and, where both say it, one mailbox. */
export function isBySameApprover(one: Approval, other: Approval): boolean {
  return (
    one.approverId === other.approverId && (one.mailbox ?? other.mailbox) === (other.mailbox ?? one.mailbox)
  );
}

/** Approvals that share an approver, a mailbox or the same credentials are one person's, whatever the approver was called then. */
function peopleBehind(approvals: readonly Approval[], configuration: People): number {
  let people: ReadonlySet<string>[] = [];
  for (const { actor, approverId, mailbox } of approvals) {
    const now = actor.type === 'principal' ? approverOf(configuration.approvers, actor.id) : null;
    const slackUserId = actor.type === 'approver' ? actor.slackUserId : undefined;
    const inSlack =
      slackUserId === undefined
        ? undefined
        : configuration.approvers.find((approver) => approver.slackUserId === slackUserId);
    const person = [
      `approver ${approverId}`,
      ...(slackUserId === undefined ? [] : [`slack ${slackUserId}`]),
      ...(inSlack === undefined ? [] : [`approver ${inSlack.id}`, `mailbox ${mailboxHash(inSlack.email)}`]),
      ...(mailbox === undefined ? [] : [`mailbox ${mailbox}`]),
      ...(now === null ? [] : [`approver ${now.id}`, `mailbox ${mailboxHash(now.email)}`]),
      ...(actor.type === 'principal'
        ? [`arn ${personBehind(actor.id, configuration.identityCenterRoles)}`]
        : []),
    ];
    const same = people.filter((names) => person.some((name) => names.has(name)));
    people = [
      ...people.filter((names) => !same.includes(names)),
      new Set([...person, ...same.flatMap((names) => [...names])]),
    ];
  }
  return people.length;
}

function mayBeByStarter(
  rule: ApprovalRule,
  { actor, approverId, mailbox }: Approval,
  configuration: People,
): boolean {
  const { starter } = rule;
  const mayBe = configuration.approvers.filter(({ email }) => mailbox === mailboxHash(email));
  if ([approverId, ...mayBe.map(({ id }) => id)].some((id) => mayBeBehind(rule, id, configuration)))
    return true;
  if (mailbox !== undefined && starter.type === 'principal' && starter.mailbox === mailbox) return true;
  return actor.type === 'principal' && isStartedWith(starter, actor.id, configuration);
}
