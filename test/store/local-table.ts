import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { createTableForLocalUse, openTable, type Table } from '../../adapters/aws/store-table.ts';

/** A table on an embedded server of its own, `another` as a second function reaches it; `close` ends all. */
export async function localTable(): Promise<{
  readonly table: Table;
  readonly another: Table;
  readonly close: () => Promise<void>;
}> {
  const server: Server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [client, second] = [0, 1].map(
    () =>
      new DynamoDBClient({
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      }),
  ) as [DynamoDBClient, DynamoDBClient];
  await createTableForLocalUse(client, 'reviewer');
  const close = async (): Promise<void> => {
    client.destroy();
    second.destroy();
    // Only the listening ends, after the requests that still run: the embedded server's own close would take
    // the database from under them, and the database lives in memory alone.
    await new Promise<void>((resolve) => Server.prototype.close.call(server, () => resolve()));
  };
  return { table: openTable(client, 'reviewer'), another: openTable(second, 'reviewer'), close };
}
