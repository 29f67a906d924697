import { describe, expect, test } from '@jest/globals';
import { type ChangeRecord, evolve } from '../../core/change/life/life.ts';
import { type DeniedCall, readDeniedCall } from '../../core/denial/denied-call.ts';
import { denialBounds, denialDays, isMoreDenied, observeDenials } from '../../core/denial/observe-denials.ts';
import { isOwnRole } from '../../core/identity/own-roles.ts';
import { quarantinePolicy } from '../../core/identity/quarantine.ts';
import { kindOf } from '../../core/kinds/kinds.ts';
import { attemptWords } from '../../core/message/views/since-applied.ts';
import table from '../cases/denial/records.json' with { type: 'json' };
import { bodiesUntil, lived } from '../change/lives.ts';
import { content, day, hour, proposal, start } from '../change/samples.ts';
import { type CloudTrailRecord, deniedCall } from './records.ts';

interface Case {
  readonly name: string;
  readonly record?: CloudTrailRecord;
  readonly repeat?: Readonly<Record<string, number>>;
  /** Why it is no denied call at all. */
  readonly none?: string;
  /** Of the sample changes: `ours`, or why not. */
  readonly scp?: string;
  readonly iam?: string;
  readonly own?: boolean;
  readonly action?: string;
  readonly principal?: string;
}

const memberRoles = { read: 'OrgAccessReviewerRead', write: 'OrgAccessReviewerWrite' };
const scp = lived(proposal(content()), bodiesUntil('applied'));
const effect = { narrowed: [], loses: [], keeps: [] };
const allowing = (...actions: readonly string[]): string =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] });
const ofAccount = content({
  ...{ kind: 'iam', services: ['ec2', 'lex'], accountIds: ['222222222222'] },
  steps: [
    {
      resource: {
        type: 'inline-policy',
        principal: { type: 'role', name: 'old' },
        name: quarantinePolicy.name,
      },
      ...{ before: null, after: quarantinePolicy.text },
    },
  ],
  identity: {
    ...{ accountId: '222222222222', title: 'Narrow bot', level: 'action', actions: ['ec2:CreateFleet'] },
    principals: ['arn:aws:iam::222222222222:role/apps/bot', 'arn:aws:iam::222222222222:role/old'],
    effects: [
      { ...effect, arns: ['arn:aws:iam::222222222222:role/apps/bot'], loses: ['lex'], narrowed: ['ec2'] },
      { ...effect, arns: ['arn:aws:iam::222222222222:role/old'], loses: ['s3'] },
    ],
    ...{ reportedArns: [], notes: [], evidence: [], deleted: [], comesBack: {} },
  },
});
const applied = lived(proposal(ofAccount), bodiesUntil('applied'));
const narrowing = {
  resource: { type: 'inline-policy', principal: { type: 'role', name: 'bot' }, name: 'Work' },
  before: allowing('lex:Get*', 'ec2:CreateFleet', 'ec2:RunInstances'),
  after: allowing('ec2:RunInstances'),
} as const;
const iam = { ...applied, content: { ...ofAccount, steps: [...ofAccount.steps, narrowing] } };

describe('a CloudTrail record', () => {
  test.each((table.cases as readonly Case[]).map((each) => [each.name, each] as const))('%s', (_, each) => {
    const repeated = Object.entries(each.repeat ?? {}).map(([key, times]) => [key, 'x'.repeat(times)]);
    const record = { ...table.base, ...each.record, ...Object.fromEntries(repeated) };
    const read = readDeniedCall(record);
    if (each.none !== undefined) {
      expect(read).toEqual({ ok: false, reasons: [{ code: 'NO_DENIED_CALL', detail: each.none }] });
      return;
    }
    if (!read.ok) throw new Error(read.reasons[0].detail);
    const { action, principalArn } = read.value;
    expect(isOwnRole(principalArn, memberRoles)).toBe(each.own ?? false);
    expect(action).toBe(each.action ?? action);
    expect(principalArn).toBe(each.principal ?? principalArn);
    for (const [change, expected] of [
      [scp, each.scp],
      [iam, each.iam],
    ] as const)
      if (expected !== undefined)
        expect(kindOf(change.content).whyNotDeniedBy(change, read.value) ?? 'ours').toBe(expected);
  });

  test('of another form is no denied call', () => {
    for (const record of [null, 'text', 7, [], {}, { ...table.base, userIdentity: null }])
      expect(readDeniedCall(record).ok).toBe(false);
  });
});

