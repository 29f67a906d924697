/** Reads what AWS Account Management knows of accounts. */
export interface AccountRegions {
  /** The Regions that an account may use, sorted: enabled, or being enabled or disabled. Throws `AwsRefusal`. */
  enabledRegions(accountId: string): Promise<readonly string[]>;
}
