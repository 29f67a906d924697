import type { ChangeContent } from '../../change/content/change.ts';
import { identityPartOf, identityStepsOf } from '../../change/content/identity-content.ts';
import type { PrincipalEffect } from '../../change/content/identity-part.ts';
import { type Grant, grantsOf } from '../../identity/grants.ts';
import type { IdentityFinding } from '../../identity/identity-finding.ts';
import { isUsed, usersOf } from '../../identity/identity-knowledge.ts';
import type { IdentityReason } from '../../identity/identity-refusal.ts';
import type { IdentityReport } from '../../identity/identity-report.ts';
import type { IdentityCase } from '../../identity/judge.ts';
import type { Subject } from '../../identity/subject.ts';
import type { GrantAdvice } from '../../kinds/iam/advise.ts';
import { withoutCodes } from '../../proof/verdict.ts';
import type { ReviewMetrics } from '../review-result.ts';
import type {
  AdviceResult,
  GrantResult,
  IdentitiesResult,
  IdentityChangeResult,
  IdentityFindingResult,
  SubjectResult,
} from './identities-result.ts';
import type { IdentityFacts, IdentityRequest } from './identity-facts.ts';
import type { IdentityDecision } from './review-identities.ts';

/** The result of a review of identities, from what it decided and what that cost. Times become ISO 8601. */
export function identitiesResultOf(
  decision: IdentityDecision,
  facts: IdentityFacts,
  request: IdentityRequest,
  metrics: ReviewMetrics,
): IdentitiesResult {
  const { judgement } = decision;
  const { reports } = judgement.given.knowledge;
  const isPartial =
    judgement.given.knowledge.wanted.size > 0 || facts.reports.some(({ status }) => status === 'failed');
  return {
    version: 1,
    kind: 'identities',
    reviewId: request.reviewId,
    accountId: facts.account.id,
    asOf: iso(request.asOf),
    thresholdDays: request.thresholdDays,
    level: request.level,
    status: isPartial ? 'partial' : 'completed',
    subjects: judgement.subjects.map((subject) => ({
      ...subjectResult(subject, reports.get(subject.arn), judgement.detection.notJudged.get(subject.arn)),
      ...useResults(judgement.given, subject),
    })),
    findings: decision.findings.map((finding) =>
      findingResult(finding, decision.advice.get(finding.id) ?? []),
    ),
    changes: decision.changes.map((change) => changeResult(change)),
    refusals: decision.refusals,
    metrics,
  };
}

function subjectResult(
  { arn, name, path, type }: Subject,
  report: IdentityReport | undefined,
  notJudged: IdentityReason | undefined,
): SubjectResult {
  const common = { type, name, arn, path };
  if (report?.status === 'completed') {
    const { completedAt, jobId, rows } = report;
    return { ...common, report: { jobId, completedAt: iso(completedAt), services: rows.size } };
  }
  if (report === undefined && notJudged !== undefined)
    return { ...common, report: { notJudged: { code: notJudged.code, message: notJudged.detail } } };
  const failed = report?.failure ?? { code: 'REPORT_PENDING', message: 'the report was not made' };
  return { ...common, report: { failed } };
}

function useResults({ index, knowledge }: IdentityCase, subject: Subject): Pick<SubjectResult, 'inUse'> {
  const report = knowledge.reports.get(subject.arn);
  if (report?.status !== 'completed') return {};
  const inUse = [...report.rows.values()].flatMap((row) => {
    const { lastAccessedAt, serviceName, serviceNamespace } = row;
    if (lastAccessedAt === null || !isUsed(row, knowledge.cutOff)) return [];
    const usedBy = row.usedBy.length === 0 ? [] : usersOf(row, knowledge.cutOff);
    const grants = grantsOf(index, subject, serviceNamespace).map(grantResult);
    return [{ serviceNamespace, serviceName, lastAccessedAt: iso(lastAccessedAt), usedBy, grants }];
  });
  return { inUse };
}

function grantResult({ attachedTo, source, via }: Grant): GrantResult {
  return { policyName: source.name, policyArn: source.arn, policyType: source.type, attachedTo, via };
}

function findingResult(finding: IdentityFinding, advice: readonly GrantAdvice[]): IdentityFindingResult {
  const { actions, grants, lastAccessedAt, note, reason, subject, ...others } = finding;
  return {
    ...others,
    subjectArn: subject.arn,
    ...(actions === undefined ? {} : { actions: actionsResult(actions) }),
    lastAccessedAt: lastAccessedAt === null ? null : iso(lastAccessedAt),
    grants: grants.map(grantResult),
    advice: eachOnce(advice.flatMap((each) => adviceResults(each, finding))),
    ...(reason === undefined ? {} : { reason }),
    ...(note === undefined ? {} : { note }),
  };
}

function actionsResult({ notPermitted, notTracked, unused, used }: NonNullable<IdentityFinding['actions']>) {
  return {
    used: used.map(({ lastAccessedAt, name, region }) => ({
      name,
      lastAccessedAt: iso(lastAccessedAt),
      region,
    })),
    unused: unused.map(({ lastAccessedAt, name }) => {
      return { name, lastAccessedAt: lastAccessedAt === null ? null : iso(lastAccessedAt) };
    }),
    notTracked,
    notPermitted,
  };
}

/** One edit answers every path by the same policy: it is told once. */
function eachOnce(advice: readonly AdviceResult[]): readonly AdviceResult[] {
  const byText = new Map(advice.map((each) => [JSON.stringify(each), each]));
  return [...byText.values()];
}

/** A policy that is deleted is detached first: both are told. */
function adviceResults(
  { edit, grant, why }: GrantAdvice,
  { kind }: IdentityFinding,
): readonly AdviceResult[] {
  const { name: policyName } = grant.source;
  if (edit === null)
    return [{ do: kind === 'unused-role' ? 'deny-all' : 'keep', policyName, from: grant.attachedTo, why }];
  switch (edit.do) {
    case 'delete-policy':
      return [
        { do: 'detach', policyName, from: grant.attachedTo, why },
        { do: 'delete-policy', policyName, from: null, why },
      ];
    case 'leave-group':
      return [{ do: 'leave-group', policyName, from: { type: 'group', name: edit.group }, why }];
    case 'detach':
    case 'replace-by-copy':
    case 'edit-inline':
    case 'deny-all':
      return [{ do: edit.do, policyName, from: grant.attachedTo, why }];
    case 'new-version':
      return [{ do: 'new-version', policyName, from: null, why }];
  }
}

function changeResult(change: ChangeContent): IdentityChangeResult {
  const { certificate, confirm, digest, id, requiredApprovals, revision, risk, services } = change;
  const { accountId, actions, effects, notes, principals, title } = identityPartOf(change);
  const steps = identityStepsOf(change);
  return {
    id,
    revision,
    kind: 'iam',
    accountId,
    title,
    confirm,
    services,
    ...(actions.length === 0 ? {} : { actions }),
    principals,
    effects: largestFirst(effects),
    notes,
    steps,
    certificate: withoutCodes(certificate),
    risk,
    digest,
    requiredApprovals,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function largestFirst(effects: readonly PrincipalEffect[]): readonly PrincipalEffect[] {
  const size = ({ arns, loses, narrowed }: PrincipalEffect): number =>
    arns.length * (loses.length + narrowed.length);
  return [...effects].sort((one, other) => size(other) - size(one));
}
