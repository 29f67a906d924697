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

test('a throttle halves the rate down to a floor; it grows back slowly, for whoever else draws on the quota goes on', () => {
  const clock = jumpingClock();
  const bucket = createTokenBucket({ rate: 8, burst: 12 }, clock);
  bucket.throttled();
  expect(bucket.rate()).toBe(4);
  clock.pass(10_000);
  expect(bucket.rate()).toBeCloseTo(4.64);
  for (let times = 0; times < 20; times += 1) bucket.throttled();
  expect(bucket.rate()).toBe(0.5);
  clock.pass(120_000);
  expect(bucket.rate()).toBe(8);
});

test('callers that wait are served in the order they came', async () => {
  const clock = jumpingClock();
  const bucket = createTokenBucket({ rate: 2, burst: 1 }, clock);
  const served: (readonly [caller: number, at: number])[] = [];
  await Promise.all(
    [1, 2, 3].map((caller) => bucket.take().then(() => void served.push([caller, clock.now()]))),
  );
  expect(served).toEqual([
    [1, 0],
    [2, 500],
    [3, 1_000],
  ]);
});

test('a throttle slows those that wait in the queue already', async () => {
  const clock = jumpingClock();
  const bucket = createTokenBucket({ rate: 10, burst: 2 }, clock);
  const left: number[] = [];
  const waiting = Array.from({ length: 5 }, async () => {
    await bucket.take();
    left.push(clock.now());
  });
  bucket.throttled();
  await Promise.all(waiting);
  // Half of ten a second.
  const gaps = left.slice(1).map((at, index) => at - (left[index] ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThan(190);
});
