import { expect, test } from '@jest/globals';
import type { Spend, SpendRow } from '../../core/finding/spend.ts';
import { noRunningResources } from '../../core/proof/checks/running-resources.ts';
import { fullAccess, policy, target } from '../support/small-world.ts';
import { allow, backend, before, dev, guard, subject, text, tree } from './good-edit.ts';

const row = (accountId: string, costName: string, more: Partial<SpendRow> = {}): SpendRow => ({
  ...{ accountId, costName, amount: 5, currency: 'USD', quantity: 1 },
  ...more,
});
const spend = (rows: readonly SpendRow[], more: Partial<Spend> = {}): Spend => ({
  ...{ from: '2026-09-23', to: '2026-11-22', rows },
  accountIds: new Set(['222222222221', '222222222222']),
  ...more,
});
/** A deny of lex to all but these principals. */
const sparing = (...principals: readonly string[]) => ({
  ...{ Sid: 'Guardrail', Effect: 'Deny', Action: 'lex:*', Resource: '*' },
  Condition: { ArnNotLike: { 'aws:PrincipalArn': principals } },
});
const breakGlass = 'arn:aws:iam::*:role/BreakGlass';
const botAdmin = 'arn:aws:iam::*:role/BotAdmin';
/** An edit that leaves the break-glass role out, above a guardrail that leaves out others. */
const under = (...principals: readonly string[]): Parameters<typeof subject>[0] => ({
  edit: {
    services: ['lex'],
    after: text(allow, guard, { ...sparing(breakGlass), Sid: 'DenyUnusedServices' }),
  },
  spend: spend([row('222222222222', 'Amazon Lex')]),
  policies: [
    fullAccess(tree),
    policy('p-trial0001', before, [target(tree, dev)]),
    policy('p-guardrail', text(sparing(...principals)), [target(tree, backend)]),
  ],
});
const denied = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };

test.each<[string, Parameters<typeof subject>[0], string, string]>([
  ['nothing at all is spent: there may be no data', { spend: spend([]) }, 'not-proven', 'may have no data'],
  ['off', { spend: spend([]), settings: {} }, 'not-proven', 'sources.cost is off'],
  ['off: what may run is named', { settings: {} }, 'not-proven', 'look at dms (replication instances)'],
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
  [
    'denied already to all but somebody whom the edit does not leave out: he loses it, and something of his runs',
    under(botAdmin),
    'failed',
    'dev-2 (222222222222) would lose lex',
  ],
  ['of two who are left out one is not any more', under(botAdmin, breakGlass), 'failed', 'dev-2'],
  ['denied already to all but the same', under(breakGlass), 'ok', '1 account:'],
  [
    'where everything is denied already there is nobody to ask about',
    {
      spend: undefined as never,
      policies: [
        fullAccess(tree),
        policy('p-trial0001', before, [target(tree, dev)]),
        policy('p-quarantine', denied, [target(tree, dev)]),
      ],
    },
    'ok',
    'no account had to be asked',
  ],
])('%s', (_, given, verdict, says) => {
  const found = noRunningResources.check(subject({ settings: { sources: { cost: true } }, ...given }));
  expect(found.verdict).toBe(verdict);
  expect(found.detail).toContain(says);
});

test.each<[string, Spend, number | undefined, string | undefined]>([
  ['an unknown name', spend([row('222222222222', 'New')]), 1, 'ALL_READ'],
  [
    'one that was not read',
    spend([row('222222222221', 'Amazon MQ')], { accountIds: new Set(['222222222221']) }),
    1,
    undefined,
  ],
  [
    'one that was not read, the other with an unknown name',
    spend([row('222222222221', 'New')], { accountIds: new Set(['222222222221']) }),
    undefined,
    undefined,
  ],
  ['a failure is of all', spend([], { failure: 'no' }), undefined, undefined],
])(
  'of how many accounts it is not proven is counted, unless it is all of them: %s',
  (_, read, unproven, code) => {
    const found = noRunningResources.check(subject({ settings: { sources: { cost: true } }, spend: read }));
    expect([found.verdict, found.unproven, found.code]).toEqual(['not-proven', unproven, code]);
  },
);
