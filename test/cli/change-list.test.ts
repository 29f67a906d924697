import { describe, expect, test } from '@jest/globals';
import { renderChangeList } from '../../cli/render/change-list.ts';
import { widthOf } from '../../cli/render/text.ts';

const listed = (id: string, more: object = {}) => ({
  ...{
    id,
    organizationId: 'o-1',
    revision: 1,
    status: 'proposed',
    policyId: null,
    services: 350,
    accounts: 20,
  },
  ...{ policyName: 'DenyUnusedServices-Wealth', confirm: 'Wealth / Production' },
  updatedAt: '2026-11-24T08:00:00.000Z',
  ...more,
});
const awaited = (decideBy: string) => ({
  awaited: { risk: 'high' as const, decideBy, approvals: { given: 1, required: 2 } },
});
const changes = [
  listed('chg-000000000001', { status: 'applied' }),
  listed('chg-000000000002', awaited('2026-12-24T08:00:00.000Z')),
  listed('chg-000000000003', awaited('2026-12-01T08:00:00.000Z')),
];

describe('the list of changes', () => {
  test('begins with what must be decided first, and names the next command', () => {
    const text = renderChangeList(changes, { columns: 140, colour: false });
    const ids = [...text.matchAll(/^chg-\w+/gm)].map(([id]) => id);
    expect(ids).toEqual(['chg-000000000003', 'chg-000000000002', 'chg-000000000001']);
    expect(text).toMatch(
      /3 +proposed +Wealth \/ Production +DenyUnused.* +350 +20 +high +1 of 2 +2026-12-01 08:00/,
    );
    expect(text).toMatch(/\nnext: npx --no -- oar changes show chg-000000000003\n$/);
  });

  test.each([60, 72, 84, 100])('no line is wider than %i columns', (columns) => {
    const wide = listed('chg-000000000004', {
      confirm: 'a-name-'.repeat(20),
      ...awaited('2026-12-01T08:00:00.000Z'),
    });
    const text = renderChangeList([...changes, wide], { columns, colour: false });
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });
});
