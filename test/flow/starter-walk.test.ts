import { expect, test } from '@jest/globals';
import { type Walked, walk } from './starter-walk.ts';

/** More walks with LONG=1, from another seed with SEED. */
const isLong = process.env.LONG === '1';
const [walks, steps] = isLong ? [40, 200] : [1, 70];
const first = Number(process.env.SEED ?? '11');

test(
  'whatever people and the product do, nothing is applied on the word of one person who started what led to it',
  async () => {
    const all: Walked[] = [];
    for (let index = 0; index < walks; index += 1) all.push(await walk(first + index, steps));
    expect(all.flatMap(({ broken }) => broken)).toEqual([]);
    const sum = (of: (walked: Walked) => number): number => all.reduce((whole, one) => whole + of(one), 0);
    // The walks would show nothing if they never came far.
    const [applied, heldBack] = [sum((one) => one.applied), sum((one) => one.heldBack)];
    expect(isLong ? Math.min(applied, heldBack) : applied + heldBack).toBeGreaterThan(0);
    if (isLong) process.stderr.write(`${JSON.stringify(all)}\n`);
  },
  walks * 60_000,
);
