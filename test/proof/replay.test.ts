import { expect, test } from '@jest/globals';
import { prove } from '../../core/proof/certificate.ts';
import { replay } from '../../core/proof/checks/replay.ts';
import type { TrailGroup, TrailReading } from '../../core/replay/trail-reading.ts';
import { day, fullAccess, now, policy, target } from '../support/small-world.ts';
import { allow, backend, before, dev, guard, ours, subject, text, tree } from './good-edit.ts';

const on = {
  sources: {
    replay: { database: 'audit', table: 'trail', workgroup: 'review', trailLocation: 's3://trail/' },
  },
};
const from = Math.floor(now / day - 3) * day;
const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);
const accounts = ['222222222221', '222222222222'];

const calls = (more: Partial<TrailGroup> = {}): TrailGroup => ({
  ...{ accountId: '222222222221', eventSource: 'lex.amazonaws.com', eventName: 'PostText', count: 12 },
  ...{ principalArn: 'arn:aws:iam::222222222221:role/batch/Monthly', identityType: 'AssumedRole' },
  ...{ region: 'eu-west-1', via: null, failed: false, lastAt: from, ...more },
});
const sparing = (principal: string) => ({ ArnNotLike: { 'aws:PrincipalArn': [principal] } });
const reading = (groups: readonly TrailGroup[], more: Partial<TrailReading> = {}): TrailReading => ({
  ...{ from, to: now, accountIds: accounts, services: ['dms', 'lex'], groups },
  records: accounts.map((id) => [id, 500]),
  regions: ['eu-west-1', 'us-east-1'],
  days: [0, 1, 2, 3].map((index) => dayText(from + index * day)),
  ...more,
});

