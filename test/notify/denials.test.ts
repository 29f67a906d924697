import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readEnvironment } from '../../adapters/environment.ts';
import { readLogBatch } from '../../adapters/log-batch.ts';
import { wireDecide } from '../../adapters/wire.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import type { ChangeEvent } from '../../core/change/life/events.ts';
import { nextInstant } from '../../core/change/life/life.ts';
import { appendEvents } from '../../core/change/life/stored-change.ts';
import grants from '../../deploy/grants.cjs';
import { recordRequest } from '../../flow/decide.ts';
import { type NotedDenials, noteDenials } from '../../flow/note-denials.ts';
import { sweep } from '../../flow/sweep.ts';
import { handler } from '../../handlers/denials.ts';
import table from '../cases/denial/records.json' with { type: 'json' };
import { bodiesUntil } from '../change/lives.ts';
import { system } from '../change/samples.ts';
import { openStage, type Stage, tokenIn } from './stage.ts';

let stage: Stage;
let id: string;
beforeEach(async () => {
  stage = await openStage();
  id = await stage.propose();
  const stored = await stage.load(id);
  const events = bodiesUntil('applied').map((body): ChangeEvent => {
    return { at: nextInstant(stored.record, 0), actor: system, revision: 1, ...body };
  });
  await stage.ports.stores.changes.save(appendEvents(stored, events), stored.version);
  await sweep(stage.ports);
  stage.arrived();
  stage.advance(60);
});
afterEach(() => stage.close());

/** What CloudWatch Logs hands the function for these records. */
function delivered(records: readonly object[], logGroup = 'trail'): object {
  const batch = {
    ...{ messageType: 'DATA_MESSAGE', owner: '111111111111', logGroup },
    ...{ logStream: 'o-exampleorg1_222222222222_CloudTrail_eu-west-1', subscriptionFilters: ['denials'] },
    logEvents: records.map((record, index) => ({
      ...{ id: String(index), timestamp: 0 },
      message: JSON.stringify(record),
    })),
  };
  return { awslogs: { data: gzipSync(JSON.stringify(batch)).toString('base64') } };
}

/** So many calls, a second apart, until now. */
function calls(count: number, role = 'apps/bot'): readonly object[] {
  const until = stage.ports.clock.now();
  return Array.from({ length: count }, (_, index) => ({
    ...table.base,
    eventTime: new Date(until - (count - 1 - index) * 1_000).toISOString().replace('.000', ''),
    userIdentity: {
      ...table.base.userIdentity,
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: `arn:aws:iam::222222222222:role/${role}` },
      },
    },
  }));
}

function arrive(records: readonly object[]): Promise<NotedDenials> {
  const { messages } = readLogBatch(delivered(records));
  return noteDenials(
    stage.ports,
    messages.map((message) => JSON.parse(message)),
    stage.ports.configuration,
  );
}

test('an instance of the function that has seen nothing yet makes no call that its role does not allow', async () => {
  const configuration = parseConfiguration({ deployment: { trailLogGroup: 'trail' } });
  if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
  const allowed = grants
    .functionGrants(configuration.value)
    .filter(({ functionName }) => functionName === 'denials')
    .flatMap(({ actions }) => actions);
  const before = stage.sandbox.calls().length;
  const { clock } = stage.ports;
  const fresh = { ...wireDecide(readEnvironment()), clock };
  const { noted } = await noteDenials(fresh, calls(1, 'apps/first'), stage.ports.configuration);
  expect(noted).toEqual([id]);
  const made = stage.sandbox
    .calls()
    .slice(before)
    .map(({ operation, service }) => `${service}:${operation}`);
  expect(made).toEqual(expect.arrayContaining(['dynamodb:PutItem', 'dynamodb:Query']));
  expect(made.filter((call) => !allowed.includes(call))).toEqual([]);
});

