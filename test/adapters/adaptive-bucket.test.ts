import { setImmediate as settled } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createAdaptiveBucket } from '../../adapters/aws/adaptive-bucket.ts';
import { createDenialScope } from '../../adapters/aws/denial-scope.ts';
import { beforeAnyIsDone, createJobDurations, whenMostAreDone } from '../../adapters/aws/job-durations.ts';
import type { TokenBucket } from '../../adapters/aws/token-bucket.ts';
import { createWideningGate } from '../../adapters/aws/widening-gate.ts';

/** A clock whose time passes only while everybody waits; milliseconds. */
function idleClock() {
  let time = 0;
  const waiting: { readonly until: number; readonly resolve: () => void }[] = [];
  return {
    now: () => time,
    wait: (milliseconds: number) =>
      new Promise<void>((resolve) => waiting.push({ until: time + milliseconds, resolve })),
    run: async () => {
      for (await settled(); waiting.length > 0; await settled()) {
        waiting.sort((one, other) => one.until - other.until);
        time = Math.max(time, waiting[0]?.until ?? time);
        while (waiting[0] && waiting[0].until <= time) waiting.shift()?.resolve();
      }
    },
  };
}

/** AWS with a rate that it does not tell, and workers that call it and wait longer at each throttle of a call, as patience does. */
async function callsAgainst(limit: { rate: number; burst: number; blockedUntil?: number }, calls: number) {
  const clock = idleClock();
  const bucket: TokenBucket = createAdaptiveBucket(clock);
  let tokens = limit.burst;
  let countedAt = 0;
  const admits = (): boolean => {
    tokens = Math.min(limit.burst, tokens + ((clock.now() - countedAt) / 1000) * limit.rate);
    countedAt = clock.now();
    if (tokens < 1 || clock.now() < (limit.blockedUntil ?? 0)) return false;
    tokens -= 1;
    return true;
  };
  let left = calls;
  let throttled = 0;
  const call = async (): Promise<void> => {
    for (let wait = 250; ; wait = Math.min(5_000, wait * 2)) {
      await bucket.take();
      const isTaken = admits();
      await clock.wait(50);
      if (isTaken) {
        bucket.passed?.();
        return;
      }
      throttled += 1;
      bucket.throttled();
      await clock.wait(wait);
    }
  };
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  const workers = Promise.all(Array.from({ length: 64 }, worker));
  await clock.run();
  await workers;
  return { seconds: clock.now() / 1000, throttled };
}

describe('a bucket of an unknown rate', () => {
  test.each([
    [5, 10],
    [20, 40],
    [20, 1],
    [60, 100],
  ])('takes at most 1.2 times as long as %d calls a second allow', async (rate, burst) => {
    const calls = 120 * rate;
    const { seconds, throttled } = await callsAgainst({ rate, burst }, calls);
    expect(seconds).toBeLessThan(1.2 * ((calls - burst) / rate));
    expect(throttled).toBeLessThan(0.2 * calls);
  });

  test('is not slowed down for ever by a storm of half a minute', async () => {
    const { seconds } = await callsAgainst({ rate: 20, burst: 40, blockedUntil: 30_000 }, 1_000);
    expect(seconds).toBeLessThan(30 + 2 * (1_000 / 20));
  });

  test('lets everything pass where nothing is throttled', async () => {
    const { seconds } = await callsAgainst({ rate: 1e6, burst: 1e6 }, 6_400);
    expect(seconds).toBeCloseTo((6_400 / 64) * 0.05);
  });
});

test('a gate is one wider with each work that went through, up to its widest', async () => {
  const gate = createWideningGate({ first: 2, widest: 3 });
  const open: (() => void)[] = [];
  const work = () => gate.enter(() => new Promise<void>((resolve) => open.push(resolve)));
  const all = Array.from({ length: 8 }, work);
  await settled();
  expect(open).toHaveLength(2);
  open[0]?.();
  await settled();
  expect(open).toHaveLength(4);
  open[1]?.();
  await settled();
  expect(open).toHaveLength(5);
  for (let index = 2; index < 8; index += 1) {
    await settled();
    open[index]?.();
  }
  await Promise.all(all);
});

test('a gate lets the next in where work fails', async () => {
  const gate = createWideningGate({ first: 1, widest: 1 });
  const failing = gate.enter(() => Promise.reject(new Error('failed')));
  const next = gate.enter(async () => 'in');
  await expect(failing).rejects.toThrow('failed');
  expect(await next).toBe('in');
});

test('jobs are polled when nine of ten are done, once enough of them are known', () => {
  const durations = createJobDurations(500, whenMostAreDone);
  for (let known = 1; known < 8; known += 1) durations.note(2_000);
  expect(durations.firstPoll()).toBe(500);
  for (const seconds of [5, 1, 1]) durations.note(seconds * 1_000);
  expect(durations.firstPoll()).toBe(5_000);
  for (let known = 0; known < 32; known += 1) durations.note(100);
  expect(durations.firstPoll()).toBe(500);
});

test('one job at a time is polled before the shortest of the last ones was done', () => {
  const durations = createJobDurations(500, beforeAnyIsDone);
  for (const seconds of [8, 5, 11]) durations.note(seconds * 1_000);
  expect(durations.firstPoll()).toBe(500);
  durations.note(9_000);
  expect(durations.firstPoll()).toBe(4_000);
  durations.note(600);
  expect(durations.firstPoll()).toBe(500);
});

describe('one denial', () => {
  test('is one where another was allowed, before or after', async () => {
    const scope = createDenialScope();
    scope.begun();
    scope.begun();
    const early = scope.denied();
    scope.ended('allowed');
    expect(await early).toBe(false);
    scope.begun();
    expect(await scope.denied()).toBe(false);
  });

  test('is of everything where all that was asked is denied, or ten are before anything is allowed', async () => {
    const few = createDenialScope();
    few.begun();
    few.begun();
    const first = few.denied();
    few.ended('other');
    expect(await first).toBe(true);
    const many = createDenialScope();
    for (let asked = 0; asked < 100; asked += 1) many.begun();
    const denied = Array.from({ length: 10 }, () => many.denied());
    expect(await Promise.all(denied)).toEqual(new Array(10).fill(true));
  });
});
