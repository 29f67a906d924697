import { describe, expect, test } from '@jest/globals';
import type { Refusal } from '../../core/base/refusal.ts';
import type { FindingStatus } from '../../core/finding/finding.ts';
import { answersOf, totalsOf } from '../../core/review/outcome.ts';
import table from '../cases/review/outcomes.json' with { type: 'json' };

describe('what becomes of a finding', () => {
  test.each(table.cases)('$case: $outcome', ({ answered, outcome, refusals, status }) => {
    const finding = {
      ...{ id: 'fnd-1', entityId: 'ou-a', serviceNamespace: 'lex', status: status as FindingStatus },
    };
    const told = refusals.map((refusal) => ({ ...refusal, detail: '' }) as Refusal);
    const changes = answered ? [{ id: 'chg-1', findingIds: ['fnd-1'] }] : [];
    const answers = answersOf([finding], changes, told);
    expect(answers.get('fnd-1')).toEqual({ outcome, changeIds: outcome === 'proposed' ? ['chg-1'] : [] });
  });

  test('distinct services and pairs are two figures', () => {
    const lex = { kind: 'lapsed', outcome: 'proposed', serviceNamespace: 'lex' } as const;
    const dms = { kind: 'never-used', outcome: 'held', serviceNamespace: 'dms' } as const;
    expect(totalsOf([lex, lex, dms])).toEqual({
      ...{ found: 3, services: 2, kinds: { lapsed: 2, 'never-used': 1 } },
      outcomes: { proposed: 2, deferred: 0, held: 1, exempt: 0, protected: 0, refused: 0 },
    });
  });
});
