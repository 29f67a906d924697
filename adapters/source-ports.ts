import type { SpendRow } from '../core/finding/spend.ts';

/** Reads what AWS Account Management knows of accounts. */
export interface AccountRegions {
  /** The Regions that an account may use, sorted: enabled, or being enabled or disabled. Throws `AwsRefusal`. */
  enabledRegions(accountId: string): Promise<readonly string[]>;
}

/** Reads what accounts spend, as Cost Explorer knows it about a day later. */
export interface Spending {
  /** What accounts spent between two days (`YYYY-MM-DD`, the second one left out), a row for each account and name. Throws `AwsRefusal`. */
  spendOf(accountIds: readonly string[], from: string, to: string): Promise<readonly SpendRow[]>;
}
