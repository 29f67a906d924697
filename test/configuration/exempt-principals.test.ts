import { describe, expect, test } from '@jest/globals';
import { parseConfiguration } from '../../core/base/configuration.ts';
import cases from '../cases/configuration/exempt-principals.json' with { type: 'json' };

describe.each(['breakGlass', 'exemptPrincipals'])('%s', (key) => {
  test.each(cases)('$name', ({ pattern, problem }) => {
    const parsed = parseConfiguration({ [key]: ['arn:aws:iam::*:role/Operations', pattern] });
    const found = parsed.ok ? [] : parsed.reasons.map(({ detail }) => detail);
    if (problem === null) expect(found).toEqual([]);
    else expect(found).toEqual([expect.stringContaining(problem)]);
    for (const detail of found) expect(detail.startsWith(`${key}.1: `)).toBe(true);
  });
});
