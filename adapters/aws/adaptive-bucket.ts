import type { Clock } from '../ports.ts';
import type { TokenBucket } from './token-bucket.ts';

/** How far back calls are counted that AWS took, and how much of that must have passed to tell a rate, in milliseconds. */
const window = { longest: 2_000, shortest: 1_000 };
/** After a throttle the rate is at most so much of what it was, and so much of what AWS took; throttles of the same second tell nothing new. */
const decrease = { ofRate: 0.9, ofTaken: 0.95 };
const episodeMilliseconds = 1_000;
/** Growth of the rate a second, for each second without a throttle: a little at first, fast where nothing happens. */
const growth = 0.05;
/** The rate never falls below this, in calls a second: nothing is throttled for ever. */
const lowestRate = 2;
/** A throttle after few calls tells that others use the same quota, not what AWS takes: it is then slowed down to this, in calls a second. */
const leastLearned = 5;
/** The next in the queue looks at the rate again after so many milliseconds at most. */
const longestLook = 200;
/** What a busy process did not take in time it may take for so long afterwards, in seconds: its timers come late. */
const savedSeconds = 0.2;
/** A rate that has grown to this is no limit: everything passes again, in calls a second. */
const noLimit = 1_000;

interface Pace {
  /** At `slowedAt`, in calls a second. */
  readonly slowedTo: number;
  readonly slowedAt: number;
  tokens: number;
  countedAt: number;
}

/** A token bucket of an operation whose rate AWS does not publish. It lets everything pass until AWS throttles, then goes on at what AWS took, a little less at each throttle, and more again while there is none. */
export function createAdaptiveBucket(clock: Clock): TokenBucket {
  const taken: number[] = [];
  let pace: Pace | null = null;
  let queue: Promise<void> = Promise.resolve();

  const rateOf = ({ slowedAt, slowedTo }: Pace): number => {
    const seconds = Math.max(0, clock.now() - slowedAt) / 1000;
    return slowedTo * Math.exp((growth * seconds ** 2) / 2);
  };

  const count = (): void => {
    if (!pace) return;
    const rate = rateOf(pace);
    const seconds = Math.max(0, clock.now() - pace.countedAt) / 1000;
    pace.tokens = Math.min(Math.max(1, rate * savedSeconds), pace.tokens + seconds * rate);
    pace.countedAt = clock.now();
    if (rate >= noLimit) pace = null;
  };

  /** Calls a second that AWS took of late, or since the last throttle. */
  const takenRate = (since: number): number => {
    const now = clock.now();
    const start = Math.max(since, now - window.longest);
    const calls = taken.filter((at) => at >= start).length;
    return calls / (Math.max(window.shortest, now - start) / 1000);
  };

  const slowDown = (): void => {
    const now = clock.now();
    if (pace && now - pace.slowedAt < episodeMilliseconds) return;
    const slowedTo = pace
      ? Math.max(
          lowestRate,
          rateOf(pace) / 2,
          Math.min(rateOf(pace) * decrease.ofRate, takenRate(pace.slowedAt) * decrease.ofTaken),
        )
      : Math.max(leastLearned, takenRate(taken[0] ?? now) * decrease.ofTaken);
    pace = { slowedTo, slowedAt: now, countedAt: now, tokens: 0 };
  };

  /** The first in the queue looks again and again: the rate may have grown while it waited. */
  const leave = async (): Promise<void> => {
    for (count(); pace && pace.tokens < 1; count()) {
      const milliseconds = ((1 - pace.tokens) / rateOf(pace)) * 1000;
      await clock.wait(Math.max(1, Math.min(milliseconds, longestLook)));
    }
    if (pace) pace.tokens -= 1;
  };

  return {
    take: () => {
      queue = queue.then(leave);
      return queue;
    },
    passed: () => {
      const now = clock.now();
      while ((taken[0] ?? now) < now - window.longest) taken.shift();
      taken.push(now);
    },
    throttled: () => {
      count();
      slowDown();
    },
    rate: () => (pace ? rateOf(pace) : Number.POSITIVE_INFINITY),
  };
}
