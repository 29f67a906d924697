import { describe, expect, test } from '@jest/globals';
import { review } from '../../core/review/review.ts';
import { resultOf } from '../../core/review/review-result.ts';
import cases from '../cases/configuration/settings-without-effect.json' with { type: 'json' };
import { fullAccess, policy, reportOf, reviewOf, treeOf } from '../support/small-world.ts';

const tree = treeOf({ Apps: { 'apps-1': { id: '222222222222' } } });
const metrics = { reportJobs: 1, apiCalls: {}, throttled: 0, durationMs: 1 };

function resultWith(settings: object, facts: object = {}) {
  const given = reviewOf(tree, {
    settings,
    policies: [
      fullAccess(tree),
      policy('p-trial0001', { Version: '2012-10-17', Statement: [] }, [], { name: 'Trial' }),
    ],
    reports: [reportOf(tree, 'r-test', [], ['lex', 'brandnew'])],
    partition: 'aws',
    ...facts,
  });
  return resultOf(review(given.facts, given.request), given.facts, given.request, metrics);
}

describe('settings without effect are named in the result', () => {
  test.each(cases)('$name', ({ settings, warnings }) => {
    const named = resultWith(settings).warnings ?? [];
    expect(named.map(({ key, value }) => ({ key, value }))).toEqual(
      warnings.map(({ key, value }) => ({ key, value })),
    );
    for (const [index, { detail }] of warnings.entries())
      for (const words of detail) expect(named[index]?.detail).toContain(words);
  });

  test('where there is none, the result has no such field', () => {
    expect(resultWith({})).not.toHaveProperty('warnings');
  });

  test('a decided exemption is named by who decided it, until it ends', () => {
    const decided = (until: string) => {
      const exemption = { entity: 'ou-test-gone0000', service: 'lex', reason: 'r', owner: 'ana', until };
      const { facts, request } = reviewOf(tree, { decidedExemptions: [exemption] });
      const configuration = { ...request.configuration, exemptions: [exemption] };
      const asked = { ...request, configuration };
      return resultOf(review(facts, asked), facts, asked, metrics).warnings;
    };
    expect(decided('2030-01-01')).toMatchObject([
      { key: 'exemption decided by ana', value: 'ou-test-gone0000' },
    ]);
    expect(decided('2026-01-01')).toBeUndefined();
  });
});
