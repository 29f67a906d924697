import { randomBytes } from 'node:crypto';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readEnvironment } from '../../adapters/environment.ts';
import { wireMessenger } from '../../adapters/wire-notify.ts';
import { notify } from '../../flow/notify.ts';
import { type SweepPorts, sweep } from '../../flow/sweep.ts';
import { bankScenario } from '../../sandbox/scenario-bank.ts';
import { openStory, type Story } from '../flow/story.ts';
import { addressees } from './stage.ts';

let story: Story;
let ports: SweepPorts;
beforeAll(async () => {
  story = await openStory({ scenario: bankScenario({ seed: 1 }) });
  const sns = new SNSClient({});
  const topics: Record<string, string> = {};
  for (const { email, id } of story.configuration.approvers) {
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: id }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: email }));
    topics[id] = TopicArn;
  }
  ports = {
    ...story.ports,
    configuration: { ...story.configuration, email: { topics } },
    messenger: wireMessenger(readEnvironment(), null),
    pageUrl: 'https://approve.example.com',
    newToken: () => randomBytes(32),
  };
});
afterAll(() => story.close());

test('a review of the bank is at most three messages to each approver while it waits: it asks once and reminds twice', async () => {
  const root = [...story.sandbox.world.entities.values()].find(({ type }) => type === 'ROOT');
  const { run } = await story.review(root?.id);
  const ids = run.decision.changes.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(5);
  // The bus brings an event of each change.
  for (const id of ids) await notify(ports, id);
  const personal = () => story.sandbox.messages().filter(({ to }) => to !== 'team@example.com');
  expect(addressees(personal())).toEqual(['email ana@example.com', 'email ben@example.com']);
  for (const message of personal()) for (const id of ids) expect(message.text).toContain(`/changes/${id}?`);
  for (const hours of [36, 10, 16, 6]) {
    story.advance(hours * 3_600);
    await sweep(ports);
  }
  expect(addressees(personal())).toEqual([
    ...Array.from({ length: 3 }, () => 'email ana@example.com'),
    ...Array.from({ length: 3 }, () => 'email ben@example.com'),
  ]);

  // Nobody decides: that it is over is one message more.
  story.advance(12 * 3_600);
  await sweep(ports);
  for (const id of ids) await notify(ports, id);
  const last = personal().slice(6);
  expect(addressees(last)).toEqual(['email ana@example.com', 'email ben@example.com']);
  for (const message of last) for (const id of ids) expect(message.text).toContain(`Change ${id}`);
});
