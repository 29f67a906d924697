import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateKeyCommand, type KeySpec, KMSClient } from '@aws-sdk/client-kms';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ConfirmSubscriptionCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { runCommand } from '../../cli/main.ts';
import { checks } from '../../core/doctor/checks.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { pointAt } from '../adapters/environment.ts';
import faults from '../cases/doctor/faults.json' with { type: 'json' };
import healthy from '../cases/doctor/healthy.json' with { type: 'json' };
import { clockOf, liveBy } from '../support/leaping-clock.ts';
import { patched, stackName, templateFor } from './template.ts';

/** What is planted: JSON merge patches of what is healthy, faults of calls, options of the sandbox and of the command. */
interface Plant {
  readonly configuration?: object;
  /** What the deployed functions were packaged with, where that is not the configuration at hand. */
  readonly packaged?: object;
  readonly scenario?: object;
  readonly template?: object;
  readonly sandbox?: Partial<SandboxOptions>;
  readonly faults?: readonly string[];
  readonly accessKey?: string;
  /** Addresses that do not follow the mail of SNS, those that follow its link without a login, and those that subscribe to approvers' topics. */
  readonly unconfirmed?: readonly string[];
  readonly byLink?: readonly string[];
  readonly strangers?: readonly string[];
  readonly slackToken?: string;
  /** The text of the signing secret, where people decide in Slack. */
  readonly slackSigning?: string;
  /** A customer-managed key, as CreateKey is told, and the statements that its policy leaves out. */
  readonly key?: { readonly KeySpec?: KeySpec; readonly without?: readonly string[] };
  readonly options?: readonly string[];
}

