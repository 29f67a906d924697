import { expect, test } from '@jest/globals';
import { type RegionReading, uncoveredBelow } from '../../core/organization/enabled-regions.ts';
import { entityOf } from '../../core/organization/organization.ts';
import { regions as check } from '../../core/proof/checks/regions.ts';
import { day, fullAccess, now, policy, target, treeOf } from '../support/small-world.ts';
import { backend, before, dev, subject, tree } from './good-edit.ts';

const on = { sources: { regions: true } };
const read = (...regions: readonly string[]): RegionReading => ({ regions });
const usual: ReadonlyMap<string, RegionReading> = new Map([
  ['222222222221', read('us-east-1')],
  ['222222222222', read('us-east-1')],
]);
const with1 = (reading: RegionReading | undefined) =>
  new Map(reading ? [...usual, ['222222222221', reading]] : [...usual].slice(1));
const denied = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };
const sparingOne = {
  Version: '2012-10-17',
  Statement: ['lex:*', 'dms:*'].map((Action) => ({
    ...{ Effect: 'Deny', Action, Resource: '*' },
    Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Admin' } },
  })),
};
const suspended = treeOf({
  Dev: {
    'dev-1': { id: '222222222221', state: 'SUSPENDED' },
    Backend: { 'dev-2': { id: '222222222222' } },
  },
});

test.each<[string, Parameters<typeof subject>[0], string, string]>([
  ['all is known', { regions: usual }, 'ok', '2 accounts'],
  ['off', { regions: usual, settings: {} }, 'not-proven', 'sources.regions is off'],
  ['off, in AWS', { settings: {}, partition: 'aws' }, 'not-proven', 'data for ca-west-1, mx-central-1'],
  [
    'off, in GovCloud, which has none of the Regions that we know of',
    { settings: {}, partition: 'aws-us-gov' },
    'not-proven',
    'data for Regions of aws-us-gov that its table of 2026-09 does not name; which',
  ],
  ['nobody was asked', {}, 'not-proven', 'the time ran out'],
  ['one was not asked', { regions: with1(undefined) }, 'not-proven', 'of 222222222221 could not be read'],
  [
    'one was refused',
    { regions: with1({ failure: 'gone' }) },
    'not-proven',
    'of 222222222221 could not be read: gone',
  ],
  ['an untracked Region', { regions: with1(read('us-east-1', 'ca-west-1')) }, 'failed', 'may use ca-west-1'],
  [
    'untracked at one, unread at another: what is known counts',
    { regions: new Map([['222222222221', read('ca-west-1')]]) },
    'failed',
    'may use ca-west-1',
  ],
  [
    'tracked only since after the cut-off',
    { regions: with1(read('il-central-1')), cutOff: Date.parse('2023-07-31T00:00:00Z') },
    'failed',
    'may use il-central-1',
  ],
  [
    'tracked since before it',
    { regions: with1(read('il-central-1')), cutOff: Date.parse('2023-08-01T00:00:00Z') },
    'ok',
    '2 accounts',
  ],
  [
    'nobody can use a suspended account',
    { regions: with1(read('ca-west-1')), tree: suspended },
    'ok',
    '1 account:',
  ],
  [
    'where everything is denied already it cannot matter',
    {
      regions: new Map([...usual, ['222222222222', read('ca-west-1')]]),
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
    'a partition of which no Region is tracked, whatever is read of the accounts',
    { regions: usual, partition: 'aws-cn' },
    'failed',
    'any Region of the partition aws-cn',
  ],
  ['the same where Regions are not read', { settings: {}, partition: 'aws-eusc' }, 'failed', 'aws-eusc'],
  ['AWS GovCloud is tracked', { regions: usual, partition: 'aws-us-gov' }, 'ok', '2 accounts'],
  [
    'denied already to all but somebody whom the edit does not leave out',
    {
      regions: new Map([...usual, ['222222222222', read('ca-west-1')]]),
      policies: [
        fullAccess(tree),
        policy('p-trial0001', before, [target(tree, dev)]),
        policy('p-guardrail', sparingOne, [target(tree, backend)]),
      ],
    },
    'failed',
    'dev-2',
  ],
  [
    'where everything is denied already there is nobody to ask about',
    {
      regions: new Map(),
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
  const found = check.check(subject({ settings: on, cutOff: now - 180 * day, ...given }));
  expect(found.verdict).toBe(verdict);
  expect(found.detail).toContain(says);
});

test('of how many accounts it is not proven is counted, unless it is all of them', () => {
  const unproven = (regions: ReadonlyMap<string, RegionReading>) =>
    check.check(subject({ regions, settings: on })).unproven;
  expect([unproven(with1(undefined)), unproven(new Map()), unproven(usual)]).toEqual([
    1,
    undefined,
    undefined,
  ]);
});

test('the same readings of other accounts, or with another cut-off, are judged anew', () => {
  const readings = new Map([...usual, ['222222222222', read('il-central-1')] as const]);
  const namesIn = (of: typeof tree, cutOff: number) =>
    uncoveredBelow(of, entityOf(of, of.rootId), readings, cutOff).map(({ account }) => account.name);
  const early = Date.parse('2023-07-31T00:00:00Z');
  const other = treeOf({ Dev: { 'dev-3': { id: '222222222223' }, 'dev-4': { id: '222222222222' } } });
  expect([namesIn(tree, early), namesIn(tree, now), namesIn(other, early)]).toEqual([
    ...[['dev-2'], [], ['dev-4']],
  ]);
});
