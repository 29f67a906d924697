import { CreateTopicCommand, SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { wireSubscribers } from '../../adapters/wire-notify.ts';
import { type Configuration, parseConfiguration } from '../../core/base/configuration.ts';
import { lookAtSubscribers } from '../../flow/look-at-subscribers.ts';
import { handler } from '../../handlers/sweep.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { pointAt } from '../adapters/environment.ts';
import { developmentAndElsewhere } from '../flow/organization.ts';
import { withConfiguration } from '../support/shipped-configuration.ts';

let sandbox: Sandbox;
let restore: () => void;
let topics: Record<string, string>;
const approvers = ['ana', 'ben', 'cleo', 'dora', 'emil'].map((id) => ({
  ...{ id, name: id, email: `${id}@example.com` },
}));

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: developmentAndElsewhere, fast: true });
  restore = pointAt(sandbox.endpoint, {
    ...{ TABLE_NAME: 'none', BUS_NAME: 'none', PAGE_URL: 'http://127.0.0.1:4180', LOG_LEVEL: 'silent' },
  });
  const sns = new SNSClient({});
  const made = approvers.map(async ({ id }) => {
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: `approver-${id}` }));
    return [id, TopicArn] as const;
  });
  topics = Object.fromEntries(await Promise.all(made));
  const subscribe = async (id: string, Endpoint: string, Attributes = {}) => {
    const input = { TopicArn: topics[id], Protocol: 'email', Endpoint, Attributes };
    const answer = await sns.send(new SubscribeCommand({ ...input, ReturnSubscriptionArn: true }));
    return answer.SubscriptionArn;
  };
  await subscribe('ana', 'Ana@example.com');
  await subscribe('ben', 'ben@example.com', { PendingConfirmation: 'true' });
  await sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscribe('cleo', 'cleo@example.com') }));
  await subscribe('dora', 'dora@example.com');
  await subscribe('dora', 'mallory@example.org');
  topics.emil = `${topics.ana}-gone`;
});
afterAll(async () => {
  restore();
  await sandbox.close();
});

function configurationWith(changes: object): Configuration {
  const parsed = parseConfiguration({ approvers, operators: 'none', email: { topics }, ...changes });
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return parsed.value;
}

test('whom no mail reaches, and who gets the links of another, is said with the way out', async () => {
  const found = await lookAtSubscribers(wireSubscribers(), configurationWith({}));
  const failed = found.filter(({ verdict }) => verdict === 'fail');
  expect(failed.map(({ said }) => said)).toEqual([
    'ben@example.com has not confirmed the subscription to the topic of approver ben',
    'cleo@example.com is not subscribed to the topic of approver cleo',
    'mallory@example.org gets the links of approver dora too',
    `there is no topic of approver emil: ${topics.emil}`,
  ]);
  expect(failed.every(({ wayOut }) => wayOut)).toBe(true);
});

test('where nothing is proposed nobody is looked for', async () => {
  expect(await lookAtSubscribers(wireSubscribers(), configurationWith({ mode: 'observe' }))).toEqual([]);
});

test('the function looks once a day, and sweeps nothing then', async () => {
  sandbox.clearCalls();
  const configuration = { approvers, operators: 'none', email: { topics } };
  await withConfiguration(configuration, () => handler({ look: 'subscribers' }));
  const services = new Set(sandbox.calls().map(({ service }) => service));
  expect([...services]).toEqual(['sns']);
});
