import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { resolveResources } from './package-service.ts';

const shortForms = ['Ref', 'Sub', 'GetAtt'].map((name) => ({
  tag: `!${name}`,
  resolve: (text: string) => ({ [name]: text }),
}));
const { Resources } = parse(readFileSync('deploy/deploy-role.yml', 'utf8'), {
  customTags: shortForms,
  logLevel: 'error',
});
const { AssumeRolePolicyDocument, Policies } = Resources.DeployRole.Properties;
const statements: readonly { Sid: string; Effect: string; Action: string | string[]; Resource: unknown }[] =
  Policies[0].PolicyDocument.Statement;
const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);

/** The prefix of IAM of each service whose resources the stack has, by the middle of their type. */
const prefixes: Readonly<Record<string, string>> = {
  ...{ ApiGatewayV2: 'apigateway', CloudWatch: 'cloudwatch', Config: 'config', DynamoDB: 'dynamodb' },
  ...{ Events: 'events', IAM: 'iam', KMS: 'kms', Lambda: 'lambda', Logs: 'logs', S3: 's3' },
  ...{ Scheduler: 'scheduler', SNS: 'sns', SQS: 'sqs', StepFunctions: 'states' },
};

test('the role of a pipeline may make every type of resource that the stack has', async () => {
  const resources = await resolveResources();
  const services = new Set(Object.values(resources).map(({ Type }) => Type.split('::')[1] ?? ''));
  for (const service of services) {
    const prefix = prefixes[service];
    expect({ service, known: prefix !== undefined }).toEqual({ service, known: true });
    expect({ service, allowed: allowed.some((action) => action.startsWith(`${prefix}:`)) }).toEqual({
      service,
      allowed: true,
    });
  }
});

test('where there is a key of one’s own, it may use that key and let services of AWS use it, and no other key', () => {
  const text = readFileSync('deploy/deploy-role.yml', 'utf8');
  const conditional = [...text.matchAll(/- !If\n +- HasKey\n +- Sid: (\w+)[\s\S]*?- !Ref AWS::NoValue/g)];
  expect(conditional.map(([, sid]) => sid)).toEqual(['UseKey', 'LetServicesUseKey']);
  for (const [part] of conditional) expect(part).toContain('Resource: !Ref KmsKeyArn');
  expect(conditional[1]?.[0]).toContain("Bool: { 'kms:GrantIsForAWSResource': 'true' }");
});

test('it is taken by one pipeline alone, hands on no role but the stack’s, and is not its own master', () => {
  const trust = JSON.parse(AssumeRolePolicyDocument.Sub);
  expect(trust.Statement).toHaveLength(1);
  expect(trust.Statement[0].Condition).toEqual({
    StringEquals: {
      '${ProviderName}:aud': '${Audience}',
      '${ProviderName}:sub': '${Subject}',
    },
  });
  const passes = statements.filter(({ Action }) => [Action].flat().includes('iam:PassRole'));
  expect(JSON.stringify(passes.map(({ Resource }) => Resource))).toContain('role${RolePath}${StackName}-*');
  expect(passes).toHaveLength(1);
  // Any other action on every resource, by pattern, would be one on what is not ours.
  const everywhere = statements.filter(({ Effect, Resource }) => Effect === 'Allow' && Resource === '*');
  expect(everywhere.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  expect(everywhere.flatMap(({ Action }) => Action).filter((action) => action.startsWith('iam:'))).toEqual(
    [],
  );
  const denied = statements.filter(({ Effect }) => Effect === 'Deny');
  expect(denied.map(({ Sid }) => Sid)).toEqual(['NeverTheContent', 'NotItself']);
});
