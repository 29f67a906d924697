import { describe, expect, test } from '@jest/globals';
import { comparePolicies } from '../../core/policy/difference.ts';
import rows from '../cases/policy/differences.json' with { type: 'json' };

describe('two texts compared by meaning', () => {
  test.each(rows)('$name', (row) => {
    const text = (statements: unknown, indentation: number): string =>
      JSON.stringify({ Statement: statements }, null, indentation);
    const before = row.before === null ? null : text(row.before, 2);
    const difference = comparePolicies(before, text(row.after, 0));
    expect(difference.addedStatements.map((statement) => statement.sid)).toEqual(row.added);
    expect(difference.removedStatements.map((statement) => statement.sid)).toEqual(row.removed);
    expect(difference.changedStatements.map(({ statement: _, ...told }) => told)).toEqual(row.changed);
    expect(difference.unchanged).toBe(row.unchanged);
  });

  test('a text that is no SCP is a bug of the caller', () => {
    expect(() => comparePolicies('{', '{"Statement":[]}')).toThrow('before');
  });
});
