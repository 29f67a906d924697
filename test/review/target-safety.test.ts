import { expect, test } from '@jest/globals';
import type { TrailReading } from '../../core/replay/trail-reading.ts';
import { review } from '../../core/review/review.ts';
import { policiesOf, treeOf as sketch, reportOf as sketchReport } from '../support/organization-builder.ts';
import { day, fullAccess, now, policy, reportOf, reviewOf, target, treeOf } from '../support/small-world.ts';

const tree = treeOf({
  Top: { plain: { id: '333333333331' }, Data: { 'prod-dms': { id: '333333333332' } } },
});
const top = 'ou-test-top00000';
const breakGlass = 'arn:aws:iam::*:role/BreakGlass';
/** A guardrail on Data that denies DMS to all but these. */
const guardrail = (...principals: readonly string[]) => {
  const Condition = { ArnNotLike: { 'aws:PrincipalArn': principals } };
  const statement = { Effect: 'Deny', Action: 'dms:*', Resource: '*', Condition };
  return policy('p-guardrail', { Version: '2012-10-17', Statement: [statement] }, [
    target(tree, 'ou-test-data0000'),
  ]);
};
const spend = {
  ...{ from: '2026-09-23', to: '2026-11-22', accountIds: new Set(['333333333331', '333333333332']) },
  rows: [
    {
      accountId: '333333333332',
      costName: 'AWS Database Migration Service',
      ...{ amount: 812.4, currency: 'USD', quantity: 1440 },
    },
  ],
};
const regions = new Map([
  ['333333333331', { regions: ['us-east-1'] }],
  ['333333333332', { regions: ['us-east-1', 'ca-west-1'] }],
]);

/** What the trail tells: the DMS administrator lists the tasks. */
const trail: readonly TrailReading[] = [
  {
    ...{ from: now - 90 * day, to: now, accountIds: ['333333333331', '333333333332'], services: ['dms'] },
    groups: [
      {
        ...{
          accountId: '333333333332',
          eventSource: 'dms.amazonaws.com',
          eventName: 'DescribeReplicationTasks',
        },
        ...{ principalArn: 'arn:aws:iam::333333333332:role/DmsAdmin', identityType: 'AssumedRole' },
        ...{ region: 'eu-west-1', via: null, failed: false, count: 3, lastAt: now - day },
      },
    ],
    ...{ records: [], regions: [], days: [] },
  },
];

test.each([
  ['its replication instances run', { spend }, ['RUNNING_RESOURCES']],
  [
    'they run for one role, which a guardrail leaves out and the draft does not',
    { spend, policies: [fullAccess(tree), guardrail('arn:aws:iam::*:role/DmsAdmin')] },
    ['RUNNING_RESOURCES'],
  ],
  [
    'they run where DMS is denied already to all but those whom the draft leaves out as well',
    { spend, policies: [fullAccess(tree), guardrail(breakGlass)] },
    [],
  ],
  [
    'use in a Region that is not tracked would not show: the account is left out',
    { regions, policies: [fullAccess(tree), guardrail('arn:aws:iam::*:role/DmsAdmin')] },
    ['REGION_NOT_COVERED'],
  ],
  [
    'a role calls it, which a guardrail leaves out and the draft does not',
    { trail, policies: [fullAccess(tree), guardrail('arn:aws:iam::*:role/DmsAdmin')] },
    ['CALLED_AT_TARGET'],
  ],
  ['no Region of the partition is tracked', { partition: 'aws-cn' }, ['REGION_NOT_COVERED']],
  ['nothing holds it', {}, []],
])('DMS, which no report shows as used: %s', (_, given, codes) => {
  const sources = { cost: 'spend' in given, regions: 'regions' in given };
  const { facts, request } = reviewOf(tree, {
    reports: [reportOf(tree, top, [], ['dms'], now)],
    request: { scopeId: top },
    settings: { breakGlass: [breakGlass], sources },
    ...given,
  });
  const { changes, refusals } = review(facts, request);
  expect(refusals.map(({ code }) => code)).toEqual(codes);
  const reached = changes.flatMap(({ accountIds }) => accountIds);
  expect(reached.includes('333333333332')).toBe(codes.length === 0);
});

test('an SCP is not edited that has another target where nobody was a member for the whole threshold', () => {
  const young = sketch({ A: { 'old-1': 'account' }, B: { 'new-1': 'account joined 3 days ago' } });
  const policies = policiesOf(young, [{ id: 'p-ab', targets: ['A', 'B'], deny: ['ec2:RunInstances'] }]);
  const reports = [
    sketchReport(young, 'A', { lex: 'never', s3: '1 days by old-1' }),
    sketchReport(young, 'B', { lex: 'never', s3: 'never' }),
  ];
  const { facts, request } = reviewOf(young, { policies, reports, request: { scopeId: 'A' } });
  const { changes, refusals } = review(facts, request);
  expect(changes.map(({ targets }) => targets.map(({ id }) => id))).toEqual([['A']]);
  expect(refusals.map(({ code }) => code)).toContain('YOUNG_ACCOUNTS');
});

test('who used a service at a target is told before how long its accounts are members', () => {
  const young = sketch({ A: { 'old-1': 'account' }, B: { 'new-1': 'account joined 3 days ago' } });
  const policies = policiesOf(young, [{ id: 'p-ab', targets: ['A', 'B'], deny: ['ec2:RunInstances'] }]);
  const reports = [
    sketchReport(young, 'A', { lex: 'never' }),
    sketchReport(young, 'B', { lex: '1 days by new-1' }),
  ];
  const { facts, request } = reviewOf(young, { policies, reports, request: { scopeId: 'A' } });
  expect(review(facts, request).refusals.map(({ code }) => code)).toEqual(['USED_AT_TARGET']);
});

test('where an account that is suspended used a service last, its state is told', () => {
  const suspended = sketch({ A: { 'old-1': 'account' }, B: { 'gone-1': 'account SUSPENDED' } });
  const policies = policiesOf(suspended, [{ id: 'p-ab', targets: ['A', 'B'], deny: ['ec2:RunInstances'] }]);
  const reports = [
    sketchReport(suspended, 'A', { lex: 'never' }),
    sketchReport(suspended, 'B', { lex: '1 days by gone-1' }),
  ];
  const { facts, request } = reviewOf(suspended, { policies, reports, request: { scopeId: 'A' } });
  const [refusal] = review(facts, request).refusals;
  expect(refusal?.detail).toMatch(/used lex on 2026-11-21 by account gone-1, which is SUSPENDED$/);
});

test('a last use of an account that is gone is told with the account, the day and when it ends', () => {
  const tree = sketch({ A: { 'old-1': 'account' } });
  const reports = [sketchReport(tree, 'A', { lex: '300 days by ghost', s3: 'never' })];
  const { facts, request } = reviewOf(tree, { reports, request: { scopeId: 'A' } });
  const refusal = review(facts, request).refusals.find(({ code }) => code === 'EVIDENCE_MISSING');
  expect(refusal?.detail).toMatch(/\(lex by ghost on 2026-01-26\): unknown until .* after 400 days$/);
});
