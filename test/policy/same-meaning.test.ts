import { expect, test } from '@jest/globals';
import { meansTheSame } from '../../core/policy/same-meaning.ts';
import rows from '../cases/policy/same-meaning.json' with { type: 'json' };

test.each(rows)('$name: $same', ({ one, other, same }) => {
  expect([meansTheSame(one, other), meansTheSame(other, one)]).toEqual([same, same]);
});
