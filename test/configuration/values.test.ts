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
