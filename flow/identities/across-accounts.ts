import { concurrently } from '../../adapters/concurrently.ts';
import { namedEntity } from '../../core/organization/named-entity.ts';
import type { OrganizationTree } from '../../core/organization/organization.ts';
import type { IdentitiesResult } from '../../core/review/identities/identities-result.ts';
import {
  type AccountSummary,
  type AccountToReview,
  accountsToReview,
  type IdentitiesSummary,
  identitiesSummaryOf,
  summaryOfResult,
  unreachableSummary,
} from '../../core/review/identities/identities-summary.ts';
import type { IdentityEvent } from '../../core/review/identities/identity-event.ts';
import { callFailureOf } from '../apply-ports.ts';
import { BadEvent } from '../bad-event.ts';
import type { OrganizationContext } from './account-context.ts';
import { type IdentityReviewPorts, type ReviewGiven, reviewAccount } from './review-account.ts';

/** What is said once an account is done. */
export interface AccountProgress {
  readonly account: AccountSummary;
  readonly done: number;
  readonly accounts: number;
}

/**
 * Reviews the identities of every ACTIVE account of an entity (its id, name or path of names; null: of all), so many side by side. An account that cannot be read is a
 * line of the summary. A whole result is handed to `onResult`, awaited, and let go: only its counts stay in memory.
 * Throws `BadEvent` for an entity that is not there.
 */
export async function reviewAccounts(
  ports: IdentityReviewPorts,
  ou: string | null,
  event: IdentityEvent,
  given: Omit<ReviewGiven, 'onProgress' | 'organization' | 'standing'> & {
    readonly organization: OrganizationContext;
    readonly onResult?: (result: IdentitiesResult) => Promise<void>;
    readonly onAccount?: (progress: AccountProgress) => void;
  },
): Promise<IdentitiesSummary> {
  const { onAccount, onResult, ...review } = given;
  const { tree } = given.organization;
  const accounts = accountsToReview(tree, scopeNamed(tree, ou));
  let done = 0;
  let ended: string | null = null;
  // What is thrown here every other account would meet too: nobody is asked a thousand times with credentials that ended.
  const openToRead: typeof ports.sessions.openToRead = async (accountId) => {
    try {
      return await ports.sessions.openToRead(accountId);
    } catch (error) {
      // A connection that failed once may stand for the next account.
      if (callFailureOf(error)?.kind !== 'endpoint') ended = detailOf(error);
      throw error;
    }
  };
  const entering = { ...ports, sessions: { ...ports.sessions, openToRead } };
  const reviewOne = async (account: AccountToReview): Promise<AccountSummary> => {
    if (ended !== null) return unreachableSummary(account, ended);
    try {
      const run = await reviewAccount(entering, account.id, event, review);
      if (run.status === 'unreachable') return unreachableSummary(account, run.message);
      await onResult?.(run.result);
      return summaryOfResult(account, run.result);
    } catch (error) {
      const detail = detailOf(error);
      if (detail === null) throw error;
      return unreachableSummary(account, detail);
    }
  };
  const sideBySide = given.configuration.identities.accountsSideBySide;
  const lines = await concurrently(accounts, sideBySide, async (account) => {
    const line = await reviewOne(account);
    done += 1;
    onAccount?.({ account: line, done, accounts: accounts.length });
    return line;
  });
  return identitiesSummaryOf(given.reviewId, lines);
}

/** What AWS said, its code and the missing permission with it, or null where the error is none of AWS's: then it is a bug. */
function detailOf(error: unknown): string | null {
  return callFailureOf(error)?.message ?? null;
}

/** The id of the root, OU or account that a person names, that of the root where none is. Throws `BadEvent` for one that is not there. */
export function scopeNamed(tree: OrganizationTree, ou: string | null): string {
  if (ou === null) return tree.rootId;
  const named = namedEntity(tree, ou);
  if ('why' in named) throw new BadEvent(`ou: ${named.why}`);
  return named.id;
}
