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

/** Asks AWS's policy simulator, which judges texts and changes nothing. */
export interface Simulator {
  /**
   * Whether the SCPs of these levels, root first, allow each action in a request with this context. With `policies`:
   * whether the SCPs and these policies of the caller do. Throws `AwsRefusal`.
   */
  allowed(
    levels: readonly (readonly string[])[],
    actions: readonly string[],
    context: Readonly<Record<string, string>>,
    policies?: readonly string[],
  ): Promise<Readonly<Record<string, boolean>>>;
}

/** What a query came to: its rows, a record of cells by column each. */
export type QueryRows = readonly Readonly<Record<string, string | null>>[];

/** Where a query runs, and for how long it is waited for. */
export interface QueryRun {
  readonly workgroup: string;
  readonly outputLocation: string | null;
  /** 32 to 128 characters: a query with a token that was given before is the one that runs already, or has ended. */
  readonly token: string;
  readonly milliseconds: number;
}

/** Queries the organization's trail through Athena. */
export interface TrailQueries {
  /** The rows of a query, which is waited for. Throws `AwsRefusal`, `QUERY_FAILED` where Athena could not run it and `QUERY_TIMED_OUT` where it outlasts our bound. */
  rowsOf(sql: string, run: QueryRun): Promise<QueryRows>;
  /** What the queries so far scanned and AWS charges for, in bytes. */
  scannedBytes(): number;
}
