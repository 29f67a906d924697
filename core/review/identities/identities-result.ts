import type { PrincipalEffect } from '../../change/content/identity-part.ts';
import type { PrincipalName } from '../../identity/account-identities.ts';
import type { IdentityCode } from '../../identity/identity-refusal.ts';
import type { ReportLevel } from '../../identity/identity-report.ts';
import type { IdentityStep } from '../../identity/identity-step.ts';
import type { Certificate } from '../../proof/verdict.ts';
import type { ReviewMetrics } from '../review-result.ts';

/** One identity that was judged, and what came of its report. */
export interface SubjectResult {
  readonly type: PrincipalName['type'] | 'policy';
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly report:
    | { readonly jobId: string; readonly completedAt: string; readonly services: number }
    | { readonly failed: { readonly code: string; readonly message: string } }
    /** It was not asked for: nothing could follow from it. */
    | { readonly notJudged: { readonly code: string; readonly message: string } };
  /** What it used within the threshold; absent where no report tells. */
  readonly inUse?: readonly UseResult[];
}

/** One service that a subject used within the threshold, and how it comes by it. */
export interface UseResult {
  readonly serviceNamespace: string;
  readonly serviceName: string;
  readonly lastAccessedAt: string;
  /** ARNs, latest first: for groups and policies who used it by them; empty for users and roles. */
  readonly usedBy: readonly string[];
  readonly grants: readonly GrantResult[];
}

/** One tracked action with its last attempt. */
export interface ActionResult {
  readonly name: string;
  /** Null: not accessed in the tracking period. */
  readonly lastAccessedAt: string | null;
  readonly region?: string | null;
}

/** One path by which a subject comes by a service. */
export interface GrantResult {
  readonly policyName: string;
  readonly policyArn: string | null;
  readonly policyType: 'customer-managed' | 'aws-managed' | 'inline';
  readonly attachedTo: PrincipalName;
  readonly via: 'direct' | { readonly group: string };
}

/** What to do about one path of a finding, and why. */
export interface AdviceResult {
  readonly do:
    | 'new-version'
    | 'edit-inline'
    | 'detach'
    | 'leave-group'
    | 'delete-policy'
    | 'replace-by-copy'
    | 'deny-all'
    | 'keep';
  readonly policyName: string | null;
  readonly from: PrincipalName | null;
  readonly why: string;
}

/** One finding as the result and the events give it: times as ISO 8601. */
export interface IdentityFindingResult {
  readonly id: string;
  readonly kind: 'lapsed' | 'never-used' | 'unused-role' | 'unused-actions';
  readonly subjectArn: string;
  readonly serviceNamespace: string | null;
  readonly serviceName: string;
  readonly actions?: {
    readonly used: readonly ActionResult[];
    readonly unused: readonly ActionResult[];
    readonly notTracked: readonly string[];
    readonly notPermitted: readonly string[];
  };
  readonly lastAccessedAt: string | null;
  readonly daysUnused: number | null;
  readonly lastAccessedBy: string | null;
  readonly lastAccessedRegion: string | null;
  readonly usedBy: readonly string[];
  readonly grants: readonly GrantResult[];
  readonly advice: readonly AdviceResult[];
  readonly status: 'open' | 'exempt' | 'kept' | 'held';
  readonly reason?: IdentityCode;
  readonly note?: string;
}

/** One drafted change of an account. */
export interface IdentityChangeResult {
  readonly id: string;
  readonly revision: number;
  readonly kind: 'iam';
  readonly accountId: string;
  readonly title: string;
  readonly confirm: string;
  /** Namespaces that are taken away, sorted. */
  readonly services: readonly string[];
  readonly actions?: readonly string[];
  /** ARNs of everybody whose access changes. */
  readonly principals: readonly string[];
  /** Who loses and keeps what, by service; those to whom the same is done stand together, who loses most first. */
  readonly effects: readonly PrincipalEffect[];
  readonly notes: readonly string[];
  readonly steps: readonly IdentityStep[];
  readonly certificate: Certificate;
  readonly risk: { readonly level: 'low' | 'medium' | 'high'; readonly flags: readonly string[] };
  readonly digest: string;
  readonly requiredApprovals: number;
}

/** One thing that the review will not do, as the result gives it. */
export interface IdentityRefusalResult {
  readonly code: IdentityCode;
  readonly subjectArn?: string;
  readonly policyArn?: string;
  readonly services?: readonly string[];
  readonly detail: string;
  readonly patch?: { readonly before: string; readonly after: string };
}

/** The result of a review of identities, version 1: what `oar identities review --format json` prints. */
export interface IdentitiesResult {
  readonly version: 1;
  readonly kind: 'identities';
  readonly reviewId: string;
  readonly accountId: string;
  readonly asOf: string;
  readonly thresholdDays: number;
  readonly level: ReportLevel;
  readonly status: 'completed' | 'partial';
  readonly subjects: readonly SubjectResult[];
  readonly findings: readonly IdentityFindingResult[];
  readonly changes: readonly IdentityChangeResult[];
  readonly refusals: readonly IdentityRefusalResult[];
  readonly metrics: ReviewMetrics;
}
