import type { Configuration } from '../../../base/configuration.ts';
import { dayMilliseconds } from '../../../base/limits.ts';
import type { ChangeContent } from '../../../change/content/change.ts';
import { baseDigest, changeId, digested } from '../../../change/content/digest.ts';
import { type AllowedFacts, allowedLately } from '../../../finding/allowed-lately.ts';
import { entityOf, nameWithId } from '../../../organization/organization.ts';
import { tagsOfNewPolicy } from '../../../policy/own-mark.ts';
import type { Certificate } from '../../../proof/verdict.ts';
import { serviceEvidence } from '../drafting/evidence.ts';
import type { PolicyDraft } from '../drafting/placing.ts';
import { reachOf } from '../drafting/reach.ts';
import { stepsFor } from '../ours/steps.ts';
import { riskOf } from './risk.ts';

/** What of a review's request a proposal depends on. `asOf` in epoch milliseconds. */
export interface ProposalRequest {
  readonly reviewId: string;
  readonly asOf: number;
  readonly thresholdDays: number;
  readonly configuration: Configuration;
}

/** The first revision of the change that a proved draft proposes: steps, blast radius, risk and digest. */
export function changeFrom(
  draft: PolicyDraft,
  certificate: Certificate,
  facts: AllowedFacts,
  request: ProposalRequest,
): ChangeContent {
  const { knowledge } = facts;
  const { tree } = knowledge;
  const { configuration, thresholdDays } = request;
  const targetIds = draft.targets.map((target) => target.id);
  const reach = reachOf(tree, draft.targets, request.asOf - thresholdDays * dayMilliseconds);
  const targets = targetIds.map((id) => entityOf(tree, id));
  const base = baseDigest(draft.before, draft.policyId === null ? [] : targetIds);
  const subject =
    draft.policyId === null ? { newAtTarget: targetIds[0] ?? '' } : { policyId: draft.policyId };
  const { services, findings } = draft;
  const evidence = serviceEvidence(services, findings, targetIds, knowledge, request.asOf).map((entry) => {
    const lately = targets.flatMap((target) => allowedLately(facts, target, entry.serviceNamespace));
    const names = [...new Set(lately.map(({ accountId }) => nameWithId(entityOf(tree, accountId))))].sort();
    return names.length === 0 ? entry : { ...entry, allowedLately: names };
  });
  const risk = riskOf({
    evidence,
    certificate,
    thresholdDays,
    configuration,
    accounts: reach.accountIds.length,
    affectedAccounts: reach.affectedAccounts,
  });
  const { requiredApprovals, highRisk } = configuration;
  return digested({
    id: changeId(tree.id, subject, base),
    revision: 1,
    organizationId: tree.id,
    kind: 'scp',
    steps: stepsFor(draft, thresholdDays, tagsOfNewPolicy(configuration.tags)),
    ...reach,
    services,
    evidence,
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
  });
}
