import { resultBytes } from '../base/limits.ts';
import type { Refusal } from '../base/refusal.ts';
import type { ChangeContent, Risk } from '../change/content/change.ts';
import { type Edit, editOf } from '../change/content/edit.ts';
import type { AccessReport } from '../finding/access-report.ts';
import {
  activeAccountsBelow,
  chainOf,
  type Entity,
  type EntityType,
  entityOf,
  isWithin,
  type OrganizationTree,
  ownPath,
} from '../organization/organization.ts';
import type { PolicyTarget } from '../policy/service-control-policy.ts';
import { type Certificate, withoutCodes } from '../proof/verdict.ts';
import { type FindingResult, findingResult } from './finding-result.ts';
import { type Answer, type Totals, totalsOf } from './outcome.ts';
import type { ReviewDecision } from './review.ts';
import type { ReviewFacts, ReviewRequest } from './review-facts.ts';
import { type SettingWithoutEffect, settingsWithoutEffect } from './settings-without-effect.ts';

/** How the report of an entity came to be known, or did not. */
export type EntityReport =
  | { readonly jobId: string; readonly completedAt: string; readonly services: number }
  | { readonly inferred: true; readonly from: readonly string[] }
  | { readonly failed: { readonly code: string; readonly message: string } }
  | { readonly pending: true }
  /** Nothing is judged there: nobody could lose a service. */
  | { readonly notJudged: 'NO_ACTIVE_ACCOUNTS' };

/** One entity of the review. */
export interface EntityResult {
  readonly id: string;
  readonly type: EntityType;
  readonly name: string;
  /** Where other entities have that name too: the shortest path of names that is unique, such as `Retail / Prod`. */
  readonly shortPath?: string;
  readonly path: string;
  readonly accounts: number;
  readonly report: EntityReport;
}

/** One proposed change as the result gives it. */
export interface ChangeResult {
  readonly id: string;
  readonly revision: number;
  readonly kind: Edit['kind'];
  readonly policyId: string | null;
  readonly policyName: string;
  readonly targets: readonly PolicyTarget[];
  readonly confirm: string;
  readonly services: readonly string[];
  readonly before: string | null;
  readonly after: string;
  readonly digest: string;
  readonly baseDigest: string;
  readonly accounts: number;
  readonly certificate: Certificate;
  readonly risk: Risk;
  readonly choice: readonly string[];
}

/** What a review cost. */
export interface ReviewMetrics {
  readonly reportJobs: number;
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly throttled: number;
  readonly durationMs: number;
  /** What AWS asks for these calls, in US dollars; absent: nothing. */
  readonly dollars?: number;
  /** What queries of the organization's trail scanned, in bytes; absent: nothing. */
  readonly scannedBytes?: number;
}

/** The result of a review, version 1: what `sls invoke -f review` prints. */
export interface ReviewResult {
  readonly version: 1;
  readonly reviewId: string;
  readonly organizationId: string;
  readonly scope: {
    readonly id: string;
    readonly type: EntityType;
    readonly name: string;
    readonly shortPath?: string;
    readonly path: string;
  };
  readonly asOf: string;
  readonly thresholdDays: number;
  readonly status: 'completed' | 'partial';
  readonly truncated?: true;
  /** Of all findings, also where they are left out. */
  readonly totals: Totals;
  readonly entities: readonly EntityResult[];
  readonly findings: readonly FindingResult[];
  readonly changes: readonly ChangeResult[];
  readonly refusals: readonly Refusal[];
  /** Settings without effect on this organization; absent: none. */
  readonly warnings?: readonly SettingWithoutEffect[];
  readonly metrics: ReviewMetrics;
}

