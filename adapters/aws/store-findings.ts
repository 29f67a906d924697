import type { FindingResolution, FindingStore, StoredFinding } from '../store-ports.ts';
import { itemsByStatus, type Key, updateIf } from './store-access.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import { packed, putAll, unpacked } from './store-items.ts';
import type { Table } from './store-table.ts';

// Writes at once; DynamoDB itself would take many more.
const parallelWrites = 10;

/** Keeps findings in the table, one item each (`FINDING#id`), listed by organization while they are open. */
export function createFindingStore(table: Table): FindingStore {
  return {
    listOpen: async (organizationId) => {
      const items = await itemsByStatus(table, statusKeyOf(organizationId, 'open'));
      return items.map((item) => upToDate('finding', item, unpacked(item.body)) as StoredFinding);
    },
    put: (findings) =>
      putAll(
        table,
        findings.map((stored) => ({
          ...keyOf(stored.finding.id),
          ...formatAttribute('finding'),
          statusKey: statusKeyOf(stored.organizationId, 'open'),
          updatedAt: stored.lastSeenAt,
          findingId: stored.finding.id,
          entityId: stored.finding.entityId,
          serviceNamespace: stored.finding.serviceNamespace,
          status: stored.finding.status,
          body: packed(stored),
        })),
      ),
    resolve: async (organizationId, resolutions) => {
      for (let start = 0; start < resolutions.length; start += parallelWrites) {
        const some = resolutions.slice(start, start + parallelWrites);
        await Promise.all(some.map((resolution) => resolveOne(table, organizationId, resolution)));
      }
    },
  };
}

async function resolveOne(
  table: Table,
  organizationId: string,
  resolution: FindingResolution,
): Promise<void> {
  const { id, reason, successors, at } = resolution;
  await updateIf(table, keyOf(id), {
    ConditionExpression: 'attribute_exists(pk)',
    UpdateExpression: 'SET statusKey = :resolved, updatedAt = :at, resolution = :resolution',
    ExpressionAttributeValues: {
      ':resolved': statusKeyOf(organizationId, 'resolved'),
      ':at': at,
      ':resolution': { reason, successors },
    },
  });
}

function keyOf(id: string): Key {
  return { pk: `FINDING#${id}`, sk: 'FINDING' };
}

function statusKeyOf(organizationId: string, state: 'open' | 'resolved'): string {
  return `FINDING#${organizationId}#${state}`;
}
