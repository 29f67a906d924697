/** Every code with which a review refuses a change or holds a finding. */
export type RefusalCode =
  | 'NO_CAPACITY'
  | 'USED_AT_TARGET'
  | 'EVIDENCE_MISSING'
  | 'FOREIGN_POLICY'
  | 'MALFORMED_POLICY'
  | 'POLICY_NOT_RELEVANT'
  | 'CERTIFICATE_FAILED'
  | 'MOVED_ACCOUNT'
  | 'ROOT_NOT_ALLOWED'
  | 'FAMILY_IN_USE'
  | 'NEW_SERVICE'
  | 'SEASONAL'
  | 'NEWLY_ALLOWED'
  | 'REGION_NOT_COVERED'
  | 'RUNNING_RESOURCES'
  | 'CALLED_AT_TARGET'
  | 'EXEMPTION_IN_USE'
  | 'YOUNG_ACCOUNTS'
  | 'TOO_LARGE'
  | 'DEFERRED';

/** One thing that the review will not do, and why. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly entityId?: string;
  readonly policyId?: string;
  /** Namespaces, sorted. */
  readonly services?: readonly string[];
  /** A sentence that names the thing, the cause and the way out. */
  readonly detail: string;
  /** For a policy that somebody else manages: the edit that its owner may make. */
  readonly patch?: { readonly policyId: string; readonly before: string; readonly after: string };
}
