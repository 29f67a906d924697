import type { Subject } from '../change/content/subject.ts';
import type { Seen } from './kind.ts';

/**
 * Whether a review may tell anything of a change, by what a list of changes says of it: a review of one account's IAM
 * tells of that account's changes alone. Where it may not, the change need not be read.
 */
export function concerns(seen: Seen, { policyId }: { readonly policyId: Subject['listedId'] }): boolean {
  return seen.review === 'organization' || policyId === seen.account.accountId;
}
