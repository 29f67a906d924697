import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLockStore } from '../../adapters/aws/store-locks.ts';
import type { LockStore } from '../../adapters/lock-ports.ts';
import { start } from '../change/samples.ts';
import { localTable } from './local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
let locks: LockStore;
beforeAll(async () => {
  local = await localTable();
  locks = createLockStore(local.table);
});
afterAll(() => local.close());

describe('the lock on all SCP writes', () => {
  test('is had by exactly one of twenty', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, run) => locks.acquire(`run-${run}`, start, 60_000)),
    );
    const held = answers.findIndex((answer) => answer.held);
    expect(answers.filter((answer) => answer.held)).toHaveLength(1);
    for (const answer of answers)
      if (!answer.held)
        expect(answer).toEqual({ held: false, owner: `run-${held}`, expiresAt: start + 60_000 });
    await locks.release(`run-${held}`);
  });

  test('is renewed by its owner, given back by nobody else, and free again after its lease', async () => {
    expect(await locks.acquire('one', start, 60_000)).toEqual({ held: true });
    expect(await locks.acquire('one', start + 30_000, 60_000)).toEqual({ held: true });
    await locks.release('two');
    expect(await locks.acquire('two', start + 89_999, 60_000)).toMatchObject({ held: false, owner: 'one' });
    expect(await locks.acquire('two', start + 90_000, 60_000)).toEqual({ held: true });
    await locks.release('one');
    expect(await locks.acquire('three', start + 90_000, 60_000)).toMatchObject({ held: false, owner: 'two' });
    await locks.release('two');
    expect(await locks.acquire('three', start + 90_000, 60_000)).toEqual({ held: true });
  });
});

test('the kill switch is off until somebody turns it, and says who and why', async () => {
  expect(await locks.readFreeze()).toEqual({ frozen: false, by: null, reason: null, at: null });
  const freeze = {
    frozen: true,
    by: 'arn:aws:iam::111111111111:role/Security',
    reason: 'incident 7',
    at: start,
  };
  await locks.writeFreeze(freeze);
  expect(await locks.readFreeze()).toEqual(freeze);
  await locks.writeFreeze({ ...freeze, frozen: false });
  expect((await locks.readFreeze()).frozen).toBe(false);
});

test('every turn of the kill switch stays on record, in the order of time', async () => {
  const turn = { frozen: true, by: 'arn:aws:iam::111111111111:user/ana', reason: 'incident 7', at: start };
  const lifted = { ...turn, frozen: false, at: start + 1 };
  for (const each of [lifted, turn]) await locks.recordTurn(each);
  const id = expect.stringMatching(/^freeze#2026-\d\d-\d\dT[\d:.]+Z#[0-9a-f]{8}$/);
  expect(await locks.listTurns(0)).toEqual([
    { ...turn, id },
    { ...lifted, id },
  ]);
  expect(await locks.listTurns(start + 1)).toEqual([{ ...lifted, id }]);
  // The switch itself stands as it was turned last.
  expect((await locks.readFreeze()).frozen).toBe(false);
});
