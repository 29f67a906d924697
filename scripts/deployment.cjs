// What serverless.yml cannot say by itself. CommonJS, because the framework loads the files of its variables with require().
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { parseJsonFile } = require('./json-files.cjs');

const configurationFile = join(__dirname, '..', 'reviewer.config.json');

/** The text of the file as JSON. Throws with the file's name and the place of the mistake. */
function readJson(path) {
  const text = readFileSync(path, 'utf8');
  try {
    return parseJsonFile(text);
  } catch (error) {
    throw withoutStack(`reviewer.config.json: ${error.message}`);
  }
}

/** An error of the person who packages, not of this file: the framework prints stacks, and here a stack only hides the message. */
function withoutStack(message) {
  const error = new Error(message);
  error.stack = message;
  return error;
}

let loader;
/**
 * A module of core, loaded once: each property of the template asks for the configuration again. require('tsx/esm/api') looks for its
 * loader in a folder that does not exist (tsx 4.23.15); the ES module does not.
 */
async function core(path) {
  loader ??= import('tsx/esm/api').then(({ register }) => register({ namespace: 'deployment' }));
  return (await loader).import(`../core/${path}`, pathToFileURL(__filename).href);
}

/** The configuration in a file, checked as the functions check it at start. Throws with every key that is wrong. */
async function checked(path) {
  const { parseConfiguration } = await core('base/configuration.ts');
  const parsed = parseConfiguration(readJson(path));
  if (parsed.ok) return parsed.value;
  throw withoutStack(parsed.reasons.map(({ detail }) => `reviewer.config.json: ${detail}`).join('\n'));
}

/** When to review: an expression of EventBridge Scheduler. */
async function schedule() {
  return (await configuration()).schedule;
}

/** What tells two configurations apart, for the functions' environment. */
async function configurationDigest() {
  const digest = await core('base/configuration-digest.ts');
  return digest.configurationDigest(await configuration());
}

/** The tags of the stack, which CloudFormation gives to all that it makes. */
async function tags() {
  return (await configuration()).tags;
}

/** What every role of the stack has beside its policy, as an organization may ask for it. */
function ofRoles({ deployment: { permissionsBoundary, rolePath } }) {
  return {
    ...(rolePath !== '/' && { Path: rolePath }),
    ...(permissionsBoundary && { PermissionsBoundary: permissionsBoundary }),
  };
}

/** The roles of deploy/starter-roles.yml. */
const starterRoles = [
  'ReviewScheduleRole',
  'ReviewRuleRole',
  'ReviewMachineRole',
  'IdentityMachineRole',
  'AccountsMachineRole',
];

/** The same for the roles that stand in a file of their own. */
async function roleExtensions() {
  const properties = ofRoles(await configuration());
  if (Object.keys(properties).length === 0) return null;
  return { extensions: Object.fromEntries(starterRoles.map((id) => [id, { Properties: properties }])) };
}

/** For how many days the logs of the functions are kept. */
async function logRetentionDays() {
  return (await configuration()).deployment.logRetentionDays;
}

/** The namespace of metrics that are counted from logs. */
const ownNamespace = '${self:service}-${sls:stage}';

/** An alarm to the operators' topic as soon as the sum of one metric over five minutes is above zero. */
function alarm(description, namespace, metric, dimension, statistic = 'Sum') {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: description,
      Namespace: namespace,
      MetricName: metric,
      ...(dimension && { Dimensions: [dimension] }),
      Statistic: statistic,
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: 'OperatorsTopic' }],
    },
  };
}

