import { noMemory, type ReportNote } from '../../core/review/evidence.ts';
import type { EvidenceStore } from '../evidence-ports.ts';
import { formatAttribute, whole } from './store-format.ts';
import { chunkItems, itemsUnder, packed, putAll } from './store-items.ts';
import type { Table } from './store-table.ts';

/** What is in the body of the item. */
interface Body {
  readonly notes: readonly (readonly [entityId: string, note: ReportNote])[];
  readonly waitingSince: readonly (readonly [entityId: string, since: number])[];
}

/** Keeps what reviews leave for the next one in the table: `SEEN#organization` / `ASKED#n`, compressed, without an end. */
export function createEvidenceStore(table: Table): EvidenceStore {
  return {
    load: async (organizationId) => {
      const items = await itemsUnder(table, keyOf(organizationId), 'ASKED#');
      // Pieces of an earlier, longer body may lie behind; what a crash left by half is asked anew.
      const own = items.filter(({ chunks }) => chunks === items[0]?.chunks);
      const body = own.length === 0 ? null : (whole('asked', own) as Body | null);
      if (body === null) return noMemory;
      return { notes: new Map(body.notes), waitingSince: new Map(body.waitingSince) };
    },
    save: (organizationId, { notes, waitingSince }) => {
      const body: Body = { notes: [...notes], waitingSince: [...waitingSince] };
      return putAll(
        table,
        chunkItems(keyOf(organizationId), 'ASKED', packed(body), formatAttribute('asked')),
      );
    },
  };
}

function keyOf(organizationId: string): string {
  return `SEEN#${organizationId}`;
}