/** One fault and what its check says: every line but those that are ok. */
interface Case {
  readonly fault: string;
  readonly plant: Plant;
  readonly check: string;
  readonly lines: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
let sandbox: Sandbox | undefined;
let restore = (): void => undefined;

afterEach(async () => {
  restore();
  restore = () => undefined;
  await sandbox?.close();
  sandbox = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A deployed installation with what is planted; answers the path of its configuration. */
async function installed(plant: Plant): Promise<string> {
  sandbox = await startSandbox({
    scenario: patched(healthy.scenario, plant.scenario ?? {}),
    fast: true,
    ...plant.sandbox,
  } as SandboxOptions);
  const restoreEnvironment = pointAt(sandbox.endpoint);
  const restoreClock = liveBy(clockOf(sandbox));
  restore = () => {
    restoreClock();
    restoreEnvironment();
  };
  const botTokenSecret = await madeSecret(plant.slackToken ?? 'xoxb-valid');
  const signing =
    plant.slackSigning === undefined
      ? {}
      : { signingSecret: await madeSecret(plant.slackSigning, 'slack-signing') };
  const slack = { botTokenSecret, ...signing, apiUrl: `${sandbox.endpoint}/slack/api` };
  const kmsKeyArn = plant.key === undefined ? null : await madeKey(plant.key);
  const whole = { ...healthy.configuration, slack, deployment: { kmsKeyArn } };
  const configuration = patched(whole, plant.configuration ?? {});
  const path = join(folder, 'reviewer.config.json');
  writeFileSync(path, JSON.stringify(configuration));
  const packaged = patched(configuration, plant.packaged ?? {});
  const template = patched(templateFor(packaged), plant.template ?? {});
  const client = new CloudFormationClient({});
  await client.send(new CreateStackCommand({ StackName: stackName, TemplateBody: JSON.stringify(template) }));
  client.destroy();
  await settleSubscriptions(sandbox, plant);
  sandbox.clearCalls();
  for (const fault of plant.faults ?? []) sandbox.faults.add(fault);
  if (plant.accessKey !== undefined) process.env.AWS_ACCESS_KEY_ID = plant.accessKey;
  return path;
}

/** A key with the policy that docs/kms has. */
async function madeKey({ KeySpec, without = [] }: NonNullable<Plant['key']>): Promise<string> {
  const policy = JSON.parse(readFileSync('docs/kms/key-policy.json', 'utf8'));
  policy.Statement = policy.Statement.filter(({ Sid }: { Sid: string }) => !without.includes(Sid));
  const client = new KMSClient({});
  const { KeyMetadata } = await client.send(
    new CreateKeyCommand({ Policy: JSON.stringify(policy), KeySpec }),
  );
  client.destroy();
  return KeyMetadata?.Arn ?? '';
}

async function madeSecret(text: string, Name = 'slack'): Promise<string> {
  const client = new SecretsManagerClient({});
  const { ARN } = await client.send(new CreateSecretCommand({ Name, SecretString: text }));
  client.destroy();
  return ARN ?? '';
}

/** Everybody follows the mail that asks to confirm, with AWS credentials but for those who take the link; the team subscribes itself. */
async function settleSubscriptions(
  { messages }: Sandbox,
  { byLink = [], strangers = [], unconfirmed = [] }: Plant,
): Promise<void> {
  const client = new SNSClient({});
  for (const { text, to } of messages()) {
    const [, topicArn = '', token = ''] = /topic:\n(\S+)[\s\S]*Token=([^&]+)/.exec(text) ?? [];
    if (topicArn === '' || unconfirmed.includes(to)) continue;
    const AuthenticateOnUnsubscribe = byLink.includes(to) ? 'false' : 'true';
    await client.send(
      new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token: token, AuthenticateOnUnsubscribe }),
    );
    if (topicArn.includes('-approver-'))
      for (const stranger of strangers)
        await client.send(
          new SubscribeCommand({ TopicArn: topicArn, Protocol: 'email', Endpoint: stranger }),
        );
  }
  const people = `arn:aws:sns:us-east-1:111111111111:${stackName}-people`;
  const team = { TopicArn: people, Protocol: 'email', Endpoint: 'team@example.com' };
  if (!unconfirmed.includes('team@example.com')) await client.send(new SubscribeCommand(team));
  client.destroy();
}

async function doctor(...args: readonly string[]) {
  let [output, errors] = ['', ''];
  const code = await runCommand(['doctor', ...args], {
    look: { columns: 110, colour: false },
    wantsProgress: false,
    write: (text) => {
      output += text;
    },
    note: (text) => {
      errors += text;
    },
  });
  return { code, output, errors };
}

interface Answer {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly check: string;
    readonly verdict: string;
    readonly said: string;
    readonly wayOut?: string;
  }[];
}

const shown = ({ said, verdict }: Answer['checks'][number]): string => `${verdict}: ${said}`;

