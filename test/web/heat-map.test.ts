import { describe, expect, test } from '@jest/globals';
import type { EntityResult } from '../../core/review/review-result.ts';
import { heatMapOf } from '../../web/report/heat-map.ts';
import { matrixOf, saysMore } from '../../web/report/matrix.ts';
import { neverUsed, sampleFinding, sampleResult } from '../cli/sample-result.ts';

const entity = (id: string, path: string, report: EntityResult['report']): EntityResult => ({
  ...{ id, type: id.startsWith('r-') ? 'root' : 'ou', name: id, path: `o-1/${path}`, accounts: 2, report },
});
const asked = { jobId: 'job-1', completedAt: '2026-11-24T08:52:17.043Z', services: 4 };
const entities = [
  entity('r-1', 'r-1', asked),
  entity('ou-a', 'r-1/ou-a', asked),
  entity('ou-b', 'r-1/ou-a/ou-b', { inferred: true, from: ['ou-a'] }),
  entity('ou-c', 'r-1/ou-c', { failed: { code: 'X', message: 'x' } }),
  entity('ou-d', 'r-1/ou-d', { notJudged: 'NO_ACTIVE_ACCOUNTS' }),
];
const at = (entityId: string, path: string) => ({ entityId, entityPath: `o-1/${path}` });
const result = sampleResult({
  entities,
  findings: [
    neverUsed('dms', at('r-1', 'r-1')),
    neverUsed('glue', at('r-1', 'r-1')),
    neverUsed('iam', { ...at('r-1', 'r-1'), status: 'protected' }),
    sampleFinding({ ...at('ou-a', 'r-1/ou-a'), outcome: 'refused' }),
  ],
});

describe('the overview', () => {
  test('counts what holds at an entity itself, and what holds there from above', () => {
    const rows = matrixOf(result).map((row) => [
      ...[row.entity.id, row.own.kinds.lapsed, row.own.kinds['never-used']],
      ...[row.above.lapsed, row.above.neverUsed, row.evidence, saysMore(row)],
    ]);
    expect(rows).toEqual([
      ['r-1', 0, 3, 0, 0, 'known', true],
      ['ou-a', 1, 0, 0, 3, 'known', true],
      ['ou-b', 0, 0, 1, 3, 'known', false],
      ['ou-c', 0, 0, 0, 3, 'unknown', true],
      ['ou-d', 0, 0, 0, 3, 'not judged', false],
    ]);
  });
});

describe('the heat map', () => {
  test('has a column for each entity that says more, a line for services that stand alike, and what is above holds below', () => {
    const { entities: columns, rows } = heatMapOf(result);
    expect(columns.map(({ id }) => id)).toEqual(['r-1', 'ou-a', 'ou-c']);
    const told = rows.map(({ cells, services }) => [
      services.map(({ namespace }) => namespace).join(' '),
      ...cells.map(({ days, isProposed, state }) => `${state}${isProposed ? ' x' : ''} ${days}`),
    ]);
    expect(told).toEqual([
      ['lex', 'not found 0', 'lapsed 213', 'unknown 0'],
      ['dms glue', 'never used x 0', 'never used x 0', 'never used x 0'],
      ['iam', 'kept 0', 'kept 0', 'kept 0'],
    ]);
  });
});
