import { expect, test } from '@jest/globals';
import { namedEntity } from '../../core/organization/named-entity.ts';
import { buildTree } from '../../core/organization/organization.ts';
import table from '../cases/organization/named-entities.json' with { type: 'json' };

const unit = (id: string, name: string, parentId: string) => ({ id, name, parentId });
const account = (id: string, name: string, parentId: string) => ({
  ...{ id, name, parentId, state: 'ACTIVE' as const, joinedAt: 0 },
});
const tree = buildTree({
  ...{ id: 'o-test', managementAccountId: '111111111111', root: { id: 'r-test', name: 'Root' } },
  organizationalUnits: [
    unit('ou-test-retail00', 'Retail', 'r-test'),
    unit('ou-test-retailpr', 'Production', 'ou-test-retail00'),
    unit('ou-test-wealth00', 'Wealth', 'r-test'),
    unit('ou-test-wealthpr', 'Production', 'ou-test-wealth00'),
    unit('ou-test-labs0000', 'Labs', 'ou-test-wealth00'),
    unit('ou-test-slash000', 'A/B', 'r-test'),
  ],
  accounts: [
    account('222222222221', 'shop-1', 'ou-test-retailpr'),
    account('222222222222', 'shop-1', 'ou-test-wealthpr'),
  ],
});

test.each(table.cases)('$given', ({ given, is, why }) => {
  expect(namedEntity(tree, given)).toEqual(is === undefined ? { why } : { id: is });
});
