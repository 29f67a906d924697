import type { Approver } from '../configuration.ts';
import type { ChangeContent } from './change.ts';
import type { Approval } from './events.ts';
import { isStarter, type Starter } from './starter.ts';

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

/** How many more people have to approve beside these: who started the review may be one of them, but never all of them. `approvers` are those of the configuration of now. */
export function approvalsMissing(
  rule: ApprovalRule,
  approvals: readonly Approval[],
  approvers: readonly Approver[],
): number {
  const people = new Set(approvals.map(({ approverId }) => approverId));
  const missing = Math.max(0, approvalsNeeded(rule) - people.size);
  const others = [...people].filter((id) => !isStarter(rule.starter, id, approvers));
  return missing === 0 && others.length === 0 ? 1 : missing;
}