/** Two alarms for every function of the service, so that none is forgotten when a function is added, and those of the state machines. */
async function alarms({ resolveConfigurationProperty }) {
  const functions = await resolveConfigurationProperty(['functions']);
  // A function that the configuration leaves out stands there as null.
  const names = Object.keys(functions).filter((name) => functions[name] !== null);
  const resources = {};
  for (const name of names) {
    const prefix = name[0].toUpperCase() + name.slice(1);
    const dimension = { Name: 'FunctionName', Value: { Ref: `${prefix}LambdaFunction` } };
    resources[`${prefix}ErrorsAlarm`] = alarm(`${name} failed`, 'AWS/Lambda', 'Errors', dimension);
    resources[`${prefix}ThrottlesAlarm`] = alarm(
      `${name} was throttled`,
      'AWS/Lambda',
      'Throttles',
      dimension,
    );
  }
  for (const machine of ['ReviewMachine', 'IdentityMachine', 'AccountsMachine'])
    for (const metric of ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted']) {
      const dimension = { Name: 'StateMachineArn', Value: { Ref: machine } };
      const description = `an execution of ${machine} did not end as it should`;
      resources[`${machine}${metric}Alarm`] = alarm(description, 'AWS/States', metric, dimension);
    }
  // The function answers with a page where it cannot start or the table does not answer: Lambda counts that as no error.
  resources.PageErrorsAlarm = alarm(
    'pages, signed requests or Slack could not be answered: the logs of approvals and of slack say why',
    'AWS/ApiGateway',
    '5xx',
    { Name: 'ApiId', Value: { Ref: 'HttpApi' } },
  );
  Object.assign(resources, couldNotBeTold(names), halfDone());
  for (const queue of ['FailedInvocations', 'UndeliveredSchedules']) {
    const dimension = { Name: 'QueueName', Value: { 'Fn::GetAtt': [queue, 'QueueName'] } };
    const metric = 'ApproximateNumberOfMessagesVisible';
    resources[`${queue}Alarm`] = alarm(`${queue} is not empty`, 'AWS/SQS', metric, dimension, 'Maximum');
  }
  return { Resources: resources };
}

/** Counts the lines with a mark in the log of a function, which needs no permission. `adapters/log.ts` writes the marks. */
function countedInLog(name, mark, metric) {
  return {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: { Ref: `${name}LogGroup` },
      FilterPattern: `{ $.alarm = "${mark}" }`,
      MetricTransformations: [{ MetricNamespace: ownNamespace, MetricName: metric, MetricValue: '1' }],
    },
  };
}

/** An alarm for whatever somebody could not be told. */
function couldNotBeTold(names) {
  const metric = 'CouldNotBeTold';
  const filter = (name) => countedInLog(name, 'COULD_NOT_BE_TOLD', metric);
  return {
    NotifyCouldNotTell: filter('Notify'),
    SweepCouldNotTell: filter('Sweep'),
    ...(names.includes('denials') && { DenialsCouldNotTell: filter('Denials') }),
    CouldNotBeToldAlarm: alarm(
      'somebody could not be told: the logs of notify, sweep and denials say who and why',
      ownNamespace,
      metric,
    ),
  };
}

/** An alarm for a roll back, or a change that is written in part, that waits: the function itself fails at nothing then. */
function halfDone() {
  const metric = 'ChangeHalfDone';
  return {
    ApplyHalfDone: countedInLog('Apply', 'CHANGE_HALF_DONE', metric),
    ChangeHalfDoneAlarm: alarm(
      'a roll back, or a change that is written in part, waits for more than 15 minutes: the log of apply says why',
      ownNamespace,
      metric,
    ),
  };
}

/** A part of deploy/config-rule.yml, or null where the configuration leaves the rule out. */
async function ofConfigRule(part) {
  const { configRule } = await configuration();
  return configRule.enabled ? `\${file(./deploy/config-rule.yml):${part}}` : null;
}

/** A part of deploy/denials.yml, or null where the configuration names no log group of a trail. */
async function ofDenials(part) {
  const { deployment } = await configuration();
  return deployment.trailLogGroup === null ? null : `\${file(./deploy/denials.yml):${part}}`;
}

const configRuleFunction = () => ofConfigRule('function');
const configRuleStartedBy = () => ofConfigRule('startedBy');
const denialsFunction = () => ofDenials('function');
const denialsStartedBy = () => ofDenials('startedBy');
/** The log group of the organization's trail. */
const trailLogGroup = async () => (await configuration()).deployment.trailLogGroup;

/** The configuration of this installation, checked. */
const configuration = () => checked(configurationFile);

module.exports = {
  logRetentionDays,
  ofRoles,
  roleExtensions,
  alarms,
  checked,
  configRuleFunction,
  configRuleStartedBy,
  configuration,
  configurationDigest,
  core,
  denialsFunction,
  denialsStartedBy,
  schedule,
  tags,
  trailLogGroup,
  withoutStack,
};
