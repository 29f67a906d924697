import type { Clock } from '../ports.ts';
import type { TokenBucket } from './token-bucket.ts';

/** How far back calls are counted to learn what AWS takes, in milliseconds. */
const windowMilliseconds = 2_000;
/** A throttle takes this share of the rate; those of the same second tell nothing new. */
const decrease = 0.85;
const episodeMilliseconds = 1_000;
/** Growth of the rate each second, as a share of the rate after the last throttle. */
const growthSharePerSecond = 0.05;
/** The rate never falls below this, in calls a second: nothing is throttled for ever. */
const lowestRate = 0.5;

/** A token bucket of an operation whose rate AWS does not publish. It lets everything pass until AWS throttles, then goes on at what AWS took, a little less at each throttle, and a little more while there is none. */
export function createAdaptiveBucket(clock: Clock): TokenBucket {
  const sent: number[] = [];
  let pace: { rate: number; countedAt: number; growth: number; tokens: number; slowedAt: number } | null =
    null;

  const count = (): void => {
    if (!pace) return;
    const now = clock.now();
    const seconds = Math.max(0, now - pace.countedAt) / 1000;
    pace.tokens = Math.min(1, pace.tokens + seconds * pace.rate);
    pace.rate += seconds * pace.growth;
    pace.countedAt = now;
  };

  const slowDownTo = (wanted: number): void => {
    const now = clock.now();
    const rate = Math.max(lowestRate, wanted);
    pace = {
      rate,
      countedAt: now,
      growth: rate * growthSharePerSecond,
      tokens: Math.min(0, pace?.tokens ?? 0),
      slowedAt: now,
    };
  };

  return {
    take: async () => {
      count();
      if (pace) {
        // Going below zero reserves a place: whoever comes later waits for one token more.
        pace.tokens -= 1;
        if (pace.tokens < 0) await clock.wait(Math.ceil((-pace.tokens / pace.rate) * 1000));
        return;
      }
      const now = clock.now();
      while ((sent[0] ?? now) <= now - windowMilliseconds) sent.shift();
      sent.push(now);
    },
    throttled: () => {
      count();
      if (!pace) {
        // The call that was throttled was not taken.
        const first = sent[0] ?? clock.now();
        const seconds = Math.max(episodeMilliseconds, clock.now() - first) / 1000;
        slowDownTo((sent.length - 1) / seconds);
      } else if (clock.now() - pace.slowedAt >= episodeMilliseconds) {
        slowDownTo(pace.rate * decrease);
      }
    },
    rate: () => {
      count();
      return pace?.rate ?? Number.POSITIVE_INFINITY;
    },
  };
}
