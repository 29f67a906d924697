import { describe, expect, test } from '@jest/globals';
import { type PolicyDocument, parsePolicy } from '../../core/policy/document.ts';
import { denialOf, standingOf } from '../../core/policy/standing.ts';
import denials from '../cases/policy/denials.json' with { type: 'json' };
import evaluations from '../cases/policy/evaluations.json' with { type: 'json' };
import standings from '../cases/policy/standings.json' with { type: 'json' };
import { evaluateAction } from '../support/evaluate-action.ts';

function documentOf(value: unknown): PolicyDocument {
  const parsed = parsePolicy(JSON.stringify(value));
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

function levelsOf(levels: readonly (readonly unknown[])[]): PolicyDocument[][] {
  return levels.map((level) => level.map(documentOf));
}

describe('how far one SCP denies lex', () => {
  test.each(denials)('$name: $lex', ({ statements, lex }) => {
    expect(denialOf(documentOf({ Statement: statements }), 'lex')).toBe(lex);
  });
});

describe('where lex stands below a chain of SCPs', () => {
  test.each(standings)('$name: listed $listed, $denial', ({ levels, listed, denial }) => {
    expect(standingOf(levelsOf(levels), 'lex')).toEqual({ listed, denial });
  });
});

describe('what a chain says about one action', () => {
  test.each(evaluations)('$name: $verdict', (row) => {
    const resource = 'resource' in row ? row.resource : undefined;
    expect(evaluateAction(levelsOf(row.levels), row.action, resource)).toBe(row.verdict);
  });
});
