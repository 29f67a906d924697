import { meaningOfIntent } from '../../change/content/intents.ts';
import {
  type ApprovalRule,
  approvalsNeeded,
  approvalsNeededNow,
  mayBeBehind,
} from '../../change/life/approvals.ts';
import { askerOf, type ChangeRecord } from '../../change/life/life.ts';
import { isStarter, type People, type Starter } from '../../change/life/starter.ts';

/** In whose review something was proposed, as a phrase; null for the schedule's own. `name` gives the name of an approver. */
export function startedWords(starter: Starter, name: (approverId: string) => string): string | null {
  switch (starter.type) {
    case 'schedule':
      return null;
    case 'stale':
      return 'in a review that began because an approved change was stale';
    case 'principal': {
      const { approverId, arn } = starter;
      return `in a review that ${approverId === null ? arn : `${name(approverId)} (${arn})`} started`;
    }
    case 'unknown':
      return 'in a review of which AWS does not say who started it';
  }
}

/** Why more people must approve than the configuration and the risk ask for, or who may not be the only one, as a sentence; null where there is nothing to say. */
export function whyMoreApprove(
  rule: ApprovalRule & Pick<ChangeRecord, 'history'>,
  people: People,
): string | null {
  const { content, starter } = rule;
  const isAsked = askerOf(rule) !== null;
  const needed = approvalsNeeded(rule);
  if (needed > content.requiredApprovals && isAsked)
    return `AWS does not say who asks for it, so nobody may approve alone: ${needed} people must.`;
  if (needed > content.requiredApprovals)
    return `Who started the review is not known, or several did, so nobody may approve alone: ${needed} people must.`;
  const started = people.approvers.find(({ id }) => isStarter(starter, id, people));
  // Nobody but the asker led to what he asked for.
  if (started !== undefined && isAsked) return `${started.name} asked for it and may not approve it.`;
  if (started === undefined) return whereTiedToNobody(rule, people);
  if (needed > 1) return null;
  if (meaningOfIntent(content).proposedBy === 'asker')
    return `${started.name} asked for it and may not be the only one who approves.`;
  return `${started.name} started the review, or lifted an exemption that led to it, and may not be the only one who approves.`;
}

/** Credentials that the configuration ties to no approver may still be one's: who may approve beside or against them. */
function whereTiedToNobody(rule: ApprovalRule, people: People): string | null {
  if (approvalsNeeded(rule) > 1) return null;
  const apart = people.approvers.filter(({ id }) => !mayBeBehind(rule, id, people));
  if (apart.length === people.approvers.length) return null;
  const needed = Math.max(approvalsNeededNow(rule, people), 2);
  const others =
    apart.length === 0
      ? ''
      : `, or one of those whom IAM Identity Center tells apart from them (${apart.map(({ name }) => name).join(', ')})`;
  return `The credentials that asked for it are tied to no approver and may be one's: ${needed} people must approve${others}.`;
}
