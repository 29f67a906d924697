import { describe, expect, test } from '@jest/globals';
import { BadArguments } from '../../cli/arguments.ts';
import { readReviewArguments } from '../../cli/review-arguments.ts';
import cases from '../cases/cli/review-arguments.json' with { type: 'json' };

interface Case {
  readonly case: string;
  readonly args: readonly string[];
  readonly gives?: unknown;
  readonly error?: string;
}

describe('the arguments of oar review', () => {
  test.each(cases as readonly Case[])('$case', ({ args, gives, error }) => {
    if (error === undefined) {
      expect(readReviewArguments(args)).toEqual(gives);
      return;
    }
    const read = () => readReviewArguments(args);
    expect(read).toThrow(BadArguments);
    expect(read).toThrow(error);
  });
});
