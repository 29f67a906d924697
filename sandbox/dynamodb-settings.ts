import type { WireResponse } from './service.ts';

type Members = Readonly<Record<string, unknown>>;

/** What is switched on for tables beside what the embedded server keeps: expiry, point-in-time recovery and encryption. */
export interface TableSettings {
  /** What DescribeTable also says of a table. */
  described(tableName: string): Members;
  /** The answer to one of these operations, and the table that has to exist for it; null for any other operation. */
  answer(operation: string, body: string): (WireResponse & { readonly exists: string }) | null;
}

/** Settings of tables, all of them off. */
export const createTableSettings = (): TableSettings => {
  const expiry = new Map<string, string>();
  const recovered = new Set<string>();
  const encrypted = new Map<string, Members>();

  const operations: Readonly<Record<string, (tableName: string, input: Members) => Members>> = {
    UpdateTimeToLive: (tableName, input) => {
      const specification = (input.TimeToLiveSpecification ?? {}) as Members;
      if (specification.Enabled === true) expiry.set(tableName, String(specification.AttributeName));
      else expiry.delete(tableName);
      return { TimeToLiveSpecification: specification };
    },
    DescribeTimeToLive: (tableName) => {
      const attribute = expiry.get(tableName);
      return {
        TimeToLiveDescription:
          attribute === undefined
            ? { TimeToLiveStatus: 'DISABLED' }
            : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
      };
    },
    UpdateContinuousBackups: (tableName, input) => {
      const specification = (input.PointInTimeRecoverySpecification ?? {}) as Members;
      if (specification.PointInTimeRecoveryEnabled === true) recovered.add(tableName);
      else recovered.delete(tableName);
      return backupsOf(tableName);
    },
    UpdateTable: (tableName, input) => {
      const { KMSMasterKeyId } = input.SSESpecification as Members;
      // Without a key it is the one that AWS manages for DynamoDB in the account.
      const key = KMSMasterKeyId ?? 'arn:aws:kms:us-east-1:111111111111:key/aws-dynamodb';
      encrypted.set(tableName, { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: key });
      return { TableDescription: { TableName: tableName } };
    },
    DescribeContinuousBackups: (tableName) => backupsOf(tableName),
  };

  const backupsOf = (tableName: string): Members => ({
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: recovered.has(tableName) ? 'ENABLED' : 'DISABLED',
      },
    },
  });

  return {
    described: (tableName) => {
      const SSEDescription = encrypted.get(tableName);
      return SSEDescription === undefined ? {} : { SSEDescription };
    },
    answer: (operation, body) => {
      const found = operations[operation];
      if (found === undefined) return null;
      const input = JSON.parse(body) as Members;
      if (operation === 'UpdateTable' && input.SSESpecification === undefined) return null;
      const tableName = String(input.TableName);
      return {
        exists: tableName,
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: JSON.stringify(found(tableName, input)),
      };
    },
  };
};
