import type { ChangeContent } from '../content/change.ts';
import type { Approval } from './events.ts';
import { approverOf } from './principals.ts';
import { isStartedWith, isStarter, type People, personOf, type Starter } from './starter.ts';

/** What of a change says how many people must approve it. */
export interface ApprovalRule {
  readonly content: Pick<ChangeContent, 'requiredApprovals'>;
  readonly starter: Starter;
}

/** Where nobody knows who started the review it may have been any approver: one alone is never enough. */
const whereStarterIsUnknown = 2;

/** How many distinct people must approve this revision. */
export function approvalsNeeded({ content, starter }: ApprovalRule): number {
  const { requiredApprovals } = content;
  return starter.type === 'unknown' ? Math.max(requiredApprovals, whereStarterIsUnknown) : requiredApprovals;
}

/**
 * How many more people have to approve beside these: who started what led to it may be one of them, but is never the
 * only one. `configuration` is that of now.
 */
export function approvalsMissing(
  rule: ApprovalRule,
  approvals: readonly Approval[],
  configuration: People,
): number {
  const people = peopleBehind(approvals, configuration);
  const missing = Math.max(0, approvalsNeeded(rule) - people);
  if (missing > 0 || people > 1) return missing;
  return approvals.some((approval) => isByStarter(rule.starter, approval, configuration)) ? 1 : 0;
}

/** Approvals that share an approver or the same credentials are one person's, whatever the approver was called then. */
function peopleBehind(approvals: readonly Approval[], configuration: People): number {
  let people: ReadonlySet<string>[] = [];
  for (const { actor, approverId } of approvals) {
    const now = actor.type === 'principal' ? approverOf(configuration.approvers, actor.id)?.id : undefined;
    const person = [
      `approver ${approverId}`,
      ...(now === undefined ? [] : [`approver ${now}`]),
      ...(actor.type === 'principal' ? [`arn ${personOf(actor.id, configuration)}`] : []),
    ];
    const same = people.filter((names) => person.some((name) => names.has(name)));
    people = [
      ...people.filter((names) => !same.includes(names)),
      new Set([...person, ...same.flatMap((names) => [...names])]),
    ];
  }
  return people.length;
}

function isByStarter(starter: Starter, { actor, approverId }: Approval, configuration: People): boolean {
  if (isStarter(starter, approverId, configuration)) return true;
  return actor.type === 'principal' && isStartedWith(starter, actor.id, configuration);
}
