import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDynamoDb } from '../../../sandbox/dynamodb.ts';
import type { SandboxService } from '../../../sandbox/service.ts';
import { clientSettings, startTestServer, type TestServer } from './http.ts';

const TableName = 'reviewer';
let service: SandboxService;
let server: TestServer;
let client: DynamoDBClient;
let table: DynamoDBDocumentClient;

beforeAll(async () => {
  service = createDynamoDb();
  server = await startTestServer([service]);
  client = new DynamoDBClient(clientSettings(server.url));
  table = DynamoDBDocumentClient.from(client);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

describe('DynamoDB behind the sandbox', () => {
  test('a new table is ready at once', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ TableName, TableStatus: 'ACTIVE' });
  });

  test('what is put comes back, text and bytes alike', async () => {
    const item = {
      pk: 'CHANGE#1',
      sk: 'item',
      text: 'zwölf <&> "lex:*"',
      rows: Buffer.from([0, 255, 10]),
      version: 1,
    };
    await table.send(new PutCommand({ TableName, Item: item }));
    const { Item } = await table.send(new GetCommand({ TableName, Key: { pk: 'CHANGE#1', sk: 'item' } }));
    expect({ ...Item, rows: Buffer.from(Item?.rows) }).toEqual(item);
  });

  test.each([
    ['pk = :pk AND begins_with(sk, :empty)', 'sk'],
    ['pk = :pk AND begins_with ( #range , :empty )', 'sk'],
    ['pk = :empty', 'pk'],
    ['pk=:pk AND sk >= :empty', 'sk'],
  ])('a key is compared with no empty text: %s', async (condition, key) => {
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: { ':pk': 'CHANGE#1', ':empty': '' },
      ...(condition.includes('#') ? { ExpressionAttributeNames: { '#range': 'sk' } } : {}),
    });
    await expect(table.send(query)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(new RegExp(`cannot contain an empty string value\\. Key: ${key}$`)),
    });
  });

  test('of twenty writers with the same expected version one wins', async () => {
    const Key = { pk: 'CHANGE#2', sk: 'item' };
    await table.send(new PutCommand({ TableName, Item: { ...Key, version: 1 } }));
    const update = () =>
      table.send(
        new UpdateCommand({
          TableName,
          Key,
          UpdateExpression: 'SET version = :next',
          ConditionExpression: 'version = :expected',
          ExpressionAttributeValues: { ':next': 2, ':expected': 1 },
        }),
      );
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, update));
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason.name] : [],
    );
    expect(refusals).toEqual(Array(19).fill('ConditionalCheckFailedException'));
  });

  test('a query reads one partition in order', async () => {
    for (const sk of ['c', 'a', 'b'])
      await table.send(new PutCommand({ TableName, Item: { pk: 'REVIEW#1', sk } }));
    const { Items } = await table.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'REVIEW#1' },
      }),
    );
    expect(Items?.map((item) => item.sk)).toEqual(['a', 'b', 'c']);
  });

  test('a table that is missing is refused by name of the error', async () => {
    await expect(client.send(new DescribeTableCommand({ TableName: 'missing' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('an injected error is understood by the client', async () => {
    const error = { status: 400, code: 'ProvisionedThroughputExceededException', message: 'slow down' };
    const refusing = {
      ...service,
      answer: async () => service.refuse({ service: 'dynamodb', name: 'GetItem' }, error),
      close: async () => {},
    };
    const other = await startTestServer([refusing]);
    const throttled = new DynamoDBClient(clientSettings(other.url));
    await expect(throttled.send(new DescribeTableCommand({ TableName }))).rejects.toMatchObject({
      name: error.code,
    });
    throttled.destroy();
    await other.close();
  });

  test('each service is a store of its own', async () => {
    const second = createDynamoDb();
    const other = await startTestServer([second]);
    const otherClient = new DynamoDBClient(clientSettings(other.url));
    await expect(otherClient.send(new DescribeTableCommand({ TableName }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    otherClient.destroy();
    await other.close();
  });
});
