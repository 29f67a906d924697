import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AwsRefusal, explain } from './refusal.ts';

/** The name of the index of whole items by `statusKey`, ordered by `updatedAt` (epoch milliseconds). */
export const statusIndex = 'byStatus';

/**
 * The name of the index of items by their sort key, ordered by `updatedAt`: every change is under `CHANGE`, whatever its state.
 * It holds the attributes of `listedAttributes` alone, so that a list costs one query and reads no histories.
 */
export const kindIndex = 'byKind';

/**
 * The name of the index of unfinished changes, by `statusKey`: what is over has no such key, and nothing but a change has a
 * `changeId`. What is asked each minute costs a few small items, since it holds what `byKind` holds: no history.
 */
export const unfinishedIndex = 'unfinished';

/** What the indexes `byKind` and `unfinished` hold of a change, beside the keys. */
const listedAttributes = [
  ...['changeId', 'organizationId', 'revision', 'status', 'policyId', 'policyName', 'confirm', 'services'],
  ...['accounts', 'unsent', 'namespaces', 'starter'],
] as const;

/** An item may have 400 KB in all (Amazon DynamoDB Developer Guide, "Quotas"): what we put into one binary attribute stays below this, in bytes. */
export const chunkBytes = 350_000;

/** The table as it is declared for deployment, for one machine: keys pk and sk, indexes byStatus, byKind and unfinished, pay per request. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
      { AttributeName: 'statusKey', AttributeType: 'S' },
      { AttributeName: 'updatedAt', AttributeType: 'N' },
      { AttributeName: 'changeId', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: statusIndex,
        KeySchema: [
          { AttributeName: 'statusKey', KeyType: 'HASH' },
          { AttributeName: 'updatedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: kindIndex,
        KeySchema: [
          { AttributeName: 'sk', KeyType: 'HASH' },
          { AttributeName: 'updatedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...listedAttributes] },
      },
      {
        IndexName: unfinishedIndex,
        KeySchema: [
          { AttributeName: 'statusKey', KeyType: 'HASH' },
          { AttributeName: 'changeId', KeyType: 'RANGE' },
        ],
        Projection: {
          ProjectionType: 'INCLUDE',
          NonKeyAttributes: [...listedAttributes.filter((name) => name !== 'changeId'), 'updatedAt'],
        },
      },
    ],
  };
}

/** Makes the table on an embedded server and waits until it is there; a deployed table is made by the stack. Throws if it exists. */
export async function createTableForLocalUse(client: DynamoDBClient, tableName: string): Promise<void> {
  await client.send(new CreateTableCommand(tableDefinition(tableName)));
  // In seconds: an embedded server takes a moment, not AWS's time.
  const patience = { maxWaitTime: 30, minDelay: 0.005, maxDelay: 1 };
  await waitUntilTableExists({ client, ...patience }, { TableName: tableName });
}

/** The table that a store works on. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

/** The table for a store, from a plain client. Absent properties are left out of items. */
export function openTable(client: DynamoDBClient, tableName: string): Table {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  documents.middlewareStack.add(
    (next, context) => async (call) => {
      try {
        return await next(call);
      } catch (error) {
        throw withWayOut(error, tableName, String(context.commandName).replace(/Command$/, ''));
      }
    },
    { step: 'initialize', name: 'tableRefusals' },
  );
  return { client: documents, name: tableName };
}

/** AWS says of a missing table only that a resource was not found. A failed condition is an answer, not a refusal. */
function withWayOut(error: unknown, tableName: string, command: string): unknown {
  if (!(error instanceof Error) || error.name === 'ConditionalCheckFailedException') return error;
  const operation = `dynamodb:${command}`;
  if (error.name !== 'ResourceNotFoundException') return explain(error, operation);
  const said = `there is no table ${tableName} in this account and region`;
  const hint = 'deploy the stack first, or correct TABLE_NAME and AWS_REGION';
  return new AwsRefusal({ operation, code: error.name, kind: 'set-up', said, hint }, error);
}