const partly = { Effect: 'Deny', Action: ['lex:Get*'], Resource: '*' };
const everyone = { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/apps/bot' } };
test.each<[string, object, string]>([
  ['another action of the service', { ...partly, Action: ['lex:Put*'] }, 'ours'],
  ['this action', partly, 'before'],
  ['this action in other letters', { ...partly, Action: 'LEX:getbot' }, 'before'],
  ['all but another action', { Effect: 'Deny', NotAction: ['lex:Put*'], Resource: '*' }, 'before'],
  ['all but this action', { Effect: 'Deny', NotAction: ['lex:Get*'], Resource: '*' }, 'ours'],
  ['this action on some resources', { ...partly, Resource: 'arn:aws:lex:*:*:bot/a' }, 'ours'],
  ['this action on all but some resources', { Effect: 'Deny', Action: 'lex:*', NotResource: 'x' }, 'ours'],
  ['an Allow of it', { ...partly, Effect: 'Allow' }, 'ours'],
  ['this action but for this principal', { ...partly, Condition: everyone }, 'ours'],
  [
    'this action but for another principal',
    { ...partly, Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ops' } } },
    'before',
  ],
  [
    'this action on another condition',
    { ...partly, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } },
    'ours',
  ],
])('what an SCP denied before the change is not told as its doing: %s', (_, statement, expected) => {
  const { steps, ...fields } = content();
  const before = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const changed = content({ ...fields, steps: steps.map((step) => ({ ...step, before })) });
  const record = lived(proposal(changed), bodiesUntil('applied'));
  const why = kindOf(changed).whyNotDeniedBy(record, deniedCall());
  expect(why ?? 'ours').toBe(expected === 'before' ? 'the SCP denied it before the change' : 'ours');
});

describe('what denied calls add to a history', () => {
  const noted = (record: ChangeRecord, ats: readonly number[], now: number, action = 'lex:GetBot') => {
    const calls = ats.map((at) => deniedCall({ at, action }));
    const { events } = observeDenials(record, calls, now);
    return { events, record: events.reduce(evolve, record) };
  };
  const at = start + hour;

  test('an account that came under the SCP after the proof is told with that', () => {
    const accountId = '444444444444';
    const principalArn = `arn:aws:iam::${accountId}:user/nora`;
    const observe = (call: DeniedCall) => {
      const [event] = observeDenials(scp, [call], at).events;
      if (event?.type !== 'denied-access-observed') throw new Error('nothing was observed');
      return [event.cameLater, attemptWords(event).includes('came under the SCP after it was proved')];
    };
    expect(observe(deniedCall({ at, accountId, principalArn }))).toEqual([true, true]);
    expect(observe(deniedCall({ at }))).toEqual([undefined, false]);
  });

  test('one action in different letters is one event', () => {
    const calls = ['lex:GetBot', 'lex:getbot'].map((action) => deniedCall({ at, action }));
    expect(observeDenials(scp, calls, at).events).toEqual([expect.objectContaining({ count: 2 })]);
  });

  test('one event for many calls, and no other for the same batch once more', () => {
    const { events, record } = noted(scp, [at + 2_000, at, at + 1_000], at + day);
    expect(events).toEqual([
      expect.objectContaining({
        ...{ type: 'denied-access-observed', serviceNamespace: 'lex', accountId: '222222222222' },
        ...{ accountName: 'dev-1', principal: 'arn:aws:iam::222222222222:role/apps/bot', count: 3 },
        ...{ action: 'lex:GetBot', firstAt: at, attemptedAt: at + 2_000, region: 'eu-west-1' },
      }),
    ]);
    expect(events[0]).not.toHaveProperty('quiet');
    expect(noted(record, [at + 2_000, at, at + 1_000], at + day).events).toEqual([]);
  });

  test.each([
    ['before it was applied', start - hour, 0],
    ['in the second of the apply', start, 1],
    ['at the end of the watch', start + denialDays * day - 1_000, 1],
    ['after the watch', start + denialDays * day, 0],
    ['from a clock that is far ahead', start + 3 * day, 0, start + day],
  ])('a call %s: %i', (_, calledAt, events, now = start + 20 * day) => {
    expect(noted(scp, [calledAt], now).events).toHaveLength(events);
  });

  test('another event once the number has doubled or a day has passed, without a message', () => {
    const first = noted(scp, [at, at + 1_000], at + 2_000).record;
    expect(noted(first, [at + 3_000], at + 4_000).events).toEqual([]);
    const doubled = noted(first, [at + 3_000, at + 4_000], at + 5_000);
    expect(doubled.events).toEqual([
      expect.objectContaining({ count: 4, firstAt: at, attemptedAt: at + 4_000, quiet: true }),
    ]);
    expect(noted(doubled.record, [at + 4_000 + day], at + 5_000 + day).events).toEqual([
      expect.objectContaining({ count: 5, firstAt: at, quiet: true }),
    ]);
  });

  test('a message of each service, and not of every action of it', () => {
    const lex = noted(scp, [at], at).record;
    const other = noted(lex, [at + 1_000], at + 1_000, 'lex:PutBot');
    expect(other.events).toEqual([expect.objectContaining({ action: 'lex:PutBot', quiet: true })]);
    const { events: dms } = observeDenials(
      other.record,
      [deniedCall({ at, action: 'dms:StopTask', serviceNamespace: 'dms' })],
      at + 2_000,
    );
    expect(dms[0]).not.toHaveProperty('quiet');
    // Who was never told of is told once there is room: nobody is silenced by another one.
    const later = noted(other.record, [at + day + 2_000], at + day + 2_000, 'lex:PutBot');
    expect(later.events).toEqual([expect.not.objectContaining({ quiet: true })]);
    const dayLater = noted(lex, [at + day + 2_000], at + day + 2_000, 'lex:PutBot');
    expect(dayLater.events[0]).not.toHaveProperty('quiet');
  });

  test('a flood of principals and services ends at the bounds', () => {
    let record = scp;
    let messages = 0;
    for (let batch = 0; batch < 100; batch += 1) {
      const calls = Array.from({ length: 1_000 }, (_, index) =>
        deniedCall({
          at: at + batch * 1_000,
          principalArn: `arn:aws:iam::222222222222:role/r${batch}-${index}`,
          ...{ serviceNamespace: `s${batch}`, action: `s${batch}:Get` },
        }),
      );
      const { events, leftOut } = observeDenials(record, calls, at + batch * 1_000);
      const seen = events.filter(({ type }) => type === 'denied-access-observed');
      expect(seen.length).toBeLessThanOrEqual(denialBounds.inOneBatch);
      expect(leftOut).toBe(calls.length - seen.length);
      if (seen.some((event) => !('quiet' in event))) messages += 1;
      record = events.reduce(evolve, record);
    }
    // That there were more is noted, once.
    expect(record.history.length - scp.history.length).toBe(denialBounds.ever + 1);
    expect(isMoreDenied(record)).toBe(true);
    expect(messages).toBe(denialBounds.messagesADay);
  });

  test('nothing to a change that is not in force', () => {
    const undone = lived(proposal(content()), bodiesUntil('roll-back-requested'));
    expect(noted(undone, [at], at).events).toEqual([]);
  });
});
