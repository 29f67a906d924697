import { expect, test } from '@jest/globals';
import { parsePolicy } from '../../core/policy/document.ts';
import { createCallJudge } from '../../core/replay/call-verdict.ts';
import { actionsOfEvent } from '../../core/replay/event-actions.ts';
import { gapsOf } from '../../core/replay/gaps.ts';
import { startReplay } from '../../core/replay/replay.ts';
import { readRecord } from '../../core/replay/trail-record.ts';
import records from '../cases/replay/records.json' with { type: 'json' };
import verdicts from '../cases/replay/verdicts.json' with { type: 'json' };
import { day, now } from '../support/small-world.ts';

const accountId = '222222222222';
const role = `arn:aws:iam::${accountId}:role/app`;
const timeOf = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
const documentOf = (Statement: readonly object[]) => {
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }));
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
};

test.each(verdicts)('$name: $expected', ({ after, before, call, event, expected, source }) => {
  const judge = createCallJudge({
    before: before ? documentOf(before) : null,
    after: documentOf(after),
  });
  const { principal = role, region = 'eu-west-1' } = (call ?? {}) as {
    readonly principal?: string | null;
    readonly region?: string;
  };
  const made = { id: null, at: now, eventSource: source, eventName: event, region, accountId, via: null };
  expect(judge({ ...made, principalArn: principal, isDataEvent: false }, actionsOfEvent(source, event))).toBe(
    expected,
  );
});

test.each(records)('$name', ({ expected, record }) => {
  const isWhole = typeof record === 'object' && record !== null && !('eventTime' in record);
  const timed = isWhole ? { ...record, eventTime: timeOf(now) } : record;
  const read = readRecord(timed);
  expect('call' in read ? read.call : read.leftOut).toEqual(
    typeof expected === 'string' ? expected : expect.objectContaining(expected),
  );
});

const call = (changed: Readonly<Record<string, unknown>> = {}) => ({
  ...{ eventType: 'AwsApiCall', eventTime: timeOf(now - day), awsRegion: 'eu-west-1' },
  ...{ eventSource: 'lex.amazonaws.com', eventName: 'CreateBot', recipientAccountId: accountId },
  userIdentity: { type: 'IAMUser', accountId, arn: `arn:aws:iam::${accountId}:user/ana` },
  ...changed,
});
const denyLex = { Effect: 'Deny', Action: ['lex:*'], Resource: '*' };
const replayed = (told: readonly unknown[], accounts = new Map([[accountId, 'app']]), days = 1) => {
  const edit = { before: null, after: documentOf([denyLex]) };
  const replay = startReplay({ edit, accounts, from: now - days * day, to: now });
  for (const record of told) replay.tell(record);
  return replay.answer();
};

test('calls of one principal and action are one line, with count, last time, Regions and who called in his name', () => {
  const { blocked, calls, leftOut } = replayed([
    call(),
    call({ awsRegion: 'us-east-1', eventTime: timeOf(now - 3_600_000) }),
    call({ userIdentity: { ...call().userIdentity, invokedBy: 'cloudformation.amazonaws.com' } }),
    call({ eventSource: 's3.amazonaws.com', eventName: 'CreateBucket' }),
    call({ errorCode: 'AccessDeniedException' }),
  ]);
  expect(blocked).toEqual([
    {
      ...{ verdict: 'denied', principal: `arn:aws:iam::${accountId}:user/ana`, action: 'lex:CreateBot' },
      ...{ accountId, accountName: 'app', count: 3, lastAt: now - 3_600_000 },
      ...{ regions: ['eu-west-1', 'us-east-1'], via: ['cloudformation.amazonaws.com'] },
    },
  ]);
  expect(calls).toMatchObject({ all: 4, denied: 3, perhaps: 0, notSeen: 0 });
  expect(leftOut).toMatchObject({ failed: 1 });
});

test('what two trails or two accounts recorded counts once; other accounts and other days do not count', () => {
  const other = '999999999999';
  const { calls, leftOut } = replayed([
    call({ eventID: 'one' }),
    call({ eventID: 'one' }),
    call({ eventID: 'two', sharedEventID: 'shared' }),
    call({ eventID: 'three', sharedEventID: 'shared', recipientAccountId: other }),
    call({ userIdentity: { type: 'IAMUser', accountId: other, arn: `arn:aws:iam::${other}:user/x` } }),
    call({ eventTime: timeOf(now - 3 * day) }),
    call({ eventTime: timeOf(now + day) }),
  ]);
  expect(calls.denied).toBe(2);
  expect(leftOut).toMatchObject({ twice: 2, 'other-account': 1, 'other-time': 2 });
});

test('what is missing is said: accounts, days, calls that nobody knows, records that are none', () => {
  const accounts = new Map([
    [accountId, 'app'],
    ['333333333333', 'idle'],
  ]);
  const whole = replayed([call({ eventSource: 's3.amazonaws.com', eventTime: timeOf(now) })]);
  expect(gapsOf(whole)).toEqual([]);
  const unknown = call({ eventSource: 'brandnew.amazonaws.com', eventName: 'Create' });
  const gaps = gapsOf(replayed([unknown, unknown, {}], accounts, 9));
  expect(gaps).toEqual([
    '1 of 2 accounts have no record: 333333333333',
    '8 of 9 days have no record',
    expect.stringMatching(/^2 calls are not in the table of .*: brandnew\.amazonaws\.com Create \(2\)$/),
    '1 records are not what CloudTrail writes',
  ]);
  expect(replayed([unknown]).calls).toMatchObject({ all: 1, denied: 0, notSeen: 1 });
});

test('a hostile trail makes it keep no more than so many lines, and every call still counts', () => {
  const many = Array.from({ length: 6_000 }, (_, index) =>
    call({ userIdentity: { type: 'IAMUser', accountId, arn: `arn:aws:iam::${accountId}:user/u${index}` } }),
  );
  const { blocked, calls } = replayed(many);
  expect(blocked).toHaveLength(5_000);
  expect(calls).toMatchObject({ denied: 6_000, inNoLine: 1_000 });
});
