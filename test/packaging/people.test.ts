import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  approverTopicEnd,
  type ReachSettings,
  withApproverTopics,
} from '../../core/base/configured-reach.ts';
import { startSandbox } from '../../sandbox/server.ts';
import refusals from '../cases/packaging/deploy-refusals.json' with { type: 'json' };
import { behindDomain } from './configurations.ts';
import { type Resources, resolveResources, sls, stackTags } from './package-service.ts';

const { approvers, slack } = behindDomain;
const [deployer] = behindDomain.deployers;
const own = behindDomain.email.topics.dora;
const secrets = [slack.botTokenSecret, slack.webhookUrl];

let resources: Resources;
beforeAll(async () => {
  resources = await resolveResources(behindDomain);
});

const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
const statementsOf = (role: string) =>
  resources[role]?.Properties.Policies[0].PolicyDocument.Statement as readonly {
    readonly Sid: string;
    readonly Resource: readonly unknown[];
  }[];

describe('the topics of people', () => {
  test('each approver without a topic of his own gets one with his address alone, under the name that the functions look for', () => {
    const prefix = 'arn:aws:sns:us-east-1:111111111111:org-access-reviewer-live-approver-';
    const { email } = withApproverTopics<ReachSettings>(
      { approvers, operators: 'none', mode: 'approve', slack: null, email: { topics: { dora: own } } },
      prefix,
    );
    const made = ofType('AWS::SNS::Topic').filter(([, { Properties }]) =>
      Properties.TopicName.includes('-approver-'),
    );
    const names = made.map(([, { Properties }]) => Properties.TopicName);
    expect(names.map((name) => `arn:aws:sns:us-east-1:111111111111:${name}`)).toEqual([
      email?.topics.ana,
      email?.topics['ben.o'],
    ]);
    expect(email?.topics.dora).toBe(own);
    expect(resources.NotifyLambdaFunction?.Properties.Environment.Variables).toMatchObject({
      APPROVER_TOPIC_PREFIX: {
        'Fn::Sub': prefix
          .replace('aws', '${AWS::Partition}')
          .replace('us-east-1', '${AWS::Region}')
          .replace('111111111111', '${AWS::AccountId}'),
      },
    });
    const subscribed = ofType('AWS::SNS::Subscription').map(([, { Properties }]) => [
      Properties.TopicArn.Ref,
      Properties.Protocol,
      Properties.Endpoint,
    ]);
    expect(subscribed).toEqual([
      [made[0]?.[0], 'email', 'ana@example.com'],
      [made[1]?.[0], 'email', 'ben@example.com'],
      ['OperatorsTopic', 'email', 'ops@example.com'],
    ]);
  });

  test('whoever takes over an id gets another topic, and one person the same', () => {
    const of = (id: string, email: string) => approverTopicEnd({ id, email });
    expect(of('ana', 'ana@example.com')).not.toBe(of('ana', 'eve@example.com'));
    expect(of('ana', 'ana@example.com')).toBe(of('ana', 'Ana+x@EXAMPLE.com'));
    expect(of('a.b', 'x@example.com')).not.toBe(of('a_b', 'x@example.com'));
    expect(of('a.b', 'x@example.com')).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test('nobody but deployers and the root user may subscribe to them or change them, nor to that of the operators', () => {
    const topics = ofType('AWS::SNS::TopicPolicy')
      .map(([, { Properties }]) => Properties)
      .filter(({ Topics }) => Topics[0].Ref !== 'PeopleTopic');
    expect(topics).toHaveLength(3);
    for (const { PolicyDocument, Topics } of topics)
      expect(PolicyDocument.Statement).toContainEqual({
        Sid: 'OnlyDeployersSubscribeAndChange',
        Effect: 'Deny',
        Principal: '*',
        Action: ['Subscribe', 'SetTopicAttributes', 'AddPermission', 'RemovePermission', 'DeleteTopic'].map(
          (name) => `sns:${name}`,
        ),
        Resource: Topics[0],
        Condition: {
          ArnNotLike: {
            'aws:PrincipalArn': [
              { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' },
              deployer,
            ],
          },
        },
      });
  });

  test('only notify and sweep may publish to them and read the secrets, and exactly these', () => {
    const grants = (sid: string) =>
      ofType('AWS::IAM::Role').flatMap(([role]) =>
        (statementsOf(role) ?? []).flatMap((each) => (each.Sid === sid ? [[role, each.Resource]] : [])),
      );
    const topics = [
      expect.objectContaining({ Ref: expect.stringMatching(/^Approverana\w{6}Topic$/) }),
      expect.anything(),
      own,
    ];
    expect(grants('SendToApprovers')).toEqual([
      ['NotifyRole', topics],
      ['SweepRole', topics],
    ]);
    expect(grants('ReadSlackSecrets')).toEqual([
      ['NotifyRole', secrets],
      ['SweepRole', secrets],
    ]);
  });
});

test.each([
  ['COULD_NOT_BE_TOLD', 'CouldNotBeToldAlarm', ['NotifyLogGroup', 'SweepLogGroup']],
  ['CHANGE_HALF_DONE', 'ChangeHalfDoneAlarm', ['ApplyLogGroup']],
])('lines with the mark %s are counted from the logs, and raise an alarm', (mark, name, logGroups) => {
  const filters = ofType('AWS::Logs::MetricFilter')
    .map(([, { Properties }]) => Properties)
    .filter(({ FilterPattern }) => FilterPattern === `{ $.alarm = "${mark}" }`);
  expect(filters.map(({ LogGroupName }) => LogGroupName.Ref)).toEqual(logGroups);
  const alarm = resources[name]?.Properties;
  for (const { MetricTransformations } of filters)
    expect(MetricTransformations).toEqual([
      { MetricNamespace: alarm.Namespace, MetricName: alarm.MetricName, MetricValue: '1' },
    ]);
  expect(alarm).toMatchObject({ Threshold: 0, AlarmActions: [{ Ref: 'OperatorsTopic' }] });
});

test('the stack has the tags of the configuration', async () => {
  expect(await stackTags(behindDomain)).toEqual({ team: 'cloud' });
});

describe('sls', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  let sandbox: Awaited<ReturnType<typeof startSandbox>>;
  beforeAll(async () => {
    for (const name of ['scripts', 'core', 'deploy']) cpSync(name, join(folder, name), { recursive: true });
    for (const name of ['package.json', 'tsconfig.json']) cpSync(name, join(folder, name));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    // The checks alone, with nothing to bundle: every case would package the whole service.
    writeFileSync(
      join(folder, 'serverless.yml'),
      'service: checks\nplugins: [./scripts/deploy-checks.cjs]\nprovider: { name: aws, region: us-east-1 }\n',
    );
    sandbox = await startSandbox({ scenario: 'development-ou', fast: true });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await sandbox.close();
  });

  // Each kind of check by the command itself; test/configuration/reach.test.ts has the words of all.
  const byCommand = refusals.filter((_, at) => process.env.LONG || at === 0 || at === refusals.length - 1);
  test.each(byCommand)(
    'deploy refuses what reaches nobody, before anything is sent: $name',
    async ({ configuration, problem }) => {
      writeFileSync(join(folder, 'reviewer.config.json'), JSON.stringify(configuration));
      const { code, stderr, stdout } = await sls(
        ['deploy'],
        {
          AWS_ENDPOINT_URL: sandbox.endpoint,
          AWS_ACCESS_KEY_ID: 'AKIASANDBOX000000000',
          AWS_SECRET_ACCESS_KEY: 'sandbox',
        },
        folder,
      );
      expect({ code, said: `${stdout}${stderr}` }).toEqual({
        code: 1,
        said: expect.stringContaining(problem),
      });
      expect(sandbox.calls().filter(({ operation }) => operation !== 'GetCallerIdentity')).toEqual([]);
    },
  );
});
