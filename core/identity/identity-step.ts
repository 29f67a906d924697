import type { PrincipalName } from './account-identities.ts';

/** One thing of an account's IAM that can be written. */
export type IdentityResource =
  /** Value: the text of the default version; null: the policy is not there. */
  | { readonly type: 'managed-policy'; readonly arn: string }
  /** Value: the text; null: there is none of that name. */
  | { readonly type: 'inline-policy'; readonly principal: PrincipalName; readonly name: string }
  /** Value: `attached`, or null. */
  | { readonly type: 'policy-attachment'; readonly principal: PrincipalName; readonly policyArn: string }
  /** Value: `member`, or null. */
  | { readonly type: 'membership'; readonly user: string; readonly group: string };

/** One resource with its exact value before and after: a compare-and-set. */
export interface IdentityStep {
  readonly resource: IdentityResource;
  readonly before: string | null;
  readonly after: string | null;
}

/** What some steps of a change are meant to take away from those whom they touch. */
export interface MeantLoss {
  /** Positions in the list of steps, from 0. */
  readonly steps: readonly number[];
  /** Namespaces of which everything may go. */
  readonly services: readonly string[];
  /** Single actions, such as `ec2:CreateFleet`. */
  readonly actions: readonly string[];
}
