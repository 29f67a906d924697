import type { IamAccount } from '../iam/accounts.ts';
import { idOf } from '../iam/ids.ts';
import type { Identity } from './intrinsics.ts';
import type { Keys } from './kms.ts';
import type { Functions } from './lambda.ts';
import type { Schedules } from './scheduler.ts';

/** One resource of a stack, its properties resolved. */
export interface StackResource extends Identity {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What the resources of a stack are made in. */
export interface StackParts {
  readonly iam: IamAccount;
  readonly functions: Functions;
  readonly keys: Keys;
  readonly schedules: Schedules;
  /** Calls another service of the sandbox, a JSON one. Rejects where it refuses. */
  json(target: string, body: object): Promise<void>;
  /** The same for SNS. */
  sns(action: string, parameters: Readonly<Record<string, string>>): Promise<void>;
  now(): number;
}

type Maker = (parts: StackParts, resource: StackResource) => Promise<void> | void;
type Members = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const makeRole: Maker = ({ iam, now }, { name, properties }) => {
  const policies = (properties.Policies ?? []) as readonly {
    readonly PolicyName: string;
    readonly PolicyDocument: object;
  }[];
  iam.written.roles.set(name, {
    type: 'role',
    id: idOf('AROA', `${iam.accountId}/${name}`),
    name,
    path: String(properties.Path ?? '/'),
    created: now(),
    attached: new Set((properties.ManagedPolicyArns ?? []) as readonly string[]),
    inline: new Map(policies.map((policy) => [policy.PolicyName, textOf(policy.PolicyDocument)])),
    description: String(properties.Description ?? ''),
    trust: textOf(properties.AssumeRolePolicyDocument),
    lastUsed: null,
    instanceProfile: null,
    boundary: properties.PermissionsBoundary === undefined ? null : String(properties.PermissionsBoundary),
    tags: new Map(),
  });
};

const makeFunction: Maker = ({ functions }, { arn, name, properties }) => {
  functions.set(name, {
    name,
    arn,
    role: String(properties.Role),
    timeout: Number(properties.Timeout ?? 3),
    memory: Number(properties.MemorySize ?? 128),
    variables: ((properties.Environment as Members | undefined)?.Variables ?? {}) as Record<string, string>,
  });
};

const makeTable: Maker = async ({ json }, { name, properties }) => {
  const { TimeToLiveSpecification, PointInTimeRecoverySpecification, SSESpecification, ...table } =
    properties;
  const { Tags, DeletionProtectionEnabled, ...known } = table;
  await json('DynamoDB_20120810.CreateTable', { ...known, TableName: name });
  if (TimeToLiveSpecification)
    await json('DynamoDB_20120810.UpdateTimeToLive', { TableName: name, TimeToLiveSpecification });
  if (SSESpecification) await json('DynamoDB_20120810.UpdateTable', { TableName: name, SSESpecification });
  if (PointInTimeRecoverySpecification)
    await json('DynamoDB_20120810.UpdateContinuousBackups', {
      TableName: name,
      PointInTimeRecoverySpecification,
    });
};

const makeBusPolicy: Maker = async ({ json }, { properties }) => {
  const { EventBusName, Statement, StatementId } = properties;
  const policy = { Version: '2012-10-17', Statement: [{ Sid: StatementId, ...(Statement as object) }] };
  await json('AWSEvents.PutPermission', { EventBusName, Policy: JSON.stringify(policy) });
};

const makeTopic: Maker = async ({ sns }, { name, properties }) => {
  const key = properties.KmsMasterKeyId;
  await sns('CreateTopic', {
    Name: name,
    ...(key === undefined
      ? {}
      : { 'Attributes.entry.1.key': 'KmsMasterKeyId', 'Attributes.entry.1.value': String(key) }),
  });
};

const makeTopicPolicy: Maker = async ({ sns }, { properties }) => {
  for (const topic of properties.Topics as readonly string[])
    await sns('SetTopicAttributes', {
      TopicArn: topic,
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify(properties.PolicyDocument),
    });
};

const makeKey: Maker = ({ keys }, { arn, name, properties }) => {
  keys.set(name, {
    id: name,
    arn,
    state: properties.Enabled === false ? 'Disabled' : 'Enabled',
    rotated: properties.EnableKeyRotation === true,
    policy: textOf(properties.KeyPolicy),
    spec: String(properties.KeySpec ?? 'SYMMETRIC_DEFAULT'),
  });
};

const makers: Readonly<Record<string, Maker>> = {
  'AWS::IAM::Role': makeRole,
  'AWS::Lambda::Function': makeFunction,
  'AWS::DynamoDB::Table': makeTable,
  'AWS::Events::EventBus': ({ json }, { name, properties }) =>
    json('AWSEvents.CreateEventBus', { Name: name, KmsKeyIdentifier: properties.KmsKeyIdentifier }),
  'AWS::Events::EventBusPolicy': makeBusPolicy,
  'AWS::Events::Rule': ({ json }, { name, properties }) =>
    json('AWSEvents.PutRule', {
      Name: name,
      EventBusName: properties.EventBusName,
      EventPattern: JSON.stringify(properties.EventPattern ?? {}),
      State: properties.State ?? 'ENABLED',
    }),
  'AWS::SNS::Topic': makeTopic,
  'AWS::SNS::TopicPolicy': makeTopicPolicy,
  // As AWS: the owner of the address still has to confirm.
  'AWS::SNS::Subscription': ({ sns }, { properties }) =>
    sns('Subscribe', {
      TopicArn: String(properties.TopicArn),
      Protocol: String(properties.Protocol),
      Endpoint: String(properties.Endpoint),
      'Attributes.entry.1.key': 'PendingConfirmation',
      'Attributes.entry.1.value': 'true',
    }),
  'AWS::KMS::Key': makeKey,
  'AWS::Scheduler::Schedule': ({ schedules }, { name, properties }) => {
    schedules.set(name, { State: 'ENABLED', ...properties });
  },
};

// A rule needs its bus, a subscription its topic.
const order = ['AWS::KMS::Key', 'AWS::SNS::Topic', 'AWS::Events::EventBus'];

/** Makes the resources of a stack. Of a type that the sandbox does not know only the name exists. */
export const makeResources = async (
  parts: StackParts,
  resources: readonly StackResource[],
): Promise<void> => {
  const first = resources.filter(({ type }) => order.includes(type));
  const then = resources.filter(({ type }) => !order.includes(type));
  first.sort((left, right) => order.indexOf(left.type) - order.indexOf(right.type));
  for (const resource of [...first, ...then]) await makers[resource.type]?.(parts, resource);
};
