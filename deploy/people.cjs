// Whom the stack tells by mail: a topic for each approver without one of his own, with his address as its one subscriber; and the operators.
// CommonJS, because the framework loads the files of its variables with require().
const { createHash } = require('node:crypto');
const deployment = require('../scripts/deployment.cjs');

const sub = (text) => ({ 'Fn::Sub': text });

/** How the ARN of every topic begins that the stack makes for an approver. */
const approverTopicPrefix = sub(
  'arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${self:service}-${sls:stage}-approver-',
);

/** A text as part of a logical id, which has letters and digits alone: told from others by a hash. */
const plain = (text) =>
  text.replace(/[^A-Za-z0-9]/g, '') + createHash('sha256').update(text).digest('hex').slice(0, 6);
const logicalId = (approverId) => `Approver${plain(approverId)}`;

/** Whoever may subscribe to a topic of one person gets his links: CloudFormation or those listed as deployers, and the root user, so that nobody is shut out for good. */
function onlyDeployersChange(topic, { deployers }) {
  const root = sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:root');
  const viaCloudFormation = {
    'ForAllValues:StringNotEquals': { 'aws:CalledVia': ['cloudformation.amazonaws.com'] },
  };
  return {
    Sid: 'OnlyDeployersSubscribeAndChange',
    Effect: 'Deny',
    Principal: '*',
    // What a topic's policy may name beside Publish (SNS Developer Guide, "Access policy language"): ConfirmSubscription needs the token of the mail.
    Action: [
      'sns:Subscribe',
      'sns:SetTopicAttributes',
      'sns:AddPermission',
      'sns:RemovePermission',
      'sns:DeleteTopic',
    ],
    Resource: topic,
    Condition: {
      ArnNotLike: { 'aws:PrincipalArn': [root, ...deployers] },
      ...(deployers.length === 0 ? viaCloudFormation : {}),
    },
  };
}

const onlyOverTls = (topic) => ({
  Sid: 'OnlyOverTls',
  Effect: 'Deny',
  Principal: '*',
  Action: 'sns:Publish',
  Resource: topic,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

const mailTo = (email, topic, policy) => ({
  Type: 'AWS::SNS::Subscription',
  DependsOn: policy,
  Properties: { TopicArn: topic, Protocol: 'email', Endpoint: email },
});

/** Topic, policy and subscription of one approver. */
function approverTopic({ email, id: approverId }, topicEnd, configuration) {
  const id = logicalId(approverId);
  const topic = { Ref: `${id}Topic` };
  return {
    [`${id}Topic`]: {
      Type: 'AWS::SNS::Topic',
      Properties: {
        TopicName: `\${self:service}-\${sls:stage}-approver-${topicEnd}`,
        KmsMasterKeyId: { Ref: 'TopicKey' },
      },
    },
    [`${id}TopicPolicy`]: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [topic],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [onlyDeployersChange(topic, configuration), onlyOverTls(topic)],
        },
      },
    },
    [`${id}Subscription`]: mailTo(email, topic, `${id}TopicPolicy`),
  };
}

function operatorsTopicPolicy(configuration) {
  const topic = { Ref: 'OperatorsTopic' };
  const alarms = {
    Sid: 'AlarmsOfThisAccount',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: topic,
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
  };
  return {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: {
      Topics: [topic],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [alarms, onlyDeployersChange(topic, configuration), onlyOverTls(topic)],
      },
    },
  };
}

/** The resources of everybody who gets mail, by how the name of an approver's topic ends. */
function mailResources(configuration, approverTopicEnd) {
  const operators = configuration.operators === 'none' ? [] : configuration.operators;
  const policy = 'OperatorsTopicPolicy';
  const subscriptions = operators.map((email) => [
    `Operator${plain(email)}Subscription`,
    mailTo(email, { Ref: 'OperatorsTopic' }, policy),
  ]);
  return Object.assign(
    { [policy]: operatorsTopicPolicy(configuration) },
    ...approversOfStack(configuration).map((approver) =>
      approverTopic(approver, approverTopicEnd(approver), configuration),
    ),
    Object.fromEntries(subscriptions),
  );
}

/** The same for this installation. */
async function mail() {
  const { approverTopicEnd } = await deployment.core('base/configured-reach.ts');
  return { Resources: mailResources(await deployment.configuration(), approverTopicEnd) };
}

/** The approvers whose topic the stack makes. */
function approversOfStack({ approvers, email }) {
  return approvers.filter(({ id }) => !Object.hasOwn(email?.topics ?? {}, id));
}

/** The logical ids of their topics. */
function topicsOfStack(configuration) {
  return approversOfStack(configuration).map(({ id }) => `${logicalId(id)}Topic`);
}

/** The topics of approvers and of chat channels: those that the stack makes, and those that the configuration names. */
function topicsToPeople(configuration) {
  const { email, slack } = configuration;
  return [
    ...topicsOfStack(configuration).map((id) => ({ Ref: id })),
    ...Object.values(email?.topics ?? {}),
    ...(slack?.amazonQTopicArn ? [slack.amazonQTopicArn] : []),
  ];
}

/** The secrets that the functions read, each once. */
function secrets({ slack }) {
  const { botTokenSecret, channels = {}, webhookUrl } = slack ?? {};
  const named = [botTokenSecret, webhookUrl, ...Object.values(channels)];
  return [...new Set(named.filter((place) => /^arn:[^:]+:secretsmanager:/.test(place ?? '')))];
}

module.exports = { approverTopicPrefix, mail, mailResources, secrets, topicsOfStack, topicsToPeople };
