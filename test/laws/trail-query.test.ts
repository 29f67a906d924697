import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePolicy } from '../../core/policy/document.ts';
import { blockedBy, trailOf } from '../../core/replay/calls-below.ts';
import { startReplay } from '../../core/replay/replay.ts';
import { trailSql } from '../../core/replay/trail-query.ts';
import { readTrailRows } from '../../core/replay/trail-reading.ts';
import { answerOf } from '../../sandbox/athena-query.ts';
import type { ScenarioCall } from '../../sandbox/scenario.ts';
import { createWorld } from '../../sandbox/world.ts';
import { developmentAndElsewhere } from '../flow/organization.ts';

const accounts = ['222222222222', '222222222223'];
const where = {
  ...{ database: 'audit', table: 'trail', workgroup: 'review', outputLocation: null },
  ...{ accountColumn: 'account', dateColumn: 'month', dateFormat: 'yyyy/MM' as const },
};
const day = 86_400_000;
const runs = { numRuns: process.env.LONG ? 3_000 : 60 };

/** Most calls are usual ones: an odd value of one field at a time is enough to tell two readers apart. */
const mostly = <Value>(usual: Value, ...odd: readonly Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 4 }, { arbitrary: fc.constantFrom(...odd), weight: 1 });
const call: fc.Arbitrary<ScenarioCall> = fc
  .record({
    account: fc.constantFrom(...accounts),
    caller: mostly<string | undefined>(undefined, ...accounts, '333333333333'),
    principal: mostly<string | undefined>(
      'role/App',
      'role/Admin',
      'role/aws-service-role/lex/Linked',
      undefined,
    ),
    type: mostly('AssumedRole', 'AWSService', 'Role'),
    invokedBy: mostly<string | undefined>(undefined, 'cloudformation.amazonaws.com'),
    source: mostly(
      'lex.amazonaws.com',
      'models.lex.amazonaws.com',
      'dms.amazonaws.com',
      's3.amazonaws.com',
      'new.amazonaws.com',
    ),
    name: fc.constantFrom('PostText', 'GetBots', 'DescribeEndpoints', 'BrandNew'),
    daysAgo: fc.integer({ min: 0, max: 99 }),
    count: fc.integer({ min: 1, max: 3 }),
    region: fc.constantFrom('eu-west-1', 'us-east-1'),
    error: mostly<string | undefined>(undefined, 'AccessDenied', 'ThrottlingException'),
    eventType: mostly('AwsApiCall', 'AwsConsoleSignIn'),
  })
  // Without the fields that are not told.
  .map((fields) => JSON.parse(JSON.stringify(fields)));

/** The records of a call as CloudTrail writes them into files. */
function recordsOf(given: ScenarioCall, index: number, now: number): readonly unknown[] {
  const { account, caller = account, error, invokedBy, principal, type = 'AssumedRole' } = given;
  const arn = principal === undefined ? undefined : `arn:aws:iam::${caller}:${principal}`;
  return Array.from({ length: given.count ?? 1 }, (_, number) => ({
    ...{ eventType: given.eventType ?? 'AwsApiCall', eventSource: given.source, eventName: given.name },
    eventTime: new Date(now - given.daysAgo * day + number).toISOString(),
    ...{ awsRegion: given.region ?? 'us-east-1', eventID: `${index}-${number}`, recipientAccountId: account },
    ...(error !== undefined && { errorCode: error }),
    userIdentity: {
      ...{ type, accountId: type === 'AWSService' ? undefined : caller, invokedBy, arn },
      sessionContext: { sessionIssuer: { arn } },
    },
  }));
}

test('a query of the trail finds what a replay of its files finds', () => {
  const world = createWorld({ ...developmentAndElsewhere, now: '2031-05-05T12:00:00Z' });
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      ...{ Effect: 'Deny', Action: ['lex:*', 'dms:*'], Resource: '*' },
      Condition: { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/Admin'] } },
    },
  });
  const after = parsePolicy(text);
  if (!after.ok) throw new Error(text);
  const edit = { before: null, after: after.value };
  let compared = 0;
  fc.assert(
    fc.property(fc.array(call, { maxLength: 12 }), (calls) => {
      const now = Math.floor(world.now() / 1000) * 1000;
      const span = { from: now - 90 * day, to: now + 10_000 };
      const asked = { ...span, accountIds: accounts, services: ['dms', 'lex'] };
      const [header = [], ...rows] = answerOf(
        trailSql(where, asked),
        { database: 'audit', table: 'trail', sinceDaysAgo: 1, calls },
        { ...world, now: () => now },
      );
      const read = readTrailRows(
        rows.map((row) => Object.fromEntries(row.map((cell, index) => [header[index], cell]))),
      );
      if (!read.ok) throw new Error(read.reasons[0].detail);
      const trail = trailOf([{ ...asked, ...read.value }]);
      const blocked = accounts.flatMap((id) => blockedBy(edit, trail.calls.get(id) ?? []));

      const replay = startReplay({ ...span, edit, accounts: new Map(accounts.map((id) => [id, id])) });
      for (const record of calls.flatMap((each, index) => recordsOf(each, index, now))) replay.tell(record);
      const found = replay.answer();
      const byPrincipal = (lines: readonly { principal: string | null; count: number }[]) => {
        const sums = new Map<string, number>();
        for (const { count, principal } of lines) {
          const name = principal ?? 'somebody';
          sums.set(name, (sums.get(name) ?? 0) + count);
        }
        return [...sums].sort();
      };
      expect(
        byPrincipal(blocked.map(({ count, principalArn }) => ({ count, principal: principalArn }))),
      ).toEqual(
        byPrincipal(
          found.blocked.map(({ count, principal }) => ({
            count,
            principal: principal.startsWith('arn:') ? principal : null,
          })),
        ),
      );
      compared += blocked.length;
    }),
    runs,
  );
  expect(compared).toBeGreaterThan(runs.numRuns / 2);
});
