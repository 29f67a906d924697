import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readEnvironment } from '../../adapters/environment.ts';
import { wireNotify } from '../../adapters/wire-notify.ts';
import { readDecisions } from '../../flow/decision-log.ts';
import { notify } from '../../flow/notify.ts';
import { createHandler } from '../../handlers/slack.ts';
import { type Gateway, startApiGateway } from '../../sandbox/api-gateway.ts';
import { people, storyConfiguration } from '../flow/ports.ts';
import { openStory, type Story } from '../flow/story.ts';

const secret = '8f742231b10e8888abcd99badc0ffee5';

let story: Story;
let gateway: Gateway | null = null;
beforeAll(async () => {
  story = await openStory();
});
afterAll(async () => {
  await gateway?.close();
  await story.close();
});

test('a change is proposed, reviewed and approved in Slack, told in its thread, and applied', async () => {
  const { sandbox } = story;
  const client = new SecretsManagerClient({});
  const secretOf = async (Name: string, SecretString: string) =>
    (await client.send(new CreateSecretCommand({ Name, SecretString }))).ARN;
  const configuration = storyConfiguration({
    approvers: people.map((person) => ({ ...person, slackUserId: `U0${person.id.toUpperCase()}` })),
    slack: {
      botTokenSecret: await secretOf('bot', 'xoxb-1-2-abc'),
      signingSecret: await secretOf('signing', secret),
      channels: { Development: 'C0DEV' },
      apiUrl: `${sandbox.endpoint}/slack/api`,
    },
  });
  gateway = await startApiGateway({
    handler: createHandler(configuration),
    callerArnOf: sandbox.arnOf,
    patience: 600_000,
  });
  const requestUrl = `${gateway.url}/slack/interactions`;
  const { app } = sandbox.slack;
  app.install({ requestUrl, signingSecret: secret });
  const environment = { ...readEnvironment(), slackBotToken: null };
  const ports = { ...wireNotify(environment, configuration.slack), configuration };
  const inSlack = () => sandbox.messages().filter(({ channel }) => channel === 'slack');

  const id = await story.propose();
  await notify(ports, id);
  const asked = inSlack();
  expect(asked.map(({ to }) => to).sort()).toEqual(['C0DEV', 'U0ANA', 'U0BEN']);
  for (const { text } of asked) expect(text).toContain('[Review]');

  // The button of the channel, where everybody can press it: who decides is who pressed.
  expect(await app.press('U0ANA', 'Review', id)).toMatchObject({ status: 200 });
  const { digest } = (await story.load(id)).record.content;
  const modal = sandbox.messages().findLast(({ channel }) => channel === 'slack modal');
  expect(modal).toMatchObject({ to: 'U0ANA', update: true });
  for (const { text } of [...asked, ...(modal ? [modal] : [])]) expect(text).toContain(digest.slice(0, 12));
  const sent = await app.submit('U0ANA', { decision: 'approve', confirm: 'Development' });
  expect(sent).toMatchObject({ status: 200, action: 'update' });

  await notify(ports, id);
  expect(await story.outcome(id)).toBe('applied');
  expect(story.text()).toContain('DenyUnusedServices');
  await notify(ports, id);
  const thread = inSlack().filter(({ thread: ts }) => ts !== undefined);
  for (const to of ['C0DEV', 'U0ANA', 'U0BEN']) {
    const told = thread.filter((message) => message.to === to).map(({ text }) => text);
    expect(told.some((text) => text.startsWith('Approved') && text.includes('Ana Diaz'))).toBe(true);
    expect(told.some((text) => text.startsWith('Applied'))).toBe(true);
    for (const text of told) expect(text).not.toContain('[Review]');
  }

  const { lines } = await readDecisions(ports, 0, null);
  const actor = { type: 'approver', id: 'ana', slackUserId: 'U0ANA', approverId: 'ana' };
  expect(lines.find(({ type }) => type === 'approval-recorded')).toMatchObject({
    ...{ by: actor, authenticated: 'slack-signature', channel: 'slack' },
  });
});
