import type { AllowedMemory } from '../../core/finding/allowed-lately.ts';
import { noMemory, type ReportNote } from '../../core/review/evidence.ts';
import type { EvidenceStore } from '../evidence-ports.ts';
import { formatAttribute, type StoredKind, whole } from './store-format.ts';
import { chunkItems, itemsUnder, packed, putAll } from './store-items.ts';
import type { Table } from './store-table.ts';

/** What is in the body of `ASKED#n`. */
interface Asked {
  readonly notes: readonly (readonly [entityId: string, note: ReportNote])[];
  readonly waitingSince: readonly (readonly [entityId: string, since: number])[];
}

/** What is in the body of `ALLOWED#n`. Most entities may use the same services, so each set is stored once. */
interface Allowed {
  readonly sets: readonly (readonly string[])[];
  readonly entities: readonly (readonly [
    entityId: string,
    set: number,
    since: readonly (readonly [service: string, since: number])[],
  ])[];
}

/** Keeps what reviews leave for the next one in the table: `SEEN#organization` / `ASKED#n` and `ALLOWED#n`, compressed, without an end. */
export function createEvidenceStore(table: Table): EvidenceStore {
  return {
    load: async (organizationId) => {
      const [asked, allowed] = await Promise.all([
        bodyOf<Asked>(table, organizationId, 'ASKED', 'asked'),
        bodyOf<Allowed>(table, organizationId, 'ALLOWED', 'allowed'),
      ]);
      return {
        ...noMemory,
        ...(asked && { notes: new Map(asked.notes), waitingSince: new Map(asked.waitingSince) }),
        ...(allowed && { allowed: memoryIn(allowed) }),
      };
    },
    save: (organizationId, { allowed, notes, waitingSince }) => {
      const asked: Asked = { notes: [...notes], waitingSince: [...waitingSince] };
      const key = keyOf(organizationId);
      return putAll(table, [
        ...chunkItems(key, 'ASKED', packed(asked), formatAttribute('asked')),
        ...chunkItems(key, 'ALLOWED', packed(storedAllowed(allowed)), formatAttribute('allowed')),
      ]);
    },
  };
}

function keyOf(organizationId: string): string {
  return `SEEN#${organizationId}`;
}

async function bodyOf<Body>(
  table: Table,
  organizationId: string,
  prefix: string,
  kind: StoredKind,
): Promise<Body | null> {
  const items = await itemsUnder(table, keyOf(organizationId), `${prefix}#`);
  // Pieces of an earlier, longer body may lie behind; what a crash left by half is not known.
  const own = items.filter(({ chunks }) => chunks === items[0]?.chunks);
  return own.length === 0 ? null : (whole(kind, own) as Body | null);
}

function storedAllowed(memory: AllowedMemory): Allowed {
  const indexes = new Map<string, number>();
  const sets: string[][] = [];
  const entities = [...memory].map(([id, { services, since }]) => {
    const set = [...services].sort();
    const key = set.join(' ');
    const index = indexes.get(key) ?? sets.push(set) - 1;
    indexes.set(key, index);
    return [id, index, [...since]] as const;
  });
  return { sets, entities };
}

function memoryIn({ entities, sets }: Allowed): AllowedMemory {
  const services = sets.map((set) => new Set(set));
  return new Map(
    entities.map(([id, set, since]) => [
      id,
      { services: services[set] ?? new Set<string>(), since: new Map(since) },
    ]),
  );
}
