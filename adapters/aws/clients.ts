import { AccountClient } from '@aws-sdk/client-account';
import { AthenaClient } from '@aws-sdk/client-athena';
import { CostExplorerClient, LimitExceededException } from '@aws-sdk/client-cost-explorer';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { readEnvironment } from '../environment.ts';
import type { PacingMeter } from './meter.ts';
import type { Patience } from './patience.ts';

type Logger = NonNullable<STSClientConfig['logger']>;

/** Attempts of a read by the SDK, the first included; a write is tried once, because a new attempt has to look again first. */
const readAttempts = 5;
/** Attempts of a message: at least once is enough, consumers drop repeats by event id. */
const messageAttempts = 4;

/** Milliseconds; sockets are few because calls are paced anyway. */
const requestHandler = {
  connectionTimeout: 5_000,
  requestTimeout: 30_000,
  throwOnRequestTimeout: true,
  httpAgent: { keepAlive: true, maxSockets: 8 },
  httpsAgent: { keepAlive: true, maxSockets: 8 },
};

/** DynamoDB answers in milliseconds: one call that stalls leaves room for another before whoever opened a page goes away. */
const tableHandler = { ...requestHandler, connectionTimeout: 1_500, requestTimeout: 8_000 };
/** Attempts of a call to the table, the first included. */
const tableAttempts = 3;

/** Organizations, IAM and STS are global: where the SDK's chain names no region, any of the partition will do. */
const fallbackRegion = 'us-east-1';

/**
 * Hears what the SDK warns of, such as which of two sets of credentials it takes. The SDK copies what it sent and got, member by
 * member, for the `info` and `error` of any logger, its own silent one too, so this one has neither.
 */
const logger = { debug: () => undefined, warn: console.warn } as Partial<Logger> as Logger;

/** What every client has: so many attempts, the first included, and bounded waits. */
export function clientSettings(attempts: number) {
  return { maxAttempts: attempts, retryMode: 'standard', requestHandler, logger } as const;
}

/** The region of the SDK's own chain (environment, profile), else the fallback; looked up once a client, because the SDK asks for it at every attempt. */
function globalRegion(): () => Promise<string> {
  let known: Promise<string> | null = null;
  return () => {
    known ??= regionOfChain().catch((error: unknown) => {
      if (error instanceof Error && error.message.startsWith('Region is missing')) return fallbackRegion;
      throw error;
    });
    return known;
  };
}

/** Only a client asks the whole chain; the variable comes first in it, and to make one for what it says takes longer than the call. */
async function regionOfChain(): Promise<string> {
  return readEnvironment(undefined, 'error').region ?? new STSClient({}).config.region();
}

/** Credentials of an entered account: asked for again before they end. */
export type Credentials = NonNullable<IAMClientConfig['credentials']>;

/** Where a patience is given, it alone tries again. */
function readSettings(patience: Patience | undefined) {
  return clientSettings(patience ? 1 : readAttempts);
}

/** Organizations for reading, metered and paced: tried again with the patience, or a few times by the SDK. */
export function createOrganizationsClient(meter: PacingMeter, patience?: Patience): OrganizationsClient {
  const client = new OrganizationsClient({ ...readSettings(patience), region: globalRegion() });
  meter.attach(client);
  patience?.attach(client);
  return client;
}

/** Organizations for writing: no retries at all, metered and paced. */
export function createOrganizationsWriteClient(meter: PacingMeter): OrganizationsClient {
  const client = new OrganizationsClient({ ...clientSettings(1), region: globalRegion() });
  meter.attach(client);
  return client;
}

/** IAM for reading and for reports, metered: tried again with the patience, or a few times by the SDK. With credentials of their own where an account was entered by a role. */
export function createIamClient(
  meter: PacingMeter,
  patience?: Patience,
  credentials?: Credentials,
): IAMClient {
  const client = new IAMClient({
    ...readSettings(patience),
    region: globalRegion(),
    ...(credentials && { credentials }),
  });
  meter.attach(client);
  patience?.attach(client);
  return client;
}

/** IAM for writing: no retries at all, metered. */
export function createIamWriteClient(meter: PacingMeter, credentials?: Credentials): IAMClient {
  const client = new IAMClient({
    ...clientSettings(1),
    region: globalRegion(),
    ...(credentials && { credentials }),
  });
  meter.attach(client);
  return client;
}

/** STS, metered: tried again with the patience, or a few times by the SDK. */
export function createStsClient(meter: PacingMeter, patience?: Patience): STSClient {
  const client = new STSClient({ ...readSettings(patience), region: globalRegion() });
  meter.attach(client);
  patience?.attach(client);
  return client;
}

/** Account Management for reading, metered: tried again with the patience, or a few times by the SDK. */
export function createAccountClient(meter: PacingMeter, patience?: Patience): AccountClient {
  const client = new AccountClient({ ...readSettings(patience), region: globalRegion() });
  meter.attach(client);
  patience?.attach(client);
  return client;
}

/** Cost Explorer for reading, likewise. It throttles by a code that elsewhere names a quota (Cost Explorer API reference, GetCostAndUsage: "You made too many calls in a short period of time"). */
export function createCostClient(meter: PacingMeter, patience?: Patience): CostExplorerClient {
  const client = new CostExplorerClient({ ...readSettings(patience), region: globalRegion() });
  meter.attach(client);
  patience?.attach(client);
  client.middlewareStack.add(
    (next) => async (input) => {
      try {
        return await next(input);
      } catch (error) {
        if (!(error instanceof LimitExceededException)) throw error;
        throw Object.assign(error, { $metadata: { ...error.$metadata, httpStatusCode: 429 } });
      }
    },
    { step: 'deserialize', priority: 'high' },
  );
  return client;
}

/** Athena in the Region of the SDK's chain, where the trail's table is, metered: tried again with the patience, or a few times by the SDK. */
export function createAthenaClient(meter: PacingMeter, patience?: Patience): AthenaClient {
  const client = new AthenaClient(readSettings(patience));
  meter.attach(client);
  patience?.attach(client);
  return client;
}

/** EventBridge in the region of the SDK's chain. */
export function createEventBridgeClient(): EventBridgeClient {
  return new EventBridgeClient(clientSettings(messageAttempts));
}

/** SNS in the region of the topic's ARN. */
export function createSnsClient(topicArn: string): SNSClient {
  const region = topicArn.split(':')[3];
  return new SNSClient({ ...clientSettings(messageAttempts), ...(region ? { region } : {}) });
}

/** Secrets Manager in the region of the secret's ARN. */
export function createSecretsClient(secretArn: string): SecretsManagerClient {
  const region = secretArn.split(':')[3];
  return new SecretsManagerClient({ ...clientSettings(readAttempts), ...(region ? { region } : {}) });
}

/** DynamoDB in the region of the SDK's chain: tried again with the patience, or a few times by the SDK. A write that is sent twice is told apart by its condition. */
export function createDynamoDbClient(patience?: Patience): DynamoDBClient {
  const client = new DynamoDBClient({
    ...clientSettings(patience ? 1 : tableAttempts),
    requestHandler: tableHandler,
  });
  patience?.attach(client);
  return client;
}
