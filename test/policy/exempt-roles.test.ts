import { describe, expect, test } from '@jest/globals';
import { exemptsPrincipalsOnly } from '../../core/policy/exempt-roles.ts';
import rows from '../cases/policy/exempt-roles.json' with { type: 'json' };

const spellings = ['aws:PrincipalArn', 'aws:PrincipalARN', 'aws:principalarn', 'AWS:PRINCIPALARN'];

describe.each(['ArnNotLike', 'ArnNotEquals', 'StringNotLike', 'arnnotlike', 'STRINGNOTLIKE'])(
  'with %s, every account is bound although it leaves out',
  (operator) => {
    test.each(rows)('$name: $binds', ({ values, binds }) => {
      for (const key of spellings)
        expect([key, exemptsPrincipalsOnly({ [operator]: { [key]: values } })]).toEqual([key, binds]);
    });
  },
);

test.each([
  ['*', true],
  ['arn:aws:iam::*:role/*', true],
  ['arn:aws:iam::222222222201:role/ops', true],
  [['$', '{aws:PrincipalArn}'].join(''), false],
])('StringNotEquals knows no wildcards: %s', (value, binds) => {
  for (const operator of ['StringNotEquals', 'stringnotequals'])
    expect(exemptsPrincipalsOnly({ [operator]: { 'aws:PrincipalArn': [value] } })).toBe(binds);
});

test.each<[string, Parameters<typeof exemptsPrincipalsOnly>[0]]>([
  ['another key', { ArnNotLike: { 'aws:SourceArn': ['arn:aws:iam::*:role/ops'] } }],
  ['another operator', { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/ops'] } }],
  [
    'a form that lets a missing key pass',
    { ArnNotLikeIfExists: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/ops'] } },
  ],
  ['two keys', { ArnNotLike: { 'aws:PrincipalArn': ['a'], 'aws:SourceArn': ['b'] } }],
  [
    'one operator in two spellings',
    { ArnNotLike: { 'aws:PrincipalArn': ['a'] }, arnnotlike: { 'aws:PrincipalArn': ['b'] } },
  ],
])('%s is a condition like any other', (_, condition) => {
  expect(exemptsPrincipalsOnly(condition)).toBe(false);
});

test('hundreds of principals are judged in no time', () => {
  const values = Array.from(
    { length: 300 },
    (_, index) => `arn:aws:iam::${String(index * 7_777_777).padStart(12, '0')}:role/ops-*`,
  );
  const begun = performance.now();
  expect(exemptsPrincipalsOnly({ ArnNotLike: { 'aws:PrincipalArn': values } })).toBe(true);
  expect(performance.now() - begun).toBeLessThan(20_000);
});
