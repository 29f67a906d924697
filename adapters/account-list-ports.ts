import type { StartedBy } from '../core/change/life/starter.ts';
import type { OrganizationFacts } from '../core/organization/organization.ts';
import type { ServiceControlPolicy } from '../core/policy/service-control-policy.ts';
import type { AccountSummary, AccountToReview } from '../core/review/identities/identities-summary.ts';
import type { IdentityEvent } from '../core/review/identities/identity-event.ts';

/** What a review of the identities of many accounts goes by, as it was at its beginning, so that each of its invocations sees the same. */
export interface AccountList {
  readonly reviewId: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Who started it, or had it go on. */
  readonly startedBy: StartedBy;
  readonly event: IdentityEvent;
  /** Sorted by id. */
  readonly accounts: readonly AccountToReview[];
  readonly facts: OrganizationFacts;
  readonly policies: readonly ServiceControlPolicy[];
}

/** What came of one account, and which changes its review proposed. */
export interface AccountLine {
  readonly account: AccountSummary;
  readonly changeIds: readonly string[];
}

/** Keeps the accounts of a review of many, and a line for each that is done. */
export interface AccountListStore {
  /** Writes the list in place of an earlier one; the table may drop it from `expiresAt` (epoch ms) on. */
  keep(list: AccountList, expiresAt: number): Promise<void>;
  /** The list, or null where none is kept. Read consistently. */
  load(reviewId: string): Promise<AccountList | null>;
  /** Writes the line of an account, once: false where there is one already. */
  keepLine(reviewId: string, line: AccountLine, expiresAt: number): Promise<boolean>;
  /** The lines that are there of the accounts from this id to that one, both included, by account id. Read consistently. */
  lines(reviewId: string, firstId: string, lastId: string): Promise<ReadonlyMap<string, AccountLine>>;
  /** Counts in the progress of the review what is done and no longer open, however many do so at once; 0 is a sign of life at this instant (epoch ms). Does nothing where no progress is kept. */
  countDone(reviewId: string, done: number, at: number): Promise<void>;
}
