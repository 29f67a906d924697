import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { SeenGrants } from '../../core/identity/granted-since.ts';
import type { AccountOf, GrantStore } from '../identity-ports.ts';
import { bodyOf, bodyUnder, putBodies } from './store-bodies.ts';
import type { Table } from './store-table.ts';

/** Keeps what reviews saw granted in the table: `GRANTS#organization#account` / `SEEN#time#n`, compressed, so that one query finds the latest before an instant. */
export function createGrantStore(table: Table): GrantStore {
  const latestTime = async (pk: string, before: string): Promise<string | null> => {
    const { Items } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND sk < :before',
        ExpressionAttributeValues: { ':pk': pk, ':before': before },
        ProjectionExpression: 'sk',
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: 1,
      }),
    );
    const [, time] = String(Items?.[0]?.sk ?? '').split('#');
    return time ?? null;
  };
  return {
    save: (account, seen, expiresAt) =>
      putBodies(table, [bodyOf('grants', keyOf(account), timeKey(seen.readAt), seen, expiresAt)]),
    latestBefore: async (account, before) => {
      const pk = keyOf(account);
      let bound = timeKey(before);
      for (;;) {
        const time = await latestTime(pk, bound);
        if (time === null) return null;
        bound = `SEEN#${time}`;
        const seen = await bodyUnder(table, 'grants', pk, bound);
        // One that a crash left by half says nothing: the one before it does.
        if (seen !== null) return seen as SeenGrants;
      }
    },
  };
}

function keyOf({ accountId, organizationId }: AccountOf): string {
  return `GRANTS#${organizationId}#${accountId}`;
}

/** Keys are ordered as texts, so an instant (epoch ms) has a fixed width. */
function timeKey(at: number): string {
  return `SEEN#${String(at).padStart(15, '0')}`;
}
