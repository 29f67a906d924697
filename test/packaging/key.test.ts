import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { globMatches } from '../../core/base/matching.ts';
import { parsePolicy } from '../../core/policy/document.ts';
import cases from '../cases/packaging/key-policy.json' with { type: 'json' };
import { evaluateAction } from '../support/evaluate-action.ts';
import { behindDomain } from './configurations.ts';
import { type Resources, resolveResources } from './package-service.ts';

const { kmsKeyArn } = behindDomain.deployment;

interface Statement {
  readonly Sid: string;
  readonly Principal: { readonly AWS?: string; readonly Service?: string };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** One use of the key by a service of AWS in its own name. */
interface Use {
  readonly service: string;
  readonly action: string;
  readonly context: Readonly<Record<string, string | undefined>>;
}

const documented: { readonly Statement: readonly Statement[] } = JSON.parse(
  readFileSync('docs/kms/key-policy.json', 'utf8'),
);

/** What the documented policy says: our evaluator judges the statements that are about this service and whose conditions hold. */
function verdictOn({ action, context, service }: Use): string {
  const holds = ({ Condition = {} }: Statement): boolean =>
    Object.values(Condition).every((keys) =>
      Object.entries(keys).every(([key, pattern]) => globMatches(pattern, context[key] ?? '')),
    );
  const Statement = documented.Statement.filter(
    (statement) => statement.Principal.Service === service && holds(statement),
  ).map(({ Condition: _, Principal: __, ...rest }) => rest);
  if (Statement.length === 0) return 'denied-implicitly';
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }));
  if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
  return evaluateAction([[parsed.value]], action, kmsKeyArn);
}

let resources: Resources;
beforeAll(async () => {
  resources = await resolveResources(behindDomain);
});

const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);

