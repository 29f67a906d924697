import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSecretsClient } from '../../adapters/aws/clients.ts';
import { createSecretReader } from '../../adapters/aws/secret-reader.ts';
import { createSlackSecrets } from '../../adapters/slack-secrets.ts';
import { closeBoxes, nestedUnits, openBox } from './box.ts';

let sandbox: Awaited<ReturnType<typeof openBox>>;
const arns: Record<string, string> = {};
beforeAll(async () => {
  sandbox = await openBox({ scenario: nestedUnits });
  const texts = {
    bot: 'xoxb-1-2-abc\n',
    'bot-as-the-console-writes-it': '{"token": "xoxb-1-2-abc"}',
    'two-keys': '{"token": "xoxb-1-2-abc", "other": "x"}',
    'not-a-token': 'hunter2',
    'apps/webhook': 'https://hooks.slack.com/services/T/B/X',
    'apps/again': 'https://hooks.slack.com:443/services/T/B/X/',
    'people/ana': '{"url": "https://hooks.slack.com/services/T/B/Y"}',
    plain: 'http://hooks.slack.com/services/T/B/X',
  };
  const client = new SecretsManagerClient({});
  for (const [name, SecretString] of Object.entries(texts)) {
    const { ARN } = await client.send(new CreateSecretCommand({ Name: name, SecretString }));
    arns[name] = ARN ?? '';
  }
});
afterAll(closeBoxes);

let at = 0;
const reader = () => createSecretReader(createSecretsClient, () => at);
const arn = (name: string): string => arns[name] ?? name;
const missing = 'arn:aws:secretsmanager:us-east-1:111111111111:secret:gone-AbCd12';

describe("the bot's token", () => {
  test.each([
    ['bot', null, 'xoxb-1-2-abc'],
    ['bot-as-the-console-writes-it', null, 'xoxb-1-2-abc'],
    ['not-a-token', 'xoxb-of-this-machine', 'xoxb-of-this-machine'],
  ])('%s, in the environment %s', async (name, token, read) => {
    expect(await createSlackSecrets({ botTokenSecret: arn(name) }, token, reader()).botToken()).toBe(read);
  });

  test.each([
    ['not-a-token', /^slack\.botTokenSecret: arn:\S+:not-a-token-\w{6} holds no token of a Slack bot/],
    ['two-keys', /^GetSecretValue was refused: UNREADABLE_SECRET \(arn:\S+ holds neither a text nor one key/],
    [
      missing,
      /^GetSecretValue was refused: ResourceNotFoundException \(arn:\S+gone-AbCd12: .+\); make the secret, or correct/,
    ],
  ])('%s is refused in one line', async (name, message) => {
    await expect(
      createSlackSecrets({ botTokenSecret: arn(name) }, null, reader()).botToken(),
    ).rejects.toThrow(message);
  });

  test('a denied secret names the permission, and is asked for again the next time', async () => {
    const secrets = createSlackSecrets({ botTokenSecret: arn('bot') }, null, reader());
    sandbox.faults.add('error:GetSecretValue:AccessDeniedException');
    await expect(secrets.botToken()).rejects.toThrow(/AccessDenied.*needs secretsmanager:GetSecretValue; /);
    expect(await secrets.botToken()).toBe('xoxb-1-2-abc');
  });

  test('nowhere at all: both places are named', async () => {
    await expect(createSlackSecrets(null, null, reader()).botToken()).rejects.toThrow(
      /^slack\.botTokenSecret is not set, and neither is SLACK_BOT_TOKEN/,
    );
  });

  test('a secret is read again after five minutes, and after one where it is in doubt', async () => {
    sandbox.clearCalls();
    const signing = 'aB3'.repeat(11);
    const client = new SecretsManagerClient({});
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'sign', SecretString: signing }));
    const secrets = createSlackSecrets({ signingSecret: ARN }, null, reader());
    expect(await secrets.signingSecret()).toBe(signing);
    const rotated = 'xY9'.repeat(11);
    await client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: rotated }));
    const began = at;
    const readAt = async (seconds: number, isDoubted: boolean): Promise<string> => {
      at = began + seconds * 1_000;
      return secrets.signingSecret(isDoubted);
    };
    // Doubted a thousand times within a minute it is not read once.
    expect([await readAt(59, true), await readAt(59, true)]).toEqual([signing, signing]);
    expect([await readAt(61, false), await readAt(62, true), await readAt(62, false)]).toEqual([
      ...[signing, rotated, rotated],
    ]);
    const reads = (): number =>
      sandbox.calls().filter(({ operation }) => operation === 'GetSecretValue').length;
    expect(reads()).toBe(2);
    expect([await readAt(361, false), reads(), await readAt(363, false), reads()]).toEqual([
      ...[rotated, 2, rotated, 3],
    ]);
  });

  test('each secret is read once, also by two at a time', async () => {
    sandbox.clearCalls();
    const secrets = createSlackSecrets({ botTokenSecret: arn('bot') }, null, reader());
    await Promise.all([secrets.botToken(), secrets.botToken()]);
    await secrets.botToken();
    expect(sandbox.calls().map(({ operation }) => operation)).toEqual(['GetSecretValue']);
  });
});

describe('a webhook', () => {
  const settings = () => ({
    webhookUrl: arn('apps/webhook'),
    channels: { ana: arn('people/ana'), Local: 'http://127.0.0.1:4100/hook' },
  });

  test('is the URL in its secret, or one on this machine as it is', async () => {
    const secrets = createSlackSecrets(settings(), null, reader());
    expect(await secrets.webhookUrl(arn('people/ana'))).toBe('https://hooks.slack.com/services/T/B/Y');
    expect(await secrets.webhookUrl('http://127.0.0.1:4100/hook')).toBe('http://127.0.0.1:4100/hook');
  });

  test('that another secret holds too is no place of one person', async () => {
    const shared = { ...settings(), channels: { ana: arn('apps/again') } };
    await expect(createSlackSecrets(shared, null, reader()).webhookUrl(arn('apps/again'))).rejects.toThrow(
      /apps\/again-\w{6} and arn:\S+apps\/webhook-\w{6} lead to one webhook/,
    );
  });

  test('over plain HTTP, or no URL: its secret is never sent there, nor shown', async () => {
    for (const name of ['plain', 'not-a-token']) {
      const read = createSlackSecrets(settings(), null, reader()).webhookUrl(arn(name));
      await expect(read).rejects.toThrow(/holds no URL of a webhook/);
      await expect(read).rejects.not.toThrow(/hunter2|hooks\.slack/);
    }
  });

  test('another secret that cannot be read keeps nobody from his own', async () => {
    const withMissing = { channels: { ana: arn('people/ana'), Apps: missing } };
    const secrets = createSlackSecrets(withMissing, null, reader());
    expect(await secrets.webhookUrl(arn('people/ana'))).toContain('/T/B/Y');
  });
});

test('the sandbox finds a secret by name and by its ARN without the end, and shows what was put last', async () => {
  const client = new SecretsManagerClient({});
  await client.send(new PutSecretValueCommand({ SecretId: 'two-keys', SecretString: 'new' }));
  for (const SecretId of ['two-keys', arn('two-keys'), arn('two-keys').slice(0, -7)])
    expect(await client.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({
      ARN: arn('two-keys'),
      SecretString: 'new',
    });
});
