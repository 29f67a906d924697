/** One AWS operation that a command will call, and how often. */
export interface PlannedCall {
  /** As IAM names the action, such as `organizations:ListRoots`. */
  readonly call: string;
  /** How many, in words or as a formula: `one a page of 20 accounts, twice`. */
  readonly howMany: string;
  /** What it is for. */
  readonly purpose: string;
}
