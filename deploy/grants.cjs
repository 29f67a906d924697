// Who may do what: one table of grants, from which the roles of serverless.yml and the table in docs/security.md are made.
// CommonJS, because the framework loads the files of its variables with require().
const deployment = require('../scripts/deployment.cjs');
const ofIdentities = require('./identity-grants.cjs');
const keys = require('./keys.cjs');
const people = require('./people.cjs');
const ofTrail = require('./trail-grants.cjs');
const ofSlack = require('./slack.cjs');

const organization = 'arn:${AWS::Partition}:organizations::${AWS::AccountId}';
const sub = (text) => ({ 'Fn::Sub': text });
const arnOf = (id) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const indexes = ['byStatus', 'byKind', 'unfinished'];

/** What a grant names: in words for docs/security.md, and as the policy says it. */
const resources = {
  everything: { words: '`*`: AWS has no resource to name here', value: '*' },
  // IAM checks these of the caller while it makes a report, and AWS documents that check with '*' alone:
  // a narrower grant might fail every report without failing the call.
  everythingForReports: { words: '`*`: IAM checks these while it makes a report', value: '*' },
  entities: {
    words: 'roots, OUs, accounts and policies of the organization',
    value: [
      ...['root', 'ou', 'account', 'policy'].map((type) => sub(`${organization}:${type}/*`)),
      sub('arn:${AWS::Partition}:organizations::aws:policy/*'),
    ],
  },
  scpsAndTargets: {
    words: 'SCPs, roots, OUs and accounts',
    value: ['policy/*/service_control_policy', 'root', 'ou', 'account'].map((type) =>
      sub(`${organization}:${type}/*`),
    ),
  },
  scps: { words: 'SCPs', value: sub(`${organization}:policy/*/service_control_policy/*`) },
  // Account Management has ARNs of accounts in an organization, which a template does not know (Service Authorization Reference).
  regionsOfAccounts: {
    words: '`*`, with `sources.regions`: the accounts of the organization',
    value: ({ sources }) => (sources.regions ? '*' : []),
  },
  simulations: {
    words: '`*`, with `sources.simulate`: AWS has no resource to name here',
    value: ({ sources }) => (sources.simulate ? '*' : []),
  },
  costs: {
    words: '`*`, with `sources.cost`: AWS has no resource to name here',
    value: ({ sources }) => (sources.cost ? '*' : []),
  },
  ...ofTrail.resources,
  accessReports: {
    words: 'access reports of the account',
    value: sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:access-report/*'),
  },
  locksAndSwitches: { words: 'items of the table under `LOCK#` and `SWITCH#`', value: arnOf('Table') },
  tableAndIndexes: {
    words: 'the table and its indexes',
    value: [arnOf('Table'), ...indexes.map((index) => sub(`\${Table.Arn}/index/${index}`))],
  },
  indexes: {
    words: 'the indexes of the table',
    value: indexes.map((index) => sub(`\${Table.Arn}/index/${index}`)),
  },
  decisions: {
    words: 'items of the table under `ASKED-BACK`, `CHANGE#`, `EXEMPTION#`, `OUTBOX#` and `REQUEST#`',
    value: arnOf('Table'),
  },
  decisionsAndProgress: {
    words: 'the same, and items of the table under `LEASE#`, `LOCK#`, `REVIEW#` and `SWITCH#`',
    value: arnOf('Table'),
  },
  changes: { words: 'items of the table under `CHANGE#`', value: arnOf('Table') },
  listOfChanges: {
    words: 'changes in the index `byKind` of the table',
    value: sub('${Table.Arn}/index/byKind'),
  },
  bus: { words: 'the bus', value: arnOf('Bus') },
  peopleTopic: { words: 'the topic `people`', value: { Ref: 'PeopleTopic' } },
  topicsToPeople: {
    words: 'the topic of each approver, and other topics that the configuration names',
    value: people.topicsToPeople,
  },
  watchedTopics: {
    words: 'these topics, and those of operators and `people`',
    value: (configuration) => [
      ...people.topicsToPeople(configuration),
      { Ref: 'OperatorsTopic' },
      { Ref: 'PeopleTopic' },
    ],
  },
  changesAndFreeze: { words: 'items of the table under `CHANGE#` and `SWITCH#`', value: arnOf('Table') },
  secretsToDecide: { words: '`slack.signingSecret` and `slack.botTokenSecret`', value: ofSlack.secrets },
  slackSecrets: { words: 'the secrets that `slack` names to write with, if any', value: people.secrets },
  topicKey: { words: 'the key of the topics, by SNS', value: keys.keyOfTopics },
  ...Object.fromEntries(
    [
      ['Table', 'DynamoDB', keys.customerKey],
      ['Queue', 'SQS', keys.customerKey],
      // Only where there is a secret.
      ['Secret', 'Secrets Manager', (all) => (people.secrets(all).length > 0 ? keys.customerKey(all) : [])],
    ].map(([name, service, value]) => [
      `customerKeyOf${name}`,
      { words: `\`deployment.kmsKeyArn\` if given, by ${service}`, value },
    ]),
  ),
  rulesOfAccount: {
    words: 'AWS Config rules of the account',
    value: sub('arn:${AWS::Partition}:config:${AWS::Region}:${AWS::AccountId}:config-rule/*'),
  },
  ...ofIdentities.resources,
  failedInvocations: { words: 'the queue of failed invocations', value: arnOf('FailedInvocations') },
};

/** Where people's decisions lie in the table, and what they ask for. */
const decisions = ['ASKED-BACK', 'CHANGE#*', 'EXEMPTION#*', 'OUTBOX#*', 'REQUEST#*'];

const reviewers = ['review', 'scheduledReview', 'apply'];
const usual = ['review', 'scheduledReview', 'identities', 'approvals', 'apply', 'notify', 'sweep'];
const readers = [...reviewers, 'identities'];
const proposers = ['review', 'scheduledReview', 'identities', 'apply', 'sweep'];
// With `configRule: {enabled: true}` alone.
const configRule = 'configRule';
// With `deployment.trailLogGroup` alone.
const denials = 'denials';
// With `slack.signingSecret` alone.
const slack = 'slack';
const all = [...usual, configRule, denials, slack];

/** Each grant: its statement id, who has it, what may be called, and on what. */
const grants = [
  {
    sid: 'ReadOrganization',
    functions: readers,
    actions: [
      'organizations:DescribeOrganization',
      'organizations:ListAccounts',
      'organizations:ListPolicies',
      'organizations:ListRoots',
      'sts:GetCallerIdentity',
    ],
    on: 'everything',
  },
  {
    sid: 'ReadAccessReports',
    functions: reviewers,
    actions: [
      'organizations:ListAWSServiceAccessForOrganization',
      'organizations:ListDelegatedAdministrators',
      'iam:GetOrganizationsAccessReport',
    ],
    on: 'everything',
  },
  {
    sid: 'ReadForAccessReports',
    functions: reviewers,
    actions: [
      'organizations:DescribePolicy',
      'organizations:ListChildren',
      'organizations:ListParents',
      'organizations:ListPoliciesForTarget',
      'organizations:ListTargetsForPolicy',
    ],
    on: 'everythingForReports',
  },
  {
    sid: 'ReadEntities',
    functions: readers,
    actions: [
      'organizations:ListAccountsForParent',
      'organizations:ListOrganizationalUnitsForParent',
      'organizations:ListTagsForResource',
    ],
    on: 'entities',
  },
  {
    sid: 'ReadDelegations',
    functions: reviewers,
    actions: 'organizations:ListDelegatedServicesForAccount',
    on: 'entities',
  },
  {
    sid: 'ReadPolicyTexts',
    functions: ['identities'],
    actions: ['organizations:DescribePolicy', 'organizations:ListTargetsForPolicy'],
    on: 'entities',
  },
  {
    sid: 'ReadRegions',
    functions: readers,
    actions: 'account:ListRegions',
    on: 'regionsOfAccounts',
  },
  {
    sid: 'SimulatePolicies',
    functions: readers,
    actions: 'iam:SimulateCustomPolicy',
    on: 'simulations',
  },
  {
    sid: 'ReadCosts',
    functions: reviewers,
    actions: 'ce:GetCostAndUsage',
    on: 'costs',
  },
  ...ofTrail.grants(reviewers),
  {
    sid: 'MakeAccessReports',
    functions: reviewers,
    actions: 'iam:GenerateOrganizationsAccessReport',
    on: 'accessReports',
  },
  {
    sid: 'ReadRoles',
    functions: [configRule],
    actions: ['iam:GetAccountAuthorizationDetails', 'sts:GetCallerIdentity'],
    on: 'everything',
  },
  {
    sid: 'PutEvaluations',
    functions: [configRule],
    actions: 'config:PutEvaluations',
    on: 'everything',
  },
  {
    sid: 'ListEvaluations',
    functions: [configRule],
    actions: 'config:GetComplianceDetailsByConfigRule',
    on: 'rulesOfAccount',
  },
  ...ofIdentities.grants,
  {
    sid: 'WritePolicies',
    functions: ['apply'],
    actions: [
      'organizations:AttachPolicy',
      'organizations:CreatePolicy',
      'organizations:DeletePolicy',
      'organizations:DetachPolicy',
      'organizations:UpdatePolicy',
    ],
    on: 'scpsAndTargets',
    condition: { StringEquals: { 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY' } },
  },
  {
    // CreatePolicy with tags asks for it. Nothing is tagged without the mark of the product.
    sid: 'TagNewPolicies',
    functions: ['apply'],
    actions: 'organizations:TagResource',
    on: 'scps',
    condition: { StringEquals: { 'aws:RequestTag/org-access-reviewer': 'created' } },
  },
  {
    sid: 'KeepReviews',
    functions: usual.filter((name) => name !== 'approvals'),
    actions: [
      'dynamodb:BatchWriteItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ],
    on: 'tableAndIndexes',
  },
  {
    // Whoever gets hold of the function behind the page can write no report, no tree and no memory of use: what apply proves by stays true.
    sid: 'KeepDecisions',
    functions: ['approvals'],
    actions: ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    on: 'decisions',
    condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': decisions } },
  },
  {
    sid: 'ReadDecisionsAndProgress',
    functions: ['approvals'],
    actions: ['dynamodb:GetItem', 'dynamodb:Query'],
    on: 'decisionsAndProgress',
    condition: {
      'ForAllValues:StringLike': {
        'dynamodb:LeadingKeys': [...decisions, 'LEASE#*', 'LOCK#*', 'REVIEW#*', 'SWITCH#*'],
      },
    },
  },
  {
    sid: 'ListDecisions',
    functions: ['approvals'],
    actions: 'dynamodb:Query',
    on: 'indexes',
  },
  {
    // It has no other business in the table, and none with IAM, Organizations, the bus or people. Evidence is there already.
    sid: 'AppendToChanges',
    functions: [denials],
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    on: 'changes',
    condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'CHANGE#*' } },
  },
  {
    sid: 'ListChanges',
    functions: [denials],
    actions: 'dynamodb:Query',
    on: 'listOfChanges',
    condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'CHANGE' } },
  },
  {
    // Who signs as Slack can decide as an approver who is known there, and can do no more than that.
    sid: 'DecideChanges',
    functions: [slack],
    actions: ['dynamodb:PutItem', 'dynamodb:Query'],
    on: 'changes',
    condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['CHANGE#*'] } },
  },
  {
    sid: 'ReadChangesAndFreeze',
    functions: [slack],
    actions: 'dynamodb:GetItem',
    on: 'changesAndFreeze',
    condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['CHANGE#*', 'SWITCH#*'] } },
  },
  {
    sid: 'SendEvents',
    functions: proposers,
    actions: 'events:PutEvents',
    on: 'bus',
  },
  {
    sid: 'SendMessages',
    functions: proposers,
    actions: 'sns:Publish',
    on: 'peopleTopic',
  },
  { sid: 'SendToApprovers', functions: ['notify', 'sweep'], actions: 'sns:Publish', on: 'topicsToPeople' },
  {
    sid: 'SeeSubscribers',
    functions: ['notify', 'sweep'],
    actions: ['sns:GetSubscriptionAttributes', 'sns:ListSubscriptionsByTopic'],
    on: 'watchedTopics',
  },
  {
    sid: 'ReadSlackSecrets',
    functions: ['notify', 'sweep'],
    actions: 'secretsmanager:GetSecretValue',
    on: 'slackSecrets',
  },
  {
    sid: 'ReadSecretsToDecide',
    functions: [slack],
    actions: 'secretsmanager:GetSecretValue',
    on: 'secretsToDecide',
  },
  {
    sid: 'UseTopicKey',
    functions: [...proposers, 'notify'],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    on: 'topicKey',
    condition: keys.viaService('sns'),
  },
  {
    // What DynamoDB does with a key on behalf of its caller (DynamoDB Developer Guide, "Authorizing use of a customer managed key"), but
    // for CreateGrant, which is for whoever makes the table.
    sid: 'UseTableKey',
    functions: [...usual, denials, slack],
    actions: [
      ...['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
      ...['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    ],
    on: 'customerKeyOfTable',
    condition: keys.viaService('dynamodb'),
  },
  {
    sid: 'UseQueueKey',
    functions: all,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    on: 'customerKeyOfQueue',
    condition: keys.viaService('sqs'),
  },
  {
    sid: 'UseSecretKey',
    functions: ['notify', 'sweep', slack],
    actions: 'kms:Decrypt',
    on: 'customerKeyOfSecret',
    condition: keys.viaService('secretsmanager'),
  },
  { sid: 'KeepFailures', functions: all, actions: 'sqs:SendMessage', on: 'failedInvocations' },
  {
    // The lock of SCP writes is for apply alone, and a freeze is lifted by people: least of all by the function with a URL.
    sid: 'LeaveLockAndSwitch',
    effect: 'Deny',
    functions: usual.filter((name) => name !== 'apply'),
    actions: ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    on: 'locksAndSwitches',
    condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['LOCK#*', 'SWITCH#*'] } },
  },
];

