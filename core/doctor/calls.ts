import type { PlannedCall } from '../base/planned-call.ts';
import type { Check } from './check.ts';
import type { Readings } from './readings.ts';

type Call = readonly [call: string, howMany: string];

const pages = 'one for each page';

/** What each reading asks of AWS. Readings that need others ask for them too: `needs`. */
const callsOf: {
  readonly [Name in keyof Readings]: {
    readonly needs: readonly (keyof Readings)[];
    readonly purpose: string;
    readonly calls: readonly Call[];
  };
} = {
  caller: { needs: [], purpose: "who calls, and AWS's time", calls: [['sts:GetCallerIdentity', '1']] },
  organization: {
    needs: [],
    purpose: 'the management account',
    calls: [['organizations:DescribeOrganization', '1']],
  },
  root: { needs: [], purpose: 'whether SCPs are enabled', calls: [['organizations:ListRoots', '1']] },
  scps: {
    needs: ['caller'],
    purpose: 'slots and characters of SCPs',
    calls: [
      ['organizations:DescribeOrganization', '1'],
      ['organizations:ListRoots', '1'],
      ['organizations:ListOrganizationalUnitsForParent', '1 + the OUs above the deepest level'],
      ['organizations:ListAccounts', 'accounts / 20'],
      ['organizations:ListPolicies', 'SCPs / 20'],
      ['organizations:ListTargetsForPolicy', 'one for each SCP, and each 20 targets'],
      ['organizations:DescribePolicy', 'one for each SCP with a target'],
      ['organizations:ListTagsForResource', "one for each of these but AWS's own"],
    ],
  },
  ownReads: {
    needs: ['root'],
    purpose: 'what a review reads as you',
    calls: [
      ['organizations:ListAccounts', '1'],
      ['organizations:ListAccountsForParent', '1'],
      ['organizations:ListOrganizationalUnitsForParent', '1'],
      ['organizations:ListPolicies', '1'],
      ['organizations:ListTargetsForPolicy', '1'],
      ['organizations:DescribePolicy', '1'],
      ['organizations:ListTagsForResource', '1'],
      ['organizations:ListAWSServiceAccessForOrganization', '1'],
      ['organizations:ListDelegatedAdministrators', '1'],
      ['iam:GetOrganizationsAccessReport', '1, for a report that does not exist'],
    ],
  },
  stack: {
    needs: [],
    purpose: 'what is deployed',
    calls: [
      ['cloudformation:DescribeStacks', '1'],
      ['cloudformation:ListStackResources', 'resources / 100'],
    ],
  },
  table: {
    needs: ['stack'],
    purpose: 'the table',
    calls: [
      ['dynamodb:DescribeTable', '1'],
      ['dynamodb:DescribeTimeToLive', '1'],
      ['dynamodb:DescribeContinuousBackups', '1'],
    ],
  },
  bus: {
    needs: ['stack'],
    purpose: 'the bus and its rules',
    calls: [
      ['events:DescribeEventBus', '1'],
      ['events:ListRules', pages],
    ],
  },
  schedules: {
    needs: ['caller', 'stack'],
    purpose: 'the schedules that start functions',
    calls: [['scheduler:GetSchedule', 'one for each schedule of the stack']],
  },
  functions: {
    needs: ['stack'],
    purpose: 'the functions, their roles and their configuration',
    calls: [['lambda:GetFunctionConfiguration', 'one for each function']],
  },
  concurrency: {
    needs: [],
    purpose: 'concurrent executions',
    calls: [['lambda:GetAccountSettings', '1']],
  },
  grants: {
    needs: ['caller', 'organization', 'stack', 'functions'],
    purpose: 'what the role of each function may do',
    calls: [['iam:SimulatePrincipalPolicy', 'one for each grant of each function']],
  },
  keys: {
    needs: ['caller', 'stack', 'table'],
    purpose: 'customer-managed keys',
    calls: [
      ['sns:GetTopicAttributes', 'one for each topic of the stack'],
      ['kms:DescribeKey', 'one for each key of topics and table, and for deployment.kmsKeyArn'],
      ['kms:GetKeyRotationStatus', 'one for each of these that is enabled'],
      ['kms:GetKeyPolicy', 'one for each of these that services of AWS use in their own name'],
    ],
  },
  topics: {
    needs: ['caller', 'stack'],
    purpose: 'who is subscribed to what, and who may subscribe',
    calls: [
      ['sns:GetTopicAttributes', 'one for each approver, for operators and for people'],
      [
        'sns:ListSubscriptionsByTopic',
        'one for each approver, for operators and for people, and each 100 subscribers',
      ],
      ['sns:GetSubscriptionAttributes', 'one for each confirmed subscription by mail'],
    ],
  },
  slack: {
    needs: [],
    purpose: 'the bot of Slack',
    calls: [
      ['secretsmanager:GetSecretValue', 'one for each of slack.botTokenSecret and slack.signingSecret'],
      ['slack:auth.test', '1 where the bot writes to somebody or people decide in Slack'],
    ],
  },
  principals: {
    needs: ['caller'],
    purpose: 'users and roles that the configuration names',
    calls: [
      ['iam:GetUser', 'one for each user that is named'],
      ['iam:GetRole', 'one for each role that is named, or by a session'],
    ],
  },
  members: {
    needs: ['scps'],
    purpose: 'whether member accounts can be entered',
    calls: [['sts:AssumeRole', 'one for each of the first 3 ACTIVE member accounts']],
  },
  sources: {
    needs: ['caller', 'scps'],
    purpose: 'whether the configured sources of proof answer',
    calls: [
      ['account:ListRegions', '1 and each 50 Regions, where sources.regions is on'],
      ['ce:GetCostAndUsage', '1 where sources.cost is on, which costs $0.01'],
      ['iam:SimulateCustomPolicy', '1 where sources.simulate is on'],
      ['athena:StartQueryExecution', '1 where sources.replay is on, which scans a day of one account'],
      ['athena:GetQueryExecution', 'one for each 5 seconds of it, more at first'],
      ['athena:GetQueryResults', '1'],
    ],
  },
};

