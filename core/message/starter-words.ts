import { type ApprovalRule, approvalsNeeded } from '../change/approvals.ts';
import type { Starter } from '../change/starter.ts';

/** In whose review something was proposed, as a phrase; null for the schedule's own. `name` gives the name of an approver. */
export function startedWords(starter: Starter, name: (approverId: string) => string): string | null {
  switch (starter.type) {
    case 'schedule':
      return null;
    case 'principal': {
      const { approverId, arn } = starter;
      return `in a review that ${approverId === null ? arn : `${name(approverId)} (${arn})`} started`;
    }
    case 'unknown':
      return 'in a review that somebody started by invoking the function: AWS does not say who';
  }
}

/** Why more people must approve than the configuration and the risk ask for, as a sentence; null where they need not. */
export function whyMoreApprove(rule: ApprovalRule): string | null {
  const needed = approvalsNeeded(rule);
  if (needed === rule.content.requiredApprovals) return null;
  return `AWS does not say who started the review, so nobody may approve alone: ${needed} people must.`;
}
