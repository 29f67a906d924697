import { expect, test } from '@jest/globals';
import type { Spend, SpendRow } from '../../core/finding/spend.ts';
import { noRunningResources } from '../../core/proof/checks/running-resources.ts';
import { fullAccess, policy, target } from '../support/small-world.ts';
import { backend, before, dev, subject, tree } from './good-edit.ts';

const row = (accountId: string, costName: string, more: Partial<SpendRow> = {}): SpendRow => ({
  ...{ accountId, costName, amount: 5, currency: 'USD', quantity: 1 },
  ...more,
});
const spend = (rows: readonly SpendRow[], more: Partial<Spend> = {}): Spend => ({
  ...{ from: '2026-09-23', to: '2026-11-22', rows },
  accountIds: new Set(['222222222221', '222222222222']),
  ...more,
});
const denied = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };

test.each<[string, Parameters<typeof subject>[0], string, string]>([
  ['nothing is spent', { spend: spend([]) }, 'ok', '2 accounts'],
  ['off', { spend: spend([]), settings: {} }, 'not-proven', 'sources.cost is off'],
  ['not asked', {}, 'not-proven', 'the time ran out'],
  ['refused', { spend: spend([], { failure: 'no' }) }, 'not-proven', 'no.'],
  [
    'an account was not asked about',
    { spend: spend([], { accountIds: new Set(['222222222221']) }) },
    'not-proven',
    'of all accounts',
  ],
  [
    'what is known counts, whatever could not be read',
    { spend: spend([row('222222222221', 'Amazon Lex')], { failure: 'no' }) },
    'failed',
    'dev-1 (222222222221) would lose lex and shows $5.00 for Amazon Lex from 2026-09-23 to 2026-11-22',
  ],
  ['another service', { spend: spend([row('222222222221', 'Amazon MQ')]) }, 'ok', '2 accounts'],
  ['an account elsewhere', { spend: spend([row('333333333331', 'Amazon Lex')]) }, 'ok', '2 accounts'],
  [
    'a cost that is tiny',
    { spend: spend([row('222222222222', 'Amazon Lex', { amount: 0.0001 })]) },
    'failed',
    'less than a cent',
  ],
  [
    'another currency',
    { spend: spend([row('222222222222', 'AWS Database Migration Service', { currency: 'CNY' })]) },
    'failed',
    '5.00 CNY for AWS Database Migration Service from 2026-09-23 to 2026-11-22: look for replication instances',
  ],
  ['an unknown name', { spend: spend([row('222222222222', 'New')]) }, 'not-proven', 'any service: New'],
  [
    'where it is denied already nothing is lost',
    {
      spend: spend([row('222222222222', 'Amazon Lex'), row('222222222222', 'New')]),
      policies: [
        fullAccess(tree),
        policy('p-trial0001', before, [target(tree, dev)]),
        policy('p-quarantine', denied, [target(tree, backend)]),
      ],
    },
    'ok',
    '1 account:',
  ],
])('%s', (_, given, verdict, says) => {
  const found = noRunningResources.check(subject({ settings: { sources: { cost: true } }, ...given }));
  expect(found.verdict).toBe(verdict);
  expect(found.detail).toContain(says);
});
