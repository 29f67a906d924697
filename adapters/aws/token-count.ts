/** Tokens of calls as they stood at an instant; epoch milliseconds and calls a second. */
export interface TokenCount {
  readonly tokens: number;
  readonly rate: number;
  readonly countedAt: number;
}

/** What AWS publishes of an operation: calls a second, and calls at once. */
export interface PublishedRate {
  readonly rate: number;
  readonly burst: number;
}

/** Half a token stays unused, so that a call which travels faster than the one before it is not throttled. */
export const slackTokens = 0.5;
/** The rate never falls below this share of the published one. */
const lowestShare = 1 / 16;
/** After a throttle the rate grows by this share of the published one every second: slowly, since whoever else draws on the quota goes on. */
const growthSharePerSecond = 0.008;

/** The count at a later instant: tokens for the time that passed, up to the capacity, and the rate grown back as far. */
export function countedAt(
  count: TokenCount,
  published: PublishedRate,
  capacity: number,
  now: number,
): TokenCount {
  const seconds = Math.max(0, now - count.countedAt) / 1000;
  return {
    tokens: Math.min(capacity, count.tokens + seconds * count.rate),
    rate: Math.min(published.rate, count.rate + seconds * growthSharePerSecond * published.rate),
    countedAt: Math.max(now, count.countedAt),
  };
}

/** The count after AWS throttled a call: half the rate, and nothing saved. */
export function slowedDown(count: TokenCount, published: PublishedRate): TokenCount {
  return {
    ...count,
    rate: Math.max(published.rate * lowestShare, count.rate / 2),
    tokens: Math.min(count.tokens, 0),
  };
}
