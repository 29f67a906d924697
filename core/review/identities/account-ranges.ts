/** A part of a list of accounts: from this place on, up to and without that one. */
export interface AccountRange {
  readonly from: number;
  readonly to: number;
}

/** Invocations at a time: an AWS account has 1,000 of Lambda as a rule and 10 at its beginning, which every other function shares. */
const mostInvocations = 8;

/** Step Functions hands on 256 KB at most, and a range takes some 25 bytes of them: far below that, and 100 accounts of 50,000 each. */
const mostRanges = 500;

/** How many invocations run at a time, and how many accounts each is in, so that all together are in so many accounts at most. */
export function widthsOf(accountsSideBySide: number): {
  readonly invocations: number;
  readonly accounts: number;
} {
  const invocations = Math.min(mostInvocations, accountsSideBySide);
  return { invocations, accounts: Math.floor(accountsSideBySide / invocations) };
}

/** The list of so many accounts in ranges, each as wide as one invocation is at least. */
export function rangesOf(accounts: number, width: number): readonly AccountRange[] {
  const size = Math.max(width, Math.ceil(accounts / mostRanges));
  return Array.from({ length: Math.ceil(accounts / size) }, (_, index) => ({
    from: index * size,
    to: Math.min(accounts, (index + 1) * size),
  }));
}
