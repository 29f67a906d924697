import type { ExemptionStore, StoredExemption } from '../store-ports.ts';
import { getItem, type Key, removeItem } from './store-access.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import { type Item, putAll, queryAll } from './store-items.ts';
import { statusIndex, type Table } from './store-table.ts';

/** Keeps decided exemptions in the table, one item each (`EXEMPTION#id`), indexed by their end. */
export function createExemptionStore(table: Table): ExemptionStore {
  return {
    load: async (id) => {
      const item = await getItem(table, keyOf(id));
      return item ? exemptionOf(item) : null;
    },
    put: async (exemptions) =>
      putAll(
        table,
        exemptions.map((exemption) => ({
          ...keyOf(exemption.id),
          statusKey: statusKeyOf(exemption.organizationId),
          updatedAt: endOf(exemption),
          ...formatAttribute('exemption'),
          exemption,
        })),
      ),
    remove: async (ids) => {
      for (const id of ids) await removeItem(table, keyOf(id));
    },
    listActive: async (organizationId, now) => {
      const items: readonly Item[] = await queryAll(table, {
        IndexName: statusIndex,
        KeyConditionExpression: 'statusKey = :statusKey AND updatedAt > :now',
        ExpressionAttributeValues: { ':statusKey': statusKeyOf(organizationId), ':now': now },
      });
      return items.map(exemptionOf);
    },
  };
}

function keyOf(id: string): Key {
  return { pk: `EXEMPTION#${id}`, sk: 'EXEMPTION' };
}

function exemptionOf(item: Item): StoredExemption {
  return upToDate('exemption', item, item.exemption) as StoredExemption;
}

function statusKeyOf(organizationId: string): string {
  return `EXEMPTION#${organizationId}`;
}

function endOf(exemption: StoredExemption): number {
  const end = Date.parse(exemption.until);
  if (Number.isNaN(end)) throw new Error(`exemption ${exemption.id} has no end date: ${exemption.until}`);
  return end;
}