describe('a key of one’s own', () => {
  test('encrypts table, topics, queues, bus and logs, and the stack makes no other', () => {
    expect(resources.Table?.Properties.SSESpecification).toEqual({
      ...{ SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: kmsKeyArn },
    });
    const keys = (type: string, property: string) =>
      ofType(type).map(([id, { Properties }]) => [id, Properties[property]]);
    const topics = keys('AWS::SNS::Topic', 'KmsMasterKeyId');
    const queues = keys('AWS::SQS::Queue', 'KmsMasterKeyId');
    const logs = keys('AWS::Logs::LogGroup', 'KmsKeyId');
    expect([topics.length, queues.length, logs.length]).toEqual([4, 2, 7]);
    const buses = keys('AWS::Events::EventBus', 'KmsKeyIdentifier');
    for (const [id, key] of [...topics, ...queues, ...logs, ...buses])
      expect([id, key]).toEqual([id, kmsKeyArn]);
    for (const [, { Properties }] of ofType('AWS::SQS::Queue'))
      expect(Properties.SqsManagedSseEnabled).toBe(false);
    expect(ofType('AWS::KMS::Key')).toEqual([]);
    expect(/:\[?"TopicKey"/.test(JSON.stringify(resources))).toBe(false);
  });

  test('is used by the roles through the services that hold something, and in no other way', () => {
    const uses = ofType('AWS::IAM::Role').flatMap(([role, { Properties }]) =>
      (
        Properties.Policies[0].PolicyDocument.Statement as readonly {
          readonly Action: string | readonly string[];
          readonly Resource: unknown;
          readonly Condition?: { readonly StringEquals: Readonly<Record<string, { 'Fn::Sub': string }>> };
        }[]
      )
        .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('kms:')))
        .map(({ Condition, Resource }) => {
          expect([role, [Resource].flat()]).toEqual([role, [kmsKeyArn]]);
          return `${role} ${Condition?.StringEquals['kms:ViaService']?.['Fn::Sub'].split('.')[0]}`;
        }),
    );
    const all = ['Review', 'ScheduledReview', 'Identities', 'Approvals', 'Apply', 'Notify', 'Sweep'];
    const by = (names: readonly string[], service: string) => names.map((name) => `${name}Role ${service}`);
    expect(uses.sort()).toEqual(
      [
        ...by(all, 'dynamodb'),
        ...by(all, 'sqs'),
        ...by(
          all.filter((name) => name !== 'Approvals'),
          'sns',
        ),
        ...by(['Notify', 'Sweep'], 'secretsmanager'),
      ].sort(),
    );
    expect(resources.ReviewScheduleKeyPolicy?.Properties).toMatchObject({
      RoleName: { Ref: 'ReviewScheduleRole' },
      PolicyDocument: {
        Statement: [{ Resource: kmsKeyArn, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }],
      },
    });
  });

  test('encrypts the state machines: each machine is read by its own role and by those who start it', () => {
    const machines = ofType('AWS::StepFunctions::StateMachine');
    expect(machines.map(([id]) => id)).toEqual(['ReviewMachine', 'IdentityMachine', 'AccountsMachine']);
    for (const [, { Properties }] of machines)
      expect(Properties.EncryptionConfiguration).toEqual({
        ...{ Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: kmsKeyArn },
      });
    const starters = ofType('AWS::IAM::Role').filter(([, { Properties }]) =>
      JSON.stringify(Properties.Policies).includes('states:StartExecution'),
    );
    for (const [id, { Properties }] of machines) {
      const starting = starters.filter(([, role]) =>
        JSON.stringify(role.Properties.Policies).includes(`{"Ref":"${id}"}`),
      );
      const needing = [Properties.RoleArn['Fn::GetAtt'][0], ...starting.map(([role]) => role)];
      const arn = `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:${Properties.StateMachineName}`;
      const policies = ofType('AWS::IAM::Policy').filter(([, policy]) =>
        JSON.stringify(policy.Properties).includes(`"${arn}"`),
      );
      expect(policies).toHaveLength(1);
      const { PolicyDocument, Roles } = policies[0]?.[1].Properties ?? {};
      expect(Roles.map(({ Ref }: { readonly Ref: string }) => Ref).sort()).toEqual(needing.sort());
      expect(PolicyDocument.Statement).toEqual([
        {
          ...{ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: kmsKeyArn },
          Condition: {
            StringEquals: { 'kms:EncryptionContext:aws:states:stateMachineArn': { 'Fn::Sub': arn } },
          },
        },
      ]);
    }
  });

  test('has a documented policy that lets the services of AWS do for this stack what they have to', () => {
    const region = 'us-east-1:111111111111';
    const logs = ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => ({
      service: 'logs.us-east-1.amazonaws.com',
      context: {
        'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:log-group:${Properties.LogGroupName}`,
      },
    }));
    const bus = `arn:aws:events:${region}:event-bus/${resources.Bus?.Properties.Name}`;
    // CloudFormation ends the name of a queue in letters of its own.
    const queue = `arn:aws:sqs:${region}:org-access-reviewer-live-UndeliveredSchedules-1A2B3C`;
    const others = [
      { service: 'cloudwatch.amazonaws.com', context: {} },
      {
        service: 'events.amazonaws.com',
        context: {
          'aws:SourceAccount': '111111111111',
          'kms:EncryptionContext:aws:events:event-bus:arn': bus,
        },
      },
      { service: 'events.amazonaws.com', context: { 'kms:EncryptionContext:aws:sqs:arn': queue } },
    ];
    for (const use of [...logs, ...others])
      for (const action of ['kms:Decrypt', 'kms:GenerateDataKey'])
        expect({ ...use, action, verdict: verdictOn({ ...use, action }) }).toEqual({
          ...{ ...use, action, verdict: 'allowed' },
        });
    expect(resources.Bus?.Properties.DeadLetterConfig).toEqual({
      Arn: { 'Fn::GetAtt': ['UndeliveredSchedules', 'Arn'] },
    });
    const [undelivered] = resources.FailureQueuesPolicy?.Properties.PolicyDocument.Statement ?? [];
    expect(undelivered.Condition.ArnEquals['aws:SourceArn']).toContainEqual({ 'Fn::GetAtt': ['Bus', 'Arn'] });
  });

  test.each(cases)('$who: $verdict', ({ verdict, ...use }) => {
    expect(verdictOn(use)).toBe(verdict);
  });
});