/** The result of a review, from what it decided and what that cost. */
export function resultOf(
  decision: ReviewDecision,
  facts: ReviewFacts,
  request: ReviewRequest,
  metrics: ReviewMetrics,
): ReviewResult {
  const { tree } = facts;
  const scope = entityOf(tree, request.scopeId);
  const entities = entitiesOf(facts, request, decision.changes);
  const findings = decision.findings.map((finding) => findingResult(finding, answerOf(decision, finding.id)));
  const warnings = settingsWithoutEffect(request.configuration, facts, request.asOf);
  const isPartial =
    facts.movedAgainAccountIds.length > 0 ||
    facts.pendingEntityIds.length > 0 ||
    facts.treeNotConfirmed !== undefined ||
    (facts.unreadPolicyIds ?? []).length > 0 ||
    entities.some(({ report }) => 'failed' in report || 'pending' in report);
  return {
    version: 1,
    reviewId: request.reviewId,
    organizationId: tree.id,
    scope: { id: scope.id, type: scope.type, name: scope.name, ...ownPath(scope), path: scope.path },
    asOf: new Date(request.asOf).toISOString(),
    thresholdDays: request.thresholdDays,
    status: isPartial ? 'partial' : 'completed',
    totals: totalsOf(findings),
    entities,
    findings,
    changes: decision.changes.map(changeResult),
    refusals: decision.refusals,
    ...(warnings.length > 0 ? { warnings } : {}),
    metrics,
  };
}

function answerOf({ answers }: ReviewDecision, findingId: string): Answer {
  const answer = answers.get(findingId);
  if (answer === undefined) throw new Error(`finding ${findingId} has no answer`);
  return answer;
}

/** A result small enough for Lambda's answer: without its findings if it would be over 5 MB; the stored review has them all. */
export function fitResult<
  Result extends { readonly findings: readonly unknown[]; readonly truncated?: boolean },
>(result: Result): Result {
  if (Buffer.byteLength(JSON.stringify(result)) <= resultBytes) return result;
  return { ...result, findings: [], truncated: true };
}

/** A change as the result shows it: without what only the stored change needs. */
export function changeResult(change: ChangeContent): ChangeResult {
  const { after, before, kind, policyId, policyName, services, targets } = editOf(change);
  const { id, revision, confirm, digest, baseDigest, certificate, risk, choice } = change;
  const accounts = change.accountIds.length;
  return {
    id,
    revision,
    kind,
    policyId,
    policyName,
    targets,
    confirm,
    services,
    before,
    after,
    digest,
    baseDigest,
    accounts,
    certificate: withoutCodes(certificate),
    risk,
    choice,
  };
}

/** Root and OUs in scope (accounts too at account depth), whatever else was asked, and the targets of the changes. */
function entitiesOf(
  facts: ReviewFacts,
  request: ReviewRequest,
  changes: readonly ChangeContent[],
): readonly EntityResult[] {
  const { tree } = facts;
  const asked = new Set([
    ...facts.reports.map((report) => report.entityId),
    ...facts.pendingEntityIds,
    ...changes.flatMap((change) => editOf(change).targets.map(({ id }) => id)),
  ]);
  const shown = [...tree.entities.values()].filter((entity) => {
    if (asked.has(entity.id) || entity.id === request.scopeId) return true;
    if (entity.id === tree.managementAccountId || !isWithin(tree, entity.id, request.scopeId)) return false;
    return entity.type !== 'account' || request.depth === 'account';
  });
  shown.sort((a, b) => (a.path < b.path ? -1 : 1));
  const reports = new Map(facts.reports.map((report) => [report.entityId, report]));
  const pending = new Set(facts.pendingEntityIds);
  return shown.map((entity) => ({
    id: entity.id,
    type: entity.type,
    name: entity.name,
    ...ownPath(entity),
    path: entity.path,
    accounts: entity.endAccount - entity.firstAccount,
    report: reportOf(tree, entity, reports, pending),
  }));
}

function reportOf(
  tree: OrganizationTree,
  entity: Entity,
  reports: ReadonlyMap<string, AccessReport>,
  pending: ReadonlySet<string>,
): EntityReport {
  const own = reports.get(entity.id);
  if (own?.status === 'failed') return { failed: own.failure };
  if (own)
    return {
      jobId: own.jobId,
      completedAt: new Date(own.completedAt).toISOString(),
      services: own.rows.size,
    };
  if (activeAccountsBelow(tree, entity) === 0) return { notJudged: 'NO_ACTIVE_ACCOUNTS' };
  const chain = chainOf(tree, entity.id).map(({ id }) => id);
  // What lies below an entity that is still to be asked is no better known than that entity.
  if (chain.some((id) => pending.has(id))) return { pending: true };
  return { inferred: true, from: chain.filter((id) => reports.get(id)?.status === 'completed') };
}
