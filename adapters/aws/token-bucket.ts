import type { Clock } from '../ports.ts';

/** Paces the calls of one AWS operation. */
export interface TokenBucket {
  /** Resolves when the next call may leave; callers are served in the order they asked. */
  take(): Promise<void>;
  /** Tells that AWS throttled a call: fewer leave from now on. */
  throttled(): void;
  /** Tells that AWS took a call; a bucket with a published rate need not know. */
  passed?(): void;
  /** Calls a second that are allowed now. */
  rate(): number;
}

/** Half a token stays unused, so that a call which travels faster than the one before it is not throttled. */
const slackTokens = 0.5;
/** The rate never falls below this share of the published one. */
const lowestShare = 1 / 16;
/** After a throttle the rate grows by this share of the published one every second. */
const growthSharePerSecond = 0.1;

/** A token bucket at a published rate (calls a second) and burst (calls at once). Other tools draw on the same quota of the account, so a throttle halves the rate, which then grows back within ten seconds. */
export function createTokenBucket(
  published: { readonly rate: number; readonly burst: number },
  clock: Clock,
): TokenBucket {
  const capacity = Math.max(1, published.burst - slackTokens);
  let tokens = capacity;
  let rate = published.rate;
  let countedAt = clock.now();

  const count = (): void => {
    const now = clock.now();
    const seconds = Math.max(0, now - countedAt) / 1000;
    tokens = Math.min(capacity, tokens + seconds * rate);
    rate = Math.min(published.rate, rate + seconds * growthSharePerSecond * published.rate);
    countedAt = now;
  };

  return {
    take: async () => {
      count();
      // Going below zero reserves a place: whoever comes later waits for one token more.
      tokens -= 1;
      if (tokens < 0) await clock.wait(Math.ceil((-tokens / rate) * 1000));
    },
    throttled: () => {
      count();
      rate = Math.max(published.rate * lowestShare, rate / 2);
      tokens = Math.min(tokens, 0);
    },
    rate: () => {
      count();
      return rate;
    },
  };
}