/** What `--send` asks beside the checks, for each approver who is named. */
const sending: readonly PlannedCall[] = (
  [
    ['sts:GetCallerIdentity', '1'],
    ['cloudformation:DescribeStacks', '1'],
    ['cloudformation:ListStackResources', 'resources / 100'],
    ['events:PutEvents', '1, which the bus must refuse'],
    ['sns:ListSubscriptionsByTopic', 'one for each named approver with a topic, and each 100 subscribers'],
    ['sns:Publish', 'one for each named approver with a topic'],
    ['secretsmanager:GetSecretValue', 'one for each secret of Slack that is used'],
    ['slack:conversations.open', 'one for each named approver whom the bot writes to'],
    ['slack:chat.postMessage', 'the same, or a post to his webhook'],
  ] as const
).map(([call, howMany]) => ({ call, howMany, purpose: 'what --send tries' }));

/** The readings that these checks need, those that these need in turn included. */
export function readingsFor(checks: readonly Check[]): readonly (keyof Readings)[] {
  const wanted = new Set<keyof Readings>();
  const want = (name: keyof Readings): void => {
    for (const needed of callsOf[name].needs) want(needed);
    wanted.add(name);
  };
  for (const { reads } of checks) reads.forEach(want);
  return [...wanted];
}

/** Every call that these checks lead to, in the order in which they come, and those of `--send` where it is given. */
export function plannedCalls(checks: readonly Check[], sends = false): readonly PlannedCall[] {
  const reads = readingsFor(checks).flatMap((name) =>
    callsOf[name].calls.map(([call, howMany]) => ({ call, howMany, purpose: callsOf[name].purpose })),
  );
  return sends ? [...reads, ...sending] : reads;
}