test.each<[string, Parameters<typeof subject>[0], string, string]>([
  ['nothing was called', {}, 'ok', 'nothing that was called would have been denied: in the'],
  [
    'what it covers',
    {},
    'ok',
    '2 of 2 accounts, 2 Regions and 3 of 3 days have records; 100 % of 1,000 records are mapped to actions (table of ',
  ],
  [
    'a Region that it lacks, where reports show use in its time',
    { trail: [reading([], { regions: ['us-east-1'] })] },
    'not-proven',
    "no record in eu-west-1, where AWS's reports show use on ",
  ],
  [
    'a Region that it lacks, where use is older than it',
    { trail: [reading([], { regions: ['us-east-1'], from: now - 1, days: [] })] },
    'ok',
    '1 Region and 0 of 0 days',
  ],
  ['off', { settings: {} }, 'not-proven', 'sources.replay is off'],
  ['not asked', { trail: undefined as never }, 'not-proven', 'the time ran out'],
  ['refused', { trail: [reading([], { failure: 'no' })] }, 'not-proven', 'could be read: no'],
  [
    'an account was not asked about',
    { trail: [reading([], { accountIds: ['222222222221'] })] },
    'not-proven',
    'could be read: the time ran out',
  ],
  [
    'a service was not asked about',
    { trail: [reading([], { services: ['lex'] })] },
    'not-proven',
    'could be read: the time ran out',
  ],
  [
    'two readings tell all',
    { trail: [reading([], { services: ['lex'] }), reading([], { services: ['dms'] })] },
    'ok',
    '',
  ],
  [
    'a call',
    { trail: [reading([calls()])] },
    'failed',
    `in dev-1 (222222222221) role/batch/Monthly called lex:PostText 12 times, last on ${dayText(from)}`,
  ],
  ['one call', { trail: [reading([calls({ count: 1 })])] }, 'failed', 'called lex:PostText once on'],
  [
    'what two readings have counts once',
    { trail: [reading([calls()]), reading([calls({ count: 11 })])] },
    'failed',
    '12 times',
  ],
  [
    'what is known counts, whatever could not be read',
    { trail: [reading([calls()]), reading([], { failure: 'no' })] },
    'failed',
    'lex:PostText',
  ],
  [
    'a call of the service that the table does not know',
    { trail: [reading([calls({ eventName: 'BrandNew' })])] },
    'failed',
    'lex:BrandNew (not in the table)',
  ],
  [
    'calls that AWS refused',
    { trail: [reading([calls({ failed: true })])] },
    'ok',
    '12 calls to what would be denied failed for want of permission anyway: in dev-1 (222222222221) role/batch/Monthly called lex:PostText 12 times, last on',
  ],
  ['an account elsewhere', { trail: [reading([calls({ accountId: '333333333331' })])] }, 'ok', ''],
  ['another service', { trail: [reading([calls({ eventSource: 'polly.amazonaws.com' })])] }, 'ok', ''],
  ['AWS itself', { trail: [reading([calls({ identityType: 'AWSService', principalArn: null })])] }, 'ok', ''],
  [
    'a service-linked role',
    { trail: [reading([calls({ principalArn: 'arn:aws:iam::222222222221:role/aws-service-role/a/b' })])] },
    'ok',
    '',
  ],
  [
    'an exempt principal',
    {
      trail: [reading([calls()])],
      edit: {
        after: text(allow, guard, {
          ...ours,
          Condition: { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/batch/*'] } },
        }),
      },
    },
    'ok',
    '12 calls to it would not have been denied',
  ],
  [
    'somebody whom an older guardrail leaves out and the edit does not',
    {
      trail: [
        reading([
          calls({
            accountId: '222222222222',
            principalArn: 'arn:aws:iam::222222222222:role/batch/Monthly',
          }),
        ]),
      ],
      edit: { after: text(allow, guard, { ...ours, Condition: sparing('arn:aws:iam::*:role/BreakGlass') }) },
      policies: [
        fullAccess(tree),
        policy('p-trial0001', before, [target(tree, dev)]),
        policy(
          'p-guardrail',
          text({ ...ours, Sid: 'Guardrail', Condition: sparing('arn:aws:iam::*:role/batch/*') }),
          [target(tree, backend)],
        ),
      ],
    },
    'failed',
    'in dev-2 (222222222222) role/batch/Monthly called lex:PostText',
  ],
  [
    'who is exempt is not told by the record',
    {
      trail: [reading([calls({ principalArn: null })])],
      edit: {
        after: text(allow, guard, {
          ...ours,
          Condition: { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/batch/*'] } },
        }),
      },
    },
    'failed',
    'somebody called lex:PostText',
  ],
  [
    'a source that nobody knows',
    { trail: [reading([calls({ eventSource: 'brandnew.amazonaws.com', eventName: 'Try', count: 5 })])] },
    'not-proven',
    "5 calls not seen, which may be of any service: brandnew.amazonaws.com Try (5). Of the organization's trail 2 of 2 accounts, 2 Regions and 3 of 3 days have records; 99.5 % of",
  ],
  [
    'an account without a record',
    { trail: [reading([], { records: [['222222222221', 9]] })] },
    'not-proven',
    'no record of dev-2 (222222222222)',
  ],
  [
    'a day without a record',
    { trail: [reading([], { days: [dayText(from), dayText(from + 2 * day)] })] },
    'not-proven',
    `no record on ${dayText(from + day)}`,
  ],
  [
    'today may have none yet',
    { trail: [reading([], { days: [0, 1, 2].map((index) => dayText(from + index * day)) })] },
    'ok',
    '3 of 3 days',
  ],
  [
    'where it is denied already nothing is lost',
    {
      trail: [reading([calls({ accountId: '222222222222', principalArn: null })])],
      policies: [
        fullAccess(tree),
        policy('p-trial0001', before, [target(tree, dev)]),
        policy(
          'p-quarantine',
          { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] },
          [target(tree, backend)],
        ),
      ],
    },
    'ok',
    '1 of 1 account',
  ],
])('%s', (_, given, verdict, says) => {
  const found = replay.check(subject({ settings: on, trail: [reading([])], ...given }));
  expect(found.verdict).toBe(verdict);
  expect(found.detail).toContain(says);
  if (verdict === 'ok') expect(found.detail).toContain('Data events show only where the trail logs them');
});

test('the check is there where the source is configured, or required', () => {
  const named = (settings: object): string | undefined =>
    prove(subject({ settings })).checks.find(({ name }) => name === 'replay')?.verdict;
  expect(named({})).toBeUndefined();
  expect(named(on)).toBe('not-proven');
  expect(named({ requireProven: ['replay'] })).toBe('not-proven');
});

test.each<[string, readonly TrailReading[], number | undefined]>([
  ['an account without a record', [reading([], { records: [['222222222221', 9]] })], 1],
  ['a day without a record', [reading([], { days: [] })], 0],
  ['an account that was not asked about', [reading([], { accountIds: ['222222222221'] })], 1],
  ['a reading that failed, of all', [reading([], { failure: 'no' })], undefined],
  [
    'one that failed, of a service of all',
    [reading([], { services: ['lex'] }), reading([], { failure: 'no' })],
    undefined,
  ],
  [
    'one that failed, of an account',
    [reading([]), reading([], { failure: 'no', accountIds: ['222222222221'] })],
    0,
  ],
  [
    'one that failed, of an account, and none of the other has a record',
    [
      reading([], { accountIds: ['222222222221'], records: [] }),
      reading([], { accountIds: ['222222222222'], records: [], failure: 'no' }),
    ],
    undefined,
  ],
])('of how many accounts it is not proven is counted, unless it is all of them: %s', (_, trail, unproven) => {
  const found = replay.check(subject({ settings: on, trail }));
  expect([found.verdict, found.unproven]).toEqual(['not-proven', unproven]);
  // What a reading that failed leaves open nobody can tell.
  const isRead = trail.every(({ failure }) => failure === undefined);
  if (!isRead) expect(found.code).toBeUndefined();
});

test('that all was read is told beside what it leaves open', () => {
  const trail = [reading([], { accountIds: ['222222222221', '222222222222'], records: [] })];
  expect(replay.check(subject({ settings: on, trail })).code).toBe('ALL_READ');
});