const capitalized = (name) => name[0].toUpperCase() + name.slice(1);
const hyphenated = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The statement of a grant, in a list; none where the configuration names nothing that it is for. */
function statement({ sid, effect = 'Allow', actions, on, condition }, configuration) {
  const { value } = resources[on];
  const resource = typeof value === 'function' ? value(configuration) : value;
  if (Array.isArray(resource) && resource.length === 0) return [];
  return [
    {
      Sid: sid,
      Effect: effect,
      Action: actions,
      Resource: resource,
      ...(condition && { Condition: condition }),
    },
  ];
}

/** The role of one function: its grants, and its own log. Lambda alone may take it. */
function role(name, configuration) {
  const log = {
    Sid: 'WriteLog',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: arnOf(`${capitalized(name)}LogGroup`),
  };
  const own = grants
    .filter(({ functions }) => functions.includes(name))
    .flatMap((grant) => statement(grant, configuration));
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      ...deployment.ofRoles(configuration),
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      Policies: [
        {
          PolicyName: hyphenated(name),
          PolicyDocument: { Version: '2012-10-17', Statement: [...own, log] },
        },
      ],
    },
  };
}

/** The functions that a configuration has. */
const functionsOf = (configuration) => [
  ...usual,
  ...(configuration.configRule.enabled ? [configRule] : []),
  ...(configuration.deployment.trailLogGroup === null ? [] : [denials]),
  ...(ofSlack.isOn(configuration) ? [slack] : []),
];

