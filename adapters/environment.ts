/** What the process environment says, read in this one place. What is not set is null. AWS's own variables are the SDK's business. */
export interface Environment {
  /** TABLE_NAME: the DynamoDB table. */
  readonly tableName: string | null;
  /** BUS_NAME: the EventBridge bus, by name or ARN. */
  readonly busName: string | null;
  /** TOPIC_NAME: the SNS topic for people, in the caller's own account and region; TOPIC_ARN says it whole and stands above it. */
  readonly topicName: string | null;
  /** TOPIC_ARN: the same as an ARN. */
  readonly topicArn: string | null;
  /** APPROVER_TOPIC_PREFIX: how the ARN of each topic begins that the stack made for an approver. */
  readonly approverTopicPrefix: string | null;
  /** PAGE_URL: where the approval page is reached, without a trailing slash. */
  readonly pageUrl: string | null;
  /** SLACK_BOT_TOKEN: for one machine, instead of `slack.botTokenSecret`. */
  readonly slackBotToken: string | null;
  /** AWS_ENDPOINT_URL_SCHEDULER, else AWS_ENDPOINT_URL: where EventBridge Scheduler is, for which there is no client of the SDK here. */
  readonly schedulerEndpoint: string | null;
  /** AWS_ENDPOINT_URL_STS, else AWS_ENDPOINT_URL: where proofs of who asks are sent on one machine; null: to STS itself. */
  readonly stsEndpoint: string | null;
  /** AWS_REGION: where this runs. */
  readonly region: string | null;
  /** LOG_LEVEL, `info` by default. */
  readonly logLevel: string;
  /** Whether this runs as a Lambda function, where standard output is the log (AWS_EXECUTION_ENV). */
  readonly inLambda: boolean;
}

const variables = {
  tableName: 'TABLE_NAME',
  busName: 'BUS_NAME',
  topicArn: 'TOPIC_ARN',
  topicName: 'TOPIC_NAME',
  slackBotToken: 'SLACK_BOT_TOKEN',
  approverTopicPrefix: 'APPROVER_TOPIC_PREFIX',
  pageUrl: 'PAGE_URL',
} as const;
const logLevels: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Reads the environment; nothing is required yet, since a dry run needs none of it. `level` stands above LOG_LEVEL. Throws for a level that does not exist. */
export function readEnvironment(
  source: Readonly<Record<string, string | undefined>> = process.env,
  level = source.LOG_LEVEL,
): Environment {
  const logLevel = level?.toLowerCase() || 'info';
  if (!logLevels.includes(logLevel))
    throw new Error(`LOG_LEVEL is ${level}: it must be one of ${logLevels.join(', ')}`);
  return {
    tableName: source[variables.tableName] || null,
    busName: source[variables.busName] || null,
    topicArn: source[variables.topicArn] || null,
    topicName: source[variables.topicName] || null,
    slackBotToken: source[variables.slackBotToken] || null,
    approverTopicPrefix: source[variables.approverTopicPrefix] || null,
    pageUrl: source[variables.pageUrl]?.replace(/\/+$/, '') || null,
    schedulerEndpoint: source.AWS_ENDPOINT_URL_SCHEDULER || source.AWS_ENDPOINT_URL || null,
    stsEndpoint: source.AWS_ENDPOINT_URL_STS || source.AWS_ENDPOINT_URL || null,
    region: source.AWS_REGION || null,
    logLevel,
    inLambda: Boolean(source.AWS_EXECUTION_ENV),
  };
}

/** A variable of the environment is not set that a use cannot do without: the message names it and what it is for. */
export class MissingSetting extends Error {
  override readonly name = 'MissingSetting';
}

/** A value of the environment that a use cannot do without. Throws `MissingSetting`. */
export function required(environment: Environment, key: keyof typeof variables, purpose: string): string {
  const value = environment[key];
  if (value === null) throw new MissingSetting(`${variables[key]} is not set: it is needed to ${purpose}`);
  return value;
}

/** Where an endpoint is given, nothing but that endpoint is asked: the SDK would look for a region and credentials at the instance metadata service. */
export function askNobodyElse(): void {
  if (process.env.AWS_ENDPOINT_URL) process.env.AWS_EC2_METADATA_DISABLED ??= 'true';
}
