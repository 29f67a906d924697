import type { OrganizationTree } from '../../organization/organization.ts';
import { accountsBelow, entityOf, isWithin } from '../../organization/organization.ts';
import type { IdentitiesResult } from './identities-result.ts';

/** One account of a summary: what came of its review. */
export interface AccountSummary {
  readonly accountId: string;
  readonly name: string;
  readonly status: 'completed' | 'partial' | 'unreachable';
  /** Only of an account of which nothing is known: it could not be entered or not read to the end, or its review failed. */
  readonly code?: 'UNREACHABLE_ACCOUNT' | 'REVIEW_FAILED';
  /** The operation with AWS's code and words, and the permission that is missing. */
  readonly detail?: string;
  /** Findings that are open. */
  readonly findings: number;
  readonly changes: number;
  /** Where the account's own result is kept; absent where none is. */
  readonly reviewId?: string;
}

/** What a review of the identities of many accounts found: a line for each account, those with most findings first. */
export interface IdentitiesSummary {
  readonly version: 1;
  readonly kind: 'identities-summary';
  readonly reviewId: string;
  readonly accounts: readonly AccountSummary[];
  readonly totals: {
    readonly accounts: number;
    readonly completed: number;
    readonly partial: number;
    readonly unreachable: number;
    readonly findings: number;
    readonly changes: number;
  };
}

/** An account that a review goes into. */
export interface AccountToReview {
  readonly id: string;
  readonly name: string;
}

/** Every ACTIVE account of a root, OU or account, the management account first where it lies there: IAM binds it as any other. Throws for an entity that the tree does not have. */
export function accountsToReview(tree: OrganizationTree, scopeId: string): readonly AccountToReview[] {
  const { managementAccountId } = tree;
  const members = accountsBelow(tree, scopeId).filter(({ state }) => state === 'ACTIVE');
  const own = isWithin(tree, managementAccountId, scopeId) ? [entityOf(tree, managementAccountId)] : [];
  return [...own, ...members].map(({ id, name }) => ({ id, name }));
}

/** The line of an account that was reviewed. */
export function summaryOfResult({ id, name }: AccountToReview, result: IdentitiesResult): AccountSummary {
  const findings = result.findings.filter(({ status }) => status === 'open').length;
  return { accountId: id, name, status: result.status, findings, changes: result.changes.length };
}

/** The line of an account of which nothing is known, with the reason. */
export function unreachableSummary(
  { id, name }: AccountToReview,
  detail: string,
  code: NonNullable<AccountSummary['code']> = 'UNREACHABLE_ACCOUNT',
): AccountSummary {
  return { accountId: id, name, status: 'unreachable', code, detail, findings: 0, changes: 0 };
}

/** The summary of the lines, those with most findings first; accounts of which nothing is known come last. */
export function identitiesSummaryOf(reviewId: string, lines: readonly AccountSummary[]): IdentitiesSummary {
  const accounts = [...lines].sort(
    (a, b) =>
      Number(a.status === 'unreachable') - Number(b.status === 'unreachable') ||
      b.findings - a.findings ||
      a.accountId.localeCompare(b.accountId),
  );
  const having = (status: AccountSummary['status']): number =>
    lines.filter((line) => line.status === status).length;
  return {
    version: 1,
    kind: 'identities-summary',
    reviewId,
    accounts,
    totals: {
      accounts: lines.length,
      completed: having('completed'),
      partial: having('partial'),
      unreachable: having('unreachable'),
      findings: lines.reduce((total, { findings }) => total + findings, 0),
      changes: lines.reduce((total, { changes }) => total + changes, 0),
    },
  };
}

/** Whether every account was judged to the end. */
export function isWhole({ totals }: Pick<IdentitiesSummary, 'totals'>): boolean {
  return totals.completed === totals.accounts;
}

/** What the accounts that lie directly in one root or OU have together. */
export interface PlaceSummary {
  /** The shortest path of names that belongs to it alone. */
  readonly place: string;
  readonly accounts: number;
  readonly findings: number;
  readonly changes: number;
}

/** The lines of a summary by the root or OU in which the accounts lie, those with most findings first. */
export function byPlace(tree: OrganizationTree, { accounts }: IdentitiesSummary): readonly PlaceSummary[] {
  const places = new Map<string, PlaceSummary>();
  for (const { accountId, changes, findings } of accounts) {
    const { parentId } = entityOf(tree, accountId);
    if (parentId === null) throw new Error(`account ${accountId} lies nowhere`);
    const place = entityOf(tree, parentId).shortPath;
    const before = places.get(parentId) ?? { place, accounts: 0, findings: 0, changes: 0 };
    places.set(parentId, {
      place,
      accounts: before.accounts + 1,
      findings: before.findings + findings,
      changes: before.changes + changes,
    });
  }
  return [...places.values()].sort((a, b) => b.findings - a.findings || (a.place < b.place ? -1 : 1));
}