test('an installation without a fault: no line is a failure or a doubt, every planned call is made, and none but those', async () => {
  const config = await installed({});
  const { code, errors, output } = await doctor('--stage', 'test', '--config', config, '--format', 'json');
  const { checks: lines, ok } = JSON.parse(output) as Answer;
  expect(lines.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn').map(shown)).toEqual([]);
  expect({ code, ok }).toEqual({ code: 0, ok: true });
  expect(new Set(lines.map(({ check }) => check))).toEqual(new Set(checks.map(({ name }) => name)));

  const planned = JSON.parse((await doctor('--plan', '--format', 'json')).output) as {
    readonly calls: readonly { readonly call: string }[];
  };
  const made = new Set(sandbox?.calls().map(({ operation, service }) => `${service}:${operation}`));
  const callsOfAws = planned.calls.map(({ call }) => call).filter((call) => !call.startsWith('slack:'));
  expect([...made].sort()).toEqual([...new Set(callsOfAws)].sort());
  expect(errors).toContain(`${made.size} operations of AWS`);
  expect([...made].filter((call) => !/:(Assume|Describe|Get|List|Simulate|StartQuery)/.test(call))).toEqual(
    [],
  );
});

test('an installation with a key of its own: the roles may use it, and everything that can be seen is encrypted with it', async () => {
  const config = await installed({ key: {} });
  const only = ['--only', 'functions,permissions,table,bus,topics,keys'];
  const { output } = await doctor('--stage', 'test', '--config', config, '--format', 'json', ...only);
  const { checks: lines, ok } = JSON.parse(output) as Answer;
  expect({ ok, notWell: lines.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn') }).toEqual({
    ...{ ok: true, notWell: [] },
  });
  const seen = lines.flatMap(({ check, said }) => (check === 'keys' ? [said.replace(/ arn:\S+/, '')] : []));
  expect(seen).toEqual(
    ['3 topics', 'the table', 'deployment.kmsKeyArn'].map(
      (use) => `the key of ${use} is enabled and rotated`,
    ),
  );
});

test('a plan makes no call', async () => {
  await installed({});
  expect((await doctor('--plan')).code).toBe(0);
  expect(sandbox?.calls()).toEqual([]);
});

test('the stage that is looked at where none is named is the one that is deployed where none is named', async () => {
  const [, stage] = /stage: \$\{opt:stage, '([^']+)'\}/.exec(readFileSync('serverless.yml', 'utf8')) ?? [];
  await installed({});
  const { output } = await doctor('--only', 'stack');
  expect(output).toContain(`there is no stack org-access-reviewer-${stage} in account`);
});

test('--send tries the event, the mail and the message of Slack, to the people who are named', async () => {
  const config = await installed({ faults: ['error:PutEvents:AccessDeniedException:9'] });
  const before = sandbox?.messages().length ?? 0;
  const asked = ['--stage', 'test', '--config', config, '--only', 'clock', '--format', 'json'];
  const { output } = await doctor(...asked, '--send', 'ana');
  const { checks: lines } = JSON.parse(output) as Answer;
  expect(lines.filter(({ check }) => check === 'send').map(shown)).toEqual([
    'ok: the bus refuses an event of yours, as it must: the functions alone may send',
    'ok: email to ana was taken: ask whether it arrived',
    'ok: slack to ana was taken: ask whether it arrived',
  ]);
  const sent = sandbox?.messages().slice(before) ?? [];
  expect(sent.map(({ to }) => to)).toEqual(['ana@example.com', expect.stringMatching(/^(D|U)/)]);
  const { output: plan } = await doctor('--only', 'clock', '--send', 'ana', '--plan', '--format', 'json');
  const planned = (JSON.parse(plan) as { readonly calls: readonly { readonly call: string }[] }).calls;
  const made = new Set(sandbox?.calls().map(({ operation, service }) => `${service}:${operation}`));
  const calls = planned.map(({ call }) => call).filter((call) => !call.startsWith('slack:'));
  expect([...new Set(calls)].sort()).toEqual([...made].sort());
  sandbox?.faults.clear();
  const again = await doctor(...asked, '--send', 'ana');
  expect(again.output).toContain('the bus took an event of yours');
  const stranger = await doctor(...asked, '--send', 'eve');
  expect([stranger.code, stranger.errors]).toEqual([2, expect.stringContaining('--send: eve is not known')]);
});

describe('each fault is seen by its check', () => {
  test.each(faults as unknown as readonly Case[])('$fault', async ({ check, lines, plant }) => {
    const config = await installed(plant);
    const stage = plant.options ?? ['--stage', 'test'];
    const said = await doctor('--only', check, ...stage, '--config', config, '--format', 'json');
    const { checks: all } = JSON.parse(said.output) as Answer;
    const told = all.filter(({ verdict }) => verdict !== 'ok').map(shown);
    // A case leaves out what AWS says in its own words behind.
    expect(told.map((line, index) => line.slice(0, lines[index]?.length))).toEqual(lines);
    expect(said.code).toBe(lines.some((line) => line.startsWith('fail')) ? 1 : 0);
  });
});
