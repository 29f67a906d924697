import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createDynamoDbClient } from '../../adapters/aws/clients.ts';
import { openTable } from '../../adapters/aws/store-table.ts';
import { changeId } from '../../core/change/content/digest.ts';
import { notify } from '../../flow/notify.ts';
import { sweep } from '../../flow/sweep.ts';
import { handler } from '../../handlers/notify.ts';
import { asLaterVersion } from '../support/raw-items.ts';
import { openStage, type Stage, tokenIn } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const hours = 60;
const otherId = (policyId: string): string => changeId('o-exampleorg1', { policyId }, policyId);

test('what nobody decided ends: noted once, told on the bus and to those who could have decided; no link is in it', async () => {
  const id = await stage.propose();
  await sweep(stage.ports);
  stage.arrived();
  // Later than notices of old news are sent: its end is news.
  stage.advance(73 * hours);
  const report = await sweep(stage.ports);
  expect(report).toMatchObject({ expired: [id], reminded: [], failed: [], sending: { failed: [] } });
  expect((await stage.load(id)).record.state.status).toBe('expired');
  expect(stage.sandbox.events().map(({ detailType }) => detailType)).toEqual([
    'SCP Change Proposed',
    'SCP Change Expired',
  ]);
  const told = stage.arrived().filter(({ update }) => update !== true);
  expect(told.map(({ to }) => to).sort()).toEqual(['U0ANA', 'all', 'ana@example.com', 'bob@example.com']);
  for (const message of told) {
    expect(tokenIn(message)).toBeNull();
    expect(message.text).toContain('expired unapplied');
  }
  expect(await sweep(stage.ports)).toMatchObject({ expired: [], notices: [] });
});

test.each([{ intent: 'quarantine' }, { event: 'quarantined' }])(
  'what a later version went on with is left to that one, however late: %j',
  async (later) => {
    const id = await stage.propose();
    await sweep(stage.ports);
    const { client, name } = openTable(createDynamoDbClient(), 'notices');
    await asLaterVersion(client, name, id, later);
    for (const _ of ['a reminder is due', 'the time is over']) {
      stage.advance(36 * hours);
      expect(await sweep(stage.ports)).toMatchObject({ expired: [], reminded: [], failed: [] });
    }
  },
);

test('two reminders over the time, each with a link of its own beside the first, to nobody who answered', async () => {
  const id = await stage.propose({ requiredApprovals: 2 });
  await sweep(stage.ports);
  stage.arrived();
  const reminded: number[] = [];
  let hour = 0;
  for (const next of [35, 36, 37, 61, 62, 63, 71]) {
    stage.advance((next - hour) * hours);
    hour = next;
    if ((await sweep(stage.ports)).reminded.length > 0) reminded.push(hour);
  }
  expect(reminded).toEqual([36, 62]);
  const told = stage.arrived().filter(({ update }) => update !== true);
  expect(told.map(({ to }) => to).sort()).toEqual([
    'U0ANA',
    'U0ANA',
    'ana@example.com',
    'ana@example.com',
    'bob@example.com',
    'bob@example.com',
  ]);
  const tokens = told.map(tokenIn);
  expect(new Set(tokens).size).toBe(6);
  const usable = Object.values((await stage.load(id)).links).filter(
    ({ revokedAt }) => revokedAt === undefined,
  );
  // Whoever has the page of an earlier message open goes on with it.
  expect(usable).toHaveLength(9);
});

test('a change that cannot be read delays no other', async () => {
  const broken = await stage.propose();
  const whole = await stage.propose({ id: otherId('p-other') });
  await openTable(createDynamoDbClient(), 'notices').client.send(
    new UpdateCommand({
      TableName: 'notices',
      Key: { pk: `CHANGE#${broken}`, sk: 'CHANGE' },
      UpdateExpression: 'SET body = :body',
      ExpressionAttributeValues: { ':body': Buffer.from('no gzip') },
    }),
  );
  stage.advance(72 * hours);
  const report = await sweep(stage.ports);
  expect(report.expired).toEqual([whole]);
  expect(new Set(report.failed.map((failure) => failure.changeId))).toEqual(new Set([broken]));
  expect(report.sending.failed).toMatchObject([{ what: `events of ${broken}` }]);
  expect(stage.arrived().map(({ to }) => to)).toContain('ana@example.com');
});

test('a bus that refuses keeps nobody from being told, and gets its events later', async () => {
  await stage.propose();
  stage.sandbox.eventBridge.failNext(4, 'InternalFailure');
  const report = await sweep(stage.ports);
  expect(report.sending.failed).toHaveLength(1);
  expect(report.notices).toHaveLength(4);
  expect(stage.sandbox.events()).toEqual([]);
  await sweep(stage.ports);
  expect(stage.sandbox.events()).toHaveLength(1);
});

test('a topic that is gone is that person’s failure alone', async () => {
  await stage.close();
  stage = await openStage({ slack: null });
  const topics = {
    ...stage.ports.configuration.email?.topics,
    bob: 'arn:aws:sns:us-east-1:111111111111:gone',
  };
  const ports = { ...stage.ports, configuration: { ...stage.ports.configuration, email: { topics } } };
  const reports = await notify(ports, await stage.propose());
  expect(reports.map(({ approverId, failure }) => [approverId, failure === null])).toEqual([
    ['ana', true],
    ['bob', false],
  ]);
  expect(reports[1]?.failure).toContain('NotFound');
});

test('the function for the bus takes the id of the change and nothing else from its event', async () => {
  const id = await stage.propose();
  const event = {
    'detail-type': 'SCP Change Proposed',
    source: 'org-access-reviewer',
    detail: { data: { changeId: id } },
  };
  await handler(event as never);
  // The installed configuration names no approvers: nobody is told, and nothing fails.
  expect(stage.arrived()).toEqual([]);
  await expect(handler({ detail: { data: {} } } as never)).rejects.toThrow(/^detail\.data\.changeId: /);
});
