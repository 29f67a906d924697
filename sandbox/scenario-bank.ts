import { type Chance, chanceFrom } from './chance.ts';
import type { Scenario, ScenarioAccount, ScenarioPolicy, ScenarioUnit, ScenarioUse } from './scenario.ts';
import { ScenarioError } from './scenario.ts';

const stages = ['Production', 'Staging', 'Development', 'Sandbox'] as const;
type Stage = (typeof stages)[number];

/** The business lines, and what each of them builds with. */
const lines: Readonly<Record<string, readonly string[]>> = {
  Retail: ['dynamodb', 'apigateway', 'cloudfront', 'cognito-idp', 'sqs', 'sns', 'states', 'mobiletargeting'],
  Wealth: ['rds', 'ecs', 'ecr', 'elasticloadbalancing', 'secretsmanager', 'quicksight', 'textract', 'ses'],
  Payments: ['kinesis', 'dynamodb', 'sqs', 'elasticache', 'payment-cryptography', 'acm', 'events', 'mq'],
  Insurance: ['rds', 'batch', 'textract', 'comprehend', 'connect', 'lex', 'elasticfilesystem', 'dms'],
  Markets: ['kinesis', 'eks', 'ecr', 'elasticmapreduce', 'timestream', 'fsx', 'directconnect', 'kafka'],
  Data: [
    'glue',
    'athena',
    'redshift',
    'lakeformation',
    'sagemaker',
    'bedrock',
    'elasticmapreduce',
    'datazone',
  ],
  Platform: ['eks', 'ecr', 'codebuild', 'codepipeline', 'route53', 'acm', 'backup', 'servicecatalog'],
  Security: [
    'guardduty',
    'securityhub',
    'inspector2',
    'macie2',
    'access-analyzer',
    'detective',
    'wafv2',
    'acm-pca',
  ],
};

/** What every account uses every day. */
const everywhere = [
  'iam',
  'sts',
  's3',
  'ec2',
  'cloudwatch',
  'logs',
  'kms',
  'cloudtrail',
  'config',
  'ssm',
  'lambda',
];

/** What somebody tried and left: the lapsed services of a stage are drawn from these. */
const trials = [
  ...[
    'lex',
    'polly',
    'rekognition',
    'translate',
    'transcribe',
    'iotanalytics',
    'gamelift',
    'braket',
    'groundstation',
  ],
  ...[
    'robomaker',
    'panorama',
    'workspaces',
    'workmail',
    'chime',
    'managedblockchain',
    'mediaconvert',
    'medialive',
  ],
  ...[
    'personalize',
    'forecast',
    'kendra',
    'cloud9',
    'codestar',
    'datapipeline',
    'swf',
    'opsworks',
    'lightsail',
  ],
];

const accountsOf: Readonly<Record<Stage, number>> = { Production: 5, Staging: 4, Development: 5, Sandbox: 3 };

/**
 * A bank of 8 business lines with 4 stages each (40 OUs) and 136 accounts beside four of its own below the root. OU
 * names repeat, services were tried and left, one OU has no account, and one has only suspended accounts. Throws a
 * ScenarioError for a seed that is no whole number.
 */
export const bankScenario = ({ seed }: { readonly seed: number }): Scenario => {
  if (!Number.isInteger(seed)) throw new ScenarioError(`seed: ${seed} is no whole number`);
  const chance = chanceFrom(seed);
  const units = Object.keys(lines).map((name, index) => lineUnit(name, index, chance));
  return {
    organization: {
      id: 'o-examplebank',
      managementAccountId: '111111111111',
      managementAccountName: 'bank-management',
    },
    root: { id: 'r-ba01', children: [...units, ...corporate(chance)] },
    policies: policiesOf(units),
  };
};

const unitId = (line: number, stage?: number): string =>
  `ou-ba01-l${line}${stage === undefined ? 'line000' : `s${stage}unit0`}`;

const lineUnit = (name: string, line: number, chance: Chance): ScenarioUnit => ({
  ou: unitId(line),
  name,
  children: stages.map((stage, index) => ({
    ou: unitId(line, index),
    name: stage,
    children: accountsIn(name, line, stage, chance),
  })),
});

/** The accounts of a stage. Security has no sandbox accounts; those of Platform's sandbox are suspended. */
const accountsIn = (name: string, line: number, stage: Stage, chance: Chance): readonly ScenarioAccount[] => {
  if (name === 'Security' && stage === 'Sandbox') return [];
  const own = lines[name] ?? [];
  const left = chance.mixed(trials).slice(0, stage === 'Production' ? 2 : 5);
  const more = name === 'Retail' ? 3 : 0;
  return Array.from({ length: accountsOf[stage] + (stage === 'Production' ? more : 0) }, (_none, number) => ({
    account: String(200_000_000_000 + line * 1_000 + stages.indexOf(stage) * 100 + number),
    name: `${name}-${stage}-${number + 1}`.toLowerCase(),
    joinedDaysAgo: stage === 'Sandbox' && number === 0 ? 60 : 600 + chance.below(2_000),
    ...(name === 'Platform' && stage === 'Sandbox' ? { state: 'SUSPENDED' as const } : {}),
    usage: usageOf(own, left, chance),
  }));
};

const usageOf = (
  own: readonly string[],
  left: readonly string[],
  chance: Chance,
): Readonly<Record<string, ScenarioUse>> => ({
  ...Object.fromEntries(everywhere.map((service) => [service, { daysAgo: 1 + chance.below(3) }])),
  ...Object.fromEntries(
    own.filter(() => chance.below(100) < 85).map((service) => [service, { daysAgo: 1 + chance.below(25) }]),
  ),
  ...Object.fromEntries(
    left
      .filter(() => chance.below(100) < 45)
      .map((service) => [service, { daysAgo: 190 + chance.below(180) }]),
  ),
});

/** Four accounts of their own, directly below the root. */
const corporate = (chance: Chance): readonly ScenarioAccount[] =>
  ['audit', 'log-archive', 'network', 'identity'].map((name, number) => ({
    account: String(300_000_000_000 + number),
    name: `corporate-${name}`,
    joinedDaysAgo: 2_000,
    usage: usageOf(['route53', 'directconnect', 'sso', 'backup', 'ram'], [], chance),
  }));

const deny = (sid: string, ...actions: readonly string[]): object => ({
  Version: '2012-10-17',
  Statement: [{ Sid: sid, Effect: 'Deny', Action: actions, Resource: '*' }],
});

/** A guardrail of Control Tower on every line, an SCP a line, and one on all production. */
const policiesOf = (units: readonly ScenarioUnit[]): readonly ScenarioPolicy[] => [
  {
    id: 'p-guardrail1',
    name: 'aws-guardrails-AbCdEf',
    content: deny('GRCLOUDTRAILENABLED', 'cloudtrail:StopLogging', 'cloudtrail:DeleteTrail'),
    targets: units.map(({ ou }) => ou),
  },
  ...units.map(({ name, ou }, index) => ({
    id: `p-bankline${index}`,
    name: `${name}Services`,
    content: deny('DenyLeaving', 'organizations:LeaveOrganization', 'account:CloseAccount'),
    targets: [ou],
  })),
  {
    id: 'p-production',
    name: 'Production',
    content: deny('DenyNetworkLoss', 'ec2:DeleteVpc', 'ec2:DetachInternetGateway'),
    targets: units.map((_unit, index) => unitId(index, 0)),
  },
];
