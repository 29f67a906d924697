import type { Clock } from '../ports.ts';
import { countedAt, type PublishedRate, slackTokens, slowedDown, type TokenCount } from './token-count.ts';

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

/** A token bucket at a published rate (calls a second) and burst (calls at once). Other tools draw on the same quota of the account, so a throttle halves the rate, which then grows back within a minute. */
export function createTokenBucket(published: PublishedRate, clock: Clock): TokenBucket {
  const capacity = Math.max(1, published.burst - slackTokens);
  let count: TokenCount = { tokens: capacity, rate: published.rate, countedAt: clock.now() };
  const counted = (): TokenCount => {
    count = countedAt(count, published, capacity, clock.now());
    return count;
  };
  let queue: Promise<void> = Promise.resolve();
  /** The first in the queue looks again after its wait: a throttle meanwhile slows whoever waits already. */
  const leave = async (): Promise<void> => {
    for (;;) {
      const { rate, tokens } = counted();
      if (tokens >= 1) break;
      await clock.wait(Math.ceil(((1 - tokens) / rate) * 1000));
    }
    count = { ...count, tokens: count.tokens - 1 };
  };
  return {
    take: () => {
      queue = queue.then(leave);
      return queue;
    },
    throttled: () => {
      count = slowedDown(counted(), published);
    },
    rate: () => counted().rate,
  };
}
