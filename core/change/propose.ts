import { accountsBelow, lowestCommonEntity } from '../access/organization.ts';
import { dayMilliseconds } from '../limits.ts';
import type { PolicyDraft } from '../policy/placing.ts';
import type { ReviewFacts, ReviewRequest } from '../review-facts.ts';
import type { Certificate, ChangeContent, Step, UndoStep } from './change.ts';
import { baseDigest, changeDigest, changeId } from './digest.ts';
import { affectedAccounts, serviceEvidence } from './evidence.ts';
import { riskOf } from './risk.ts';

/** The first revision of the change that a proved draft proposes: steps, undo, blast radius, risk and digest. */
export function changeFrom(
  draft: PolicyDraft,
  certificate: Certificate,
  facts: Pick<ReviewFacts, 'reports' | 'tree'>,
  request: ReviewRequest,
): ChangeContent {
  const { tree } = facts;
  const { configuration, thresholdDays } = request;
  const targetIds = draft.targets.map((target) => target.id);
  const accounts = new Map(
    targetIds.flatMap((id) => accountsBelow(tree, id)).map((account) => [account.id, account]),
  );
  const accountIds = [...accounts.keys()].sort();
  const cutOff = request.asOf - thresholdDays * dayMilliseconds;
  const youngAccounts = [...accounts.values()].filter((account) => account.joinedAt >= cutOff).length;
  const base = baseDigest(draft.before, draft.policyId === null ? [] : targetIds);
  const subject =
    draft.policyId === null ? { newAtTarget: targetIds[0] ?? '' } : { policyId: draft.policyId };
  const confirm = lowestCommonEntity(tree, targetIds);
  const { services, findings } = draft;
  const risk = riskOf({
    findings,
    services,
    accounts: accountIds.length,
    youngAccounts,
    certificate,
    thresholdDays,
    configuration,
  });
  const { requiredApprovals, highRisk } = configuration;
  const content: Omit<ChangeContent, 'digest'> = {
    id: changeId(tree.id, subject, base),
    revision: 1,
    organizationId: tree.id,
    kind: draft.kind,
    policyId: draft.policyId,
    policyName: draft.policyName,
    targets: draft.targets,
    confirm: confirm.name,
    confirmEntityId: confirm.id,
    services,
    before: draft.before,
    after: draft.after,
    ...stepsOf(draft, request),
    accountIds,
    affectedAccounts: affectedAccounts(tree, accountIds, cutOff),
    evidence: serviceEvidence(services, findings, facts),
    certificate,
    risk,
    thresholdDays,
    requiredApprovals:
      risk.level === 'high' ? Math.max(requiredApprovals, highRisk.approvals) : requiredApprovals,
    baseDigest: base,
    choice: draft.choice,
    findingIds: findings.map((finding) => finding.id).sort(),
    asOf: request.asOf,
    reviewId: request.reviewId,
  };
  return { ...content, digest: changeDigest(content) };
}

function stepsOf(
  draft: PolicyDraft,
  request: ReviewRequest,
): { readonly steps: readonly Step[]; readonly undoSteps: readonly UndoStep[] } {
  const { policyId, before, after } = draft;
  if (policyId !== null && before !== null) {
    return {
      steps: [{ kind: 'update-policy', policyId, before, after }],
      undoSteps: [{ kind: 'restore-policy', policyId, expected: after, content: before }],
    };
  }
  const description = `Denies services not used for more than ${request.thresholdDays} days. Made by org-access-reviewer.`;
  const attach = draft.targets.map((target): Step => ({ kind: 'attach-policy', targetId: target.id }));
  const detach = draft.targets.map((target): UndoStep => ({ kind: 'detach-policy', targetId: target.id }));
  return {
    steps: [{ kind: 'create-policy', name: draft.policyName, description, content: after }, ...attach],
    undoSteps: [...detach.reverse(), { kind: 'delete-policy', expected: after }],
  };
}
