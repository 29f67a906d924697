import type { RefusalCode } from '../base/refusal.ts';

/** Every code with which a review of identities refuses an edit, holds a finding or keeps a permission. */
export type IdentityCode =
  | RefusalCode
  | 'AWS_MANAGED'
  | 'SERVICE_LINKED'
  | 'IDENTITY_CENTER'
  | 'NEW_PRINCIPAL'
  | 'NEW_PERMISSION'
  | 'USED_BY_OTHERS'
  | 'NOT_TRACKED'
  | 'UNREACHABLE_ACCOUNT'
  | 'KEEP_MARK'
  | 'BOUNDARY'
  | 'LAST_ADMINISTRATOR'
  | 'IN_SERVICE'
  | 'EXEMPT';

/** A code with a sentence that names the thing, the cause and the way out. */
export interface IdentityReason {
  readonly code: IdentityCode;
  readonly detail: string;
}

/** One thing that the review will not do, and why. */
export interface IdentityRefusal extends IdentityReason {
  readonly subjectArn?: string;
  readonly policyArn?: string;
  /** Namespaces, sorted. */
  readonly services?: readonly string[];
  /** For what somebody else manages: the edit that its owner may make. */
  readonly patch?: { readonly before: string; readonly after: string };
}
