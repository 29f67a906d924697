import type { Subject } from '../change/content/subject.ts';
import type { ChangeStatus } from '../change/life/state.ts';
import type { Seen } from './kind.ts';

/**
 * Whether a review may tell anything of a change, by what a list of changes says of it: a review of one account's IAM
 * tells of that account's changes alone. Where it may not, the change need not be read.
 */
export function concerns(seen: Seen, { policyId }: Pick<ListedChange, 'policyId'>): boolean {
  return seen.review === 'organization' || policyId === seen.account.accountId;
}

/** What a list of changes says of one of them. */
interface ListedChange {
  readonly id: string;
  /** `Subject.listedId`, under its public name. */
  readonly policyId: Subject['listedId'];
  readonly status: ChangeStatus;
}

/** Whether another applied change may have exempted somebody from what this one denies, by its SCP (`p-…`). Else it need not be read. */
export function mayBeExempt({ id, policyId, status }: ListedChange, all: readonly ListedChange[]): boolean {
  if (status !== 'applied') return false;
  return all.some(
    (other) =>
      other.id !== id &&
      other.status === 'applied' &&
      other.policyId?.startsWith('p-') === true &&
      (policyId === null || other.policyId === policyId),
  );
}