test('calls that it denied are told in one message with the roll-back link and a way for one principal, and not told again', async () => {
  const records = [...calls(3), ...calls(1).map((record) => ({ ...record, errorMessage: 'Access Denied' }))];
  // The same batch comes to two instances at once, and once more.
  const both = await Promise.all([arrive(records), arrive(records)]);
  expect(both.flatMap(({ noted }) => noted)).toEqual([id]);
  expect(await arrive(records)).toEqual({ records: 4, denied: 3, noted: [], full: [], unread: [] });
  await sweep(stage.ports);
  const sent = stage.arrived();
  expect(stage.sandbox.events().map(({ detail, detailType }) => [detailType, detail])).toContainEqual([
    'Denied Access Observed',
    expect.objectContaining({
      data: expect.objectContaining({
        ...{ changeId: id, principal: 'arn:aws:iam::222222222222:role/apps/bot', action: 'lex:GetBot' },
        ...{ count: 3, accountId: '222222222222' },
      }),
    }),
  ]);
  const mails = sent.filter(({ channel }) => channel === 'email');
  expect(mails.map(({ to }) => to).sort()).toEqual(['ana', 'bob'].map((name) => `${name}@example.com`));
  const [mail] = mails;
  const words = mail?.text.replace(/\s+/g, ' ');
  expect(words).toContain(
    'lex:GetBot was denied to arn:aws:iam::222222222222:role/apps/bot in dev-1 at least 3 times',
  );
  expect(words).toContain(
    `npx --no -- oar changes give-back ${id} --services lex --principals 'arn:aws:iam::222222222222:role/apps/bot' --days 7 --reason`,
  );
  stage.advance(5);
  expect((await arrive(calls(2))).noted).toEqual([]);
  expect(await arrive(calls(2, 'OrgAccessReviewerRead'))).toMatchObject({ denied: 0, noted: [] });
  expect((await arrive(calls(2, 'other'))).noted).toEqual([id]);
  await sweep(stage.ports);
  expect(stage.arrived()).toEqual([]);
  const asker = { token: tokenIn(mail) ?? '' };
  const request = { purpose: 'roll-back', reason: 'the bots are needed' } as const;
  const outcome = await recordRequest(stage.ports, id, asker, request, stage.ports.configuration);
  expect(outcome?.change.record.state.status).toBe('rolling-back');
});

test('a flood costs few writes', async () => {
  const { version } = await stage.load(id);
  for (let batch = 0; batch < 20; batch += 1) {
    stage.advance(1);
    const now = new Date(stage.ports.clock.now()).toISOString();
    await arrive(calls(1_000, 'loop').map((record) => ({ ...record, eventTime: now })));
  }
  expect((await stage.load(id)).version - version).toBeLessThanOrEqual(3);
});

test('a change without room, one that cannot be read, and one that others write all the time stand in nobody’s way in silence', async () => {
  const { ports } = stage;
  const { changes } = ports.stores;
  const withChanges = (replaced: Partial<typeof changes>): Promise<NotedDenials> =>
    noteDenials(
      { ...ports, stores: { changes: { ...changes, ...replaced } } },
      calls(1),
      ports.configuration,
    );
  expect(await withChanges({ roomIn: () => 99_999 })).toMatchObject({
    noted: [],
    full: [{ changeId: id, calls: 1 }],
  });
  const damaged = async () => {
    throw new Error('its evidence is damaged');
  };
  expect(await withChanges({ load: damaged })).toMatchObject({
    unread: [{ changeId: id, reason: 'its evidence is damaged' }],
  });
  let saves = 0;
  const conflict = async () => {
    saves += 1;
    return 'conflict' as const;
  };
  await expect(withChanges({ save: conflict })).rejects.toThrow(id);
  expect(saves).toBe(5);
  // Nothing of it reads a change where AWS names another SCP.
  const other = calls(1).map((record) => ({
    ...record,
    errorMessage: table.base.errorMessage.replace('p-newsvctest', 'p-somebodyelse'),
  }));
  const read = async () => {
    throw new Error('read');
  };
  const records = noteDenials(
    { ...ports, stores: { changes: { ...changes, load: read } } },
    other,
    ports.configuration,
  );
  expect(await records).toMatchObject({ denied: 1, noted: [], unread: [] });
});

test('a batch of another log group, or what is none, is refused', async () => {
  await expect(handler(delivered(calls(1), 'elsewhere'))).rejects.toThrow(
    'the records come from the log group elsewhere, which is not deployment.trailLogGroup',
  );
  await expect(handler({})).rejects.toThrow('awslogs.data: missing');
  const control = Buffer.from(
    JSON.stringify({
      messageType: 'CONTROL_MESSAGE',
      owner: 'CloudwatchLogs',
      logGroup: '',
      logEvents: [{ message: 'x' }],
    }),
  );
  expect(readLogBatch({ awslogs: { data: gzipSync(control).toString('base64') } }).messages).toEqual([]);
});
