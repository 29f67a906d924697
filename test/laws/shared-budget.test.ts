import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSharedBucket } from '../../adapters/aws/shared-bucket.ts';
import { createBudgetStore } from '../../adapters/aws/store-budgets.ts';
import type { TokenBucket } from '../../adapters/aws/token-bucket.ts';
import type { Clock } from '../../adapters/ports.ts';
import { organizationsRates } from '../../core/base/limits.ts';
import { localTable } from '../store/local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
beforeAll(async () => {
  local = await localTable();
});
afterAll(() => local.close());

/** Time that passes for all alike where one of them waits. */
function commonClock(): Clock & { pass(milliseconds: number): void } {
  let now = 1_000_000;
  return {
    now: () => now,
    wait: async (milliseconds) => {
      const end = now + milliseconds;
      await new Promise((resolve) => setTimeout(resolve, 1));
      now = Math.max(now, end);
    },
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}

let budgets = 0;
/** Buckets of so many functions on one budget of its own. */
function functionsOn(
  published: { readonly rate: number; readonly burst: number },
  clock: Clock,
  count: number,
) {
  budgets += 1;
  const store = createBudgetStore(local.table);
  return Array.from({ length: count }, () => createSharedBucket(`op-${budgets}`, published, clock, store));
}

/** In no span of time do more calls leave than burst and rate allow. */
function keepsTo(
  left: readonly number[],
  { burst, rate }: { readonly rate: number; readonly burst: number },
) {
  const sorted = [...left].sort((a, b) => a - b);
  for (const [first, start] of sorted.entries())
    for (const [last, end] of sorted.entries())
      if (last >= first)
        expect(last - first + 1).toBeLessThanOrEqual(burst + ((end - start) / 1000) * rate + 1e-6);
}

async function call(bucket: TokenBucket, times: number, clock: Clock, left: number[]): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await bucket.take();
    left.push(clock.now());
  }
}

const published = fc
  .constantFrom(...Object.values(organizationsRates))
  .map(([rate, burst]) => ({ rate, burst }));

describe('law: what all functions of an organization call together', () => {
  test('is never more than burst and rate allow, however they come and go, and all of them get on', async () => {
    const plan = fc.array(
      fc.record({
        who: fc.nat(2),
        times: fc.integer({ min: 1, max: 4 }),
        pause: fc.integer({ min: 0, max: 700 }),
      }),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(published, plan, async (rates, rounds) => {
        const clock = commonClock();
        const functions = functionsOn(rates, clock, 3);
        const left: number[] = [];
        for (const { pause, times, who } of rounds) {
          clock.pass(pause);
          // One by himself, then all of them at once.
          await call(functions[who] as TokenBucket, times, clock, left);
          await Promise.all(functions.map((bucket) => call(bucket, times, clock, left)));
        }
        expect(left).toHaveLength(rounds.reduce((sum, { times }) => sum + times * 4, 0));
        keepsTo(left, rates);
      }),
      { numRuns: process.env.LONG ? 200 : 5 },
    );
  });

  test.each([490, 10_000])(
    'what functions took out and did not use is no burst beside that of the others, %d ms later',
    async (later) => {
      const rates = { rate: 8, burst: 12 };
      const clock = commonClock();
      const functions = functionsOn(rates, clock, 5);
      const left: number[] = [];
      for (const bucket of functions) {
        await call(bucket, 1, clock, left);
        clock.pass(later);
      }
      await Promise.all(functions.map((bucket) => call(bucket, 4, clock, left)));
      keepsTo(left, rates);
    },
  );

  test('a function that crashes takes no more with it than its batch, and holds nobody up', async () => {
    const rates = { rate: 8, burst: 12 };
    const clock = commonClock();
    const [crashed, ...others] = functionsOn(rates, clock, 3);
    const left: number[] = [];
    await call(crashed as TokenBucket, 1, clock, left);
    const startedAt = clock.now();
    await Promise.all(others.map((bucket) => call(bucket, 20, clock, left)));
    keepsTo(left, rates);
    // 40 calls at 8 a second, but for what was saved: 7.5, less the batch of four. And the wait for one token.
    expect(clock.now() - startedAt).toBeLessThanOrEqual(((40 - 3.5 + 1) / 8) * 1000);
  });

  test('a throttle that one meets slows the others, until the rate has grown back', async () => {
    const rates = { rate: 8, burst: 12 };
    const clock = commonClock();
    const [one, other] = functionsOn(rates, clock, 2) as [TokenBucket, TokenBucket];
    await call(one, 1, clock, []);
    one.throttled();
    one.throttled();
    await call(one, 1, clock, []);
    const startedAt = clock.now();
    const left: number[] = [];
    await call(other, 4, clock, left);
    expect(other.rate()).toBeLessThan(8);
    // A quarter of the rate is two a second, and grows by 0.064 each second.
    expect(clock.now() - startedAt).toBeGreaterThan(1_000);
    clock.pass(120_000);
    await call(other, 1, clock, left);
    expect(other.rate()).toBe(8);
  });

  test('where AWS refuses the table, each keeps to the rate by itself', async () => {
    const rates = { rate: 5, burst: 8 };
    const clock = commonClock();
    const refused = Object.assign(new Error('no'), {
      ...{ name: 'AccessDeniedException', $fault: 'client', $metadata: { httpStatusCode: 400 } },
    });
    let asked = 0;
    const bucket = createSharedBucket('op', rates, clock, {
      change: async () => {
        asked += 1;
        throw refused;
      },
    });
    const left: number[] = [];
    await call(bucket, 20, clock, left);
    bucket.throttled();
    await call(bucket, 2, clock, left);
    keepsTo(left, rates);
    expect(clock.now()).toBeGreaterThan(1_000_000 + 2_000);
    // Each try may take long: it is asked once a minute.
    expect(asked).toBe(1);
    clock.pass(60_000);
    await call(bucket, 2, clock, left);
    expect(asked).toBe(2);
    // A mistake of ours is not taken for a table that is out of reach.
    const wrong = createSharedBucket('op', rates, clock, {
      change: async () => {
        throw new TypeError('a bug');
      },
    });
    await expect(wrong.take()).rejects.toThrow('a bug');
  });
});
