import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRunStore } from '../../adapters/aws/store-runs.ts';
import type { RunStore } from '../../adapters/run-ports.ts';
import type { ReviewLease } from '../../core/review/running.ts';
import { start } from '../change/samples.ts';
import { localTable } from './local-table.ts';

let local: Awaited<ReturnType<typeof localTable>>;
let runs: RunStore;
beforeAll(async () => {
  local = await localTable();
  runs = createRunStore(local.table);
});
afterAll(() => local.close());

const lease = (key: string, token: string, given: Partial<ReviewLease> = {}): ReviewLease => ({
  ...{ key, token, invocationId: `of-${token}`, reviewId: `rev-${token}`, event: '{}' },
  ...{ startedAt: start, expiresAt: start + 100, ...given },
});

test('of twenty reviews at once exactly one has the lease; the others learn which', async () => {
  const all = Array.from({ length: 20 }, (_, index) => lease('one', `t${index}`));
  const answers = await Promise.all(all.map((each) => runs.take(each, start)));
  const [winner, ...others] = all.filter((_, index) => answers[index]?.taken);
  expect(others).toEqual([]);
  for (const answer of answers) if (!answer.taken) expect(answer.holder).toEqual(winner);
  expect(await runs.holder('one')).toEqual(winner);
  expect(await runs.take(lease('another', 't1'), start)).toEqual({ taken: true });
});

test('a lease passes on when it has ended, and at once to the second attempt of its invocation', async () => {
  const first = lease('two', 'first');
  const second = lease('two', 'second', { expiresAt: start + 200 });
  await runs.take(first, start);
  expect(await runs.take(second, start + 100)).toEqual({ taken: false, holder: first });
  expect(await runs.renew({ ...first, expiresAt: start + 150 })).toBe(true);
  expect(await runs.take(second, start + 101)).toMatchObject({ taken: false });
  expect(await runs.take(second, start + 151)).toEqual({ taken: true });
  const again = lease('two', 'third', { invocationId: 'of-second' });
  expect(await runs.take(again, start)).toEqual({ taken: true });
});

test('whoever lost a lease can neither renew it nor give it back, also where nobody has it any more', async () => {
  const [late, next] = [lease('three', 'late'), lease('three', 'next', { expiresAt: start + 900 })];
  await runs.take(late, start);
  await runs.take(next, start + 500);
  expect(await runs.renew({ ...late, expiresAt: start + 9_000 })).toBe(false);
  await runs.release(late);
  expect(await runs.holder('three')).toEqual(next);
  await runs.release(next);
  expect(await runs.holder('three')).toBeNull();
  expect(await runs.renew(late)).toBe(false);
  expect(await runs.holder('three')).toBeNull();
});
