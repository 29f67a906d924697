import { expect, test } from '@jest/globals';
import { renderSarif } from '../../cli/render/sarif.ts';
import {
  hostileNames,
  hostileResult,
  neverUsed,
  sampleFinding,
  sampleResult,
  undisplayable,
} from './sample-result.ts';

test('SARIF has one result a finding, and what nothing is drafted for is suppressed with its reason', () => {
  const findings = [
    sampleFinding({ changeIds: ['chg-a21c03382af6'] }),
    neverUsed('iam', { status: 'protected', note: 'people sign in through it' }),
  ];
  const { runs, version } = JSON.parse(
    renderSarif(sampleResult({ findings }), new Map([['222222222222', 'dev-1']])),
  );
  expect(version).toBe('2.1.0');
  const [{ results, tool }] = runs;
  expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['lapsed', 'never-used']);
  expect(results).toEqual([
    {
      ...{ ruleId: 'lapsed', level: 'warning', partialFingerprints: { findingId: 'fnd-18f9c73acb12' } },
      message: {
        text: 'Amazon Lex (lex) was last attempted at Development on 2026-04-25 by dev-1 (222222222222), 213 days ago (7 accounts).',
      },
      locations: [
        {
          logicalLocations: [
            {
              name: 'Development',
              fullyQualifiedName: 'o-exampleorg1/r-ex01/ou-ex01-development',
              kind: 'ou',
            },
          ],
        },
      ],
      properties: { outcome: 'proposed', service: 'lex', changeIds: ['chg-a21c03382af6'] },
    },
    expect.objectContaining({
      ...{ ruleId: 'never-used', level: 'note' },
      suppressions: [{ kind: 'external', justification: 'people sign in through it' }],
    }),
  ]);
});

test.each(hostileNames)('a name with %s stays a text', (_, name) => {
  expect(renderSarif(hostileResult(name))).not.toMatch(undisplayable);
});
