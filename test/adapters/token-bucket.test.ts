import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createTokenBucket } from '../../adapters/aws/token-bucket.ts';
import type { Clock } from '../../adapters/ports.ts';

/** A clock that jumps: waiting takes no time. */
const jumpingClock = (): Clock & { pass: (milliseconds: number) => void } => {
  let now = 0;
  return {
    now: () => now,
    wait: async (milliseconds) => {
      now += milliseconds;
    },
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
};

// Two is the smallest burst that AWS publishes.
test('law: in no span of time do more calls leave than burst and rate allow', async () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 2, max: 30 }),
      pauses,
      async (rate, burst, waits) => {
        const clock = jumpingClock();
        const bucket = createTokenBucket({ rate, burst }, clock);
        const left: number[] = [];
        for (const pause of waits) {
          clock.pass(pause);
          await bucket.take();
          left.push(clock.now());
        }
        for (const [first, start] of left.entries()) {
          for (const [last, end] of left.entries()) {
            if (last < first) continue;
            expect(last - first + 1).toBeLessThanOrEqual(burst + ((end - start) / 1000) * rate + 1e-6);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('a throttle halves the rate down to a floor; it grows back within ten seconds', () => {
  const clock = jumpingClock();
  const bucket = createTokenBucket({ rate: 8, burst: 12 }, clock);
  bucket.throttled();
  expect(bucket.rate()).toBe(4);
  clock.pass(1_000);
  expect(bucket.rate()).toBeCloseTo(4.8);
  for (let times = 0; times < 20; times += 1) bucket.throttled();
  expect(bucket.rate()).toBe(0.5);
  clock.pass(10_000);
  expect(bucket.rate()).toBe(8);
});

test('callers that wait are served in the order they came', async () => {
  const waits: number[] = [];
  const clock: Clock = {
    now: () => 0,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
  };
  const bucket = createTokenBucket({ rate: 2, burst: 1 }, clock);
  await Promise.all([bucket.take(), bucket.take(), bucket.take()]);
  expect(waits).toEqual([500, 1_000]);
});