/** Every grant of every function that a configuration has, resources and conditions as the template has them. */
function functionGrants(configuration) {
  return functionsOf(configuration).flatMap((functionName) =>
    grants
      .filter(({ functions }) => functions.includes(functionName))
      .flatMap((grant) => statement(grant, configuration))
      .map(({ Sid, Effect, Action, Resource, Condition }) => ({
        functionName,
        sid: Sid,
        effect: Effect,
        actions: [Action].flat(),
        resources: [Resource].flat(),
        ...(Condition && { condition: Condition }),
      })),
  );
}

/** The roles of the functions that a configuration has, as resources of a CloudFormation template. */
function rolesFor(configuration) {
  return Object.fromEntries(
    functionsOf(configuration).map((name) => [`${capitalized(name)}Role`, role(name, configuration)]),
  );
}

// IAM and AWS STS quotas: a role's name has at most 64 characters. CloudFormation names a role after stack, logical id and
// 13 characters of its own, with hyphens between, and cuts the name of the stack where that is longer.
const nameCharacters = 64;
const ownCharacters = 13;

/** Refuses a stage by which CloudFormation would cut the names of our roles: the Deny on roles that begin with the name of the stack would not find them. */
function checkStage(service, stage, logicalIds) {
  const longest = Math.max(...logicalIds.map((id) => id.length));
  const most = nameCharacters - ownCharacters - '--'.length - longest - `${service}-`.length;
  if (stage.length <= most) return;
  throw deployment.withoutStack(
    `stage ${stage}: at most ${most} characters, since the names of the roles begin with it and have ${nameCharacters} at most`,
  );
}

/** The roles of the functions that this installation has. */
async function roles({ resolveVariable }) {
  const made = rolesFor(await deployment.configuration());
  const [service, stage] = await Promise.all(['self:service', 'sls:stage'].map(resolveVariable));
  checkStage(service, stage, Object.keys(made));
  return { Resources: made };
}

/** The table of grants for docs/security.md, in Markdown. */
function permissionTable() {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const code = (names) => [names].flat().map((name) => `\`${name}\``);
  const functionsInWords = (functions) => {
    const missing = all.filter((name) => !functions.includes(name));
    if (missing.length === 0) return 'every function';
    // Those that the configuration leaves out.
    return missing.length <= all.length - usual.length
      ? `every function but ${code(missing).join(', ')}`
      : code(functions).join(', ');
  };
  const lines = grants.map(({ functions, effect, actions, on }) =>
    row([
      functionsInWords(functions),
      `${effect === 'Deny' ? '**never** ' : ''}${code(actions).join(', ')}`,
      resources[on].words,
    ]),
  );
  return [row(['function', 'may call', 'on']), '|---|---|---|', ...lines].join('\n');
}

module.exports = { checkStage, roles, rolesFor, functionGrants, permissionTable };
