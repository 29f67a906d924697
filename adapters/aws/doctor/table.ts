import {
  type AttributeDefinition,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndexDescription,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import type { TableReading, TableShape } from '../../../core/doctor/readings.ts';
import { isAwsRefusal, refusing } from '../refusal.ts';
import { tableDefinition } from '../store-table.ts';

/** The table beside what the product needs; null where there is none. */
export async function readTable(client: DynamoDBClient, name: string): Promise<TableReading | null> {
  try {
    const { Table: table } = await refusing('dynamodb:DescribeTable', () =>
      client.send(new DescribeTableCommand({ TableName: name })),
    );
    const { TimeToLiveDescription: expiry } = await refusing('dynamodb:DescribeTimeToLive', () =>
      client.send(new DescribeTimeToLiveCommand({ TableName: name })),
    );
    const { ContinuousBackupsDescription: backups } = await refusing(
      'dynamodb:DescribeContinuousBackups',
      () => client.send(new DescribeContinuousBackupsCommand({ TableName: name })),
    );
    const recovery = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    return {
      name,
      status: table?.TableStatus ?? '',
      ...shapeOf(table ?? {}),
      needed: shapeOf(tableDefinition(name)),
      expiryAttribute: /^ENABL/.test(expiry?.TimeToLiveStatus ?? '') ? (expiry?.AttributeName ?? '') : null,
      pointInTimeRecovery: recovery === 'ENABLED',
      keyArn: table?.SSEDescription?.KMSMasterKeyArn ?? null,
    };
  } catch (error) {
    if (isAwsRefusal(error) && error.code === 'ResourceNotFoundException') return null;
    throw error;
  }
}

interface Described {
  readonly KeySchema?: readonly KeySchemaElement[] | undefined;
  readonly AttributeDefinitions?: readonly AttributeDefinition[] | undefined;
  readonly GlobalSecondaryIndexes?:
    | readonly Pick<GlobalSecondaryIndexDescription, 'IndexName' | 'KeySchema' | 'Projection'>[]
    | undefined;
}

/** Keys and indexes in words: `pk HASH S, sk RANGE S`. */
function shapeOf({ AttributeDefinitions, GlobalSecondaryIndexes, KeySchema }: Described): TableShape {
  const types = new Map(AttributeDefinitions?.map((each) => [each.AttributeName, each.AttributeType]));
  const keysOf = (schema: readonly KeySchemaElement[] | undefined): string =>
    (schema ?? [])
      .map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType} ${types.get(AttributeName)}`)
      .join(', ');
  const indexes = (GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema: keys, Projection }) => {
    const held = [...(Projection?.NonKeyAttributes ?? [])].sort().join(' ');
    return [IndexName ?? '', `${keysOf(keys)}; ${Projection?.ProjectionType} ${held}`.trimEnd()];
  });
  return { keys: keysOf(KeySchema), indexes: Object.fromEntries(indexes) };
}
