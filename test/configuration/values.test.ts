import { describe, expect, test } from '@jest/globals';
import { checkNames } from '../../core/base/check-names.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import { checks } from '../../core/proof/certificate.ts';
import { replay } from '../../core/proof/checks/replay.ts';
import { secondJudge } from '../../core/proof/checks/second-judge.ts';
import cases from '../cases/configuration/values.json' with { type: 'json' };

describe('refused at start, with the key', () => {
  test.each(cases.refused)('$name', ({ configuration, problem }) => {
    const parsed = parseConfiguration(configuration);
    const found = parsed.ok ? [] : parsed.reasons.map(({ detail }) => detail);
    expect(found).toEqual([expect.stringContaining(problem)]);
    expect(found[0]?.startsWith(problem.split(' ')[0] ?? '')).toBe(true);
  });
});

describe('read as it is meant', () => {
  test.each(cases.read)('$name', ({ as, configuration }) => {
    expect(parseConfiguration(configuration)).toMatchObject({ ok: true, value: as });
  });
});

test('the names of checks are those of the certificate, and each may be required', () => {
  expect([...checks, secondJudge, replay].map(({ name }) => name)).toEqual(checkNames);
  expect(parseConfiguration({ requireProven: [...checkNames] }).ok).toBe(true);
});

describe('a wrong value is repeated in part where it is long', () => {
  const long = 'x'.repeat(5_000);
  const role = `arn:aws:iam::111111111111:role/${long}`;
  test.each<[string, object]>([
    ['exemptPrincipals', { exemptPrincipals: [long] }],
    ['exemptPrincipals, a role', { exemptPrincipals: [role] }],
    [
      'exemptPrincipals, a session',
      { exemptPrincipals: [`arn:aws:sts::111111111111:assumed-role/${long}/x`] },
    ],
    ['breakGlass', { breakGlass: [`arn:aws:${long}::111111111111:role/a`] }],
    ['breakGlass, an account', { breakGlass: [`arn:aws:iam::${'*1'.repeat(2_500)}:role/a`] }],
    ['requireProven', { requireProven: [long] }],
    ['a key', { [long]: 1 }],
    ['a key inside', { email: { topics: { [long]: 'arn:aws:sns:us-east-1:111111111111:t' } } }],
    ['approvers', { approvers: [{ id: long, name: 'Ana', email: 'ana@example.com' }] }],
    ['foreignPolicies', { foreignPolicies: [long.repeat(10)] }],
    ['editablePolicies', { editablePolicies: [7, long] }],
    ['protectedServices', { protectedServices: { add: [`${long}:*`] } }],
    ['exemptions', { exemptions: [{ entity: 7, service: long, owner: long, reason: long, until: long }] }],
    ['schedule', { schedule: long }],
    ['scope', { scope: long }],
    ['slack', { slack: { channels: { [long]: long } } }],
    ['mode', { mode: long }],
    ['identityCenterRoles', { identityCenterRoles: [`${long}/${long}`] }],
  ])('%s', (_, input) => {
    const parsed = parseConfiguration(input);
    if (parsed.ok) throw new Error('it was taken');
    for (const { detail } of parsed.reasons) expect(detail.length).toBeLessThan(1_500);
  });
});
