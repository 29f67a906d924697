import { describe, expect, test } from '@jest/globals';
import { mayName } from '../../core/base/principal-arn.ts';
import { identityExemption } from '../../core/identity/identity-exemptions.ts';
import { untouchable } from '../../core/identity/never-touched.ts';
import cases from '../cases/identity/named-principals.json' with { type: 'json' };
import { configured, user } from '../proof/identity/good-identity-edit.ts';

describe.each(cases)('$pattern and $arn', ({ arn, named, pattern }) => {
  test('the pattern', () => {
    expect(mayName(pattern, arn)).toBe(named);
  });

  test('a break-glass principal', () => {
    const [path = '/'] = arn.match(/\/(.*\/)?/) ?? [];
    const principal = user(arn.slice(arn.lastIndexOf('/') + 1), { arn, path });
    const care = {
      configuration: configured({ breakGlass: [pattern] }),
      ownRoleArns: [],
      managementAccountId: null,
    };
    expect(untouchable(principal, care)?.code ?? null).toBe(named ? 'KEEP_MARK' : null);
  });

  test('an exemption', () => {
    const exemption = { entity: pattern, service: '*', reason: 'x', owner: 'ana', until: '2027-01-31' };
    const wanted = { arns: [arn], namespace: 's3', at: Date.parse('2026-11-28') };
    expect(identityExemption([exemption], [], wanted) !== null).toBe(named);
  });
});

// As a break-glass principal a session is refused: `aws:PrincipalArn` never holds its ARN.
test.each([
  ['arn:aws:sts::222222222222:assumed-role/r/jane@example.com', 'role/svc/r', true],
  ['arn:aws:sts::*:assumed-role/r/*', 'role/r', true],
  ['arn:aws:sts::222222222222:assumed-role/r/jane@example.com', 'role/r2', false],
  ['arn:aws:sts::222222222222:assumed-role/r/jane@example.com', 'user/r', false],
])('an exemption of the session %s and %s', (pattern, name, named) => {
  expect(mayName(pattern, `arn:aws:iam::222222222222:${name}`)).toBe(named);
});
