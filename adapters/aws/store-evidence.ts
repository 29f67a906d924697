import type { AllowedMemory, KeptOut } from '../../core/finding/allowed-memory.ts';
import { noMemory, type ReportNote } from '../../core/review/evidence.ts';
import type { EvidenceStore } from '../evidence-ports.ts';
import { bodyItems } from './store-access.ts';
import { whole } from './store-format.ts';
import { itemsUnder, putAll } from './store-items.ts';
import type { Table } from './store-table.ts';

/** What is in the body of `ASKED#n`. */
interface Asked {
  readonly notes: readonly (readonly [entityId: string, note: ReportNote])[];
  readonly waitingSince: readonly (readonly [entityId: string, since: number])[];
}

/** What is in the body of `ALLOWED#n`. Many accounts are kept out of the same, so each list and each past is stored once. */
interface Allowed {
  /** Services that SCPs keep out. */
  readonly keptOut: readonly (readonly string[])[];
  /** Where in `keptOut` the list stands, and since when others may be used. */
  readonly pasts: readonly (readonly [
    keptOut: number,
    since: readonly (readonly [service: string, since: number])[],
  ])[];
  /** Where in `pasts` an account's stands. */
  readonly accounts: readonly (readonly [accountId: string, past: number])[];
}

/** Keeps what reviews leave for the next one in the table: `SEEN#organization` / `ASKED#n` and `ALLOWED#n`, compressed, without an end. */
export function createEvidenceStore(table: Table): EvidenceStore {
  return {
    load: async (organizationId) => {
      const key = keyOf(organizationId);
      const [askedItems, allowedItems] = await Promise.all([
        itemsUnder(table, key, 'ASKED#'),
        itemsUnder(table, key, 'ALLOWED#'),
      ]);
      // What a crash left by half is not known.
      const asked = whole('asked', askedItems) as Asked | null;
      const allowed = whole('allowed', allowedItems) as Allowed | null;
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
        ...bodyItems('asked', key, 'ASKED', asked),
        ...bodyItems('allowed', key, 'ALLOWED', storedAllowed(allowed)),
      ]);
    },
  };
}

function keyOf(organizationId: string): string {
  return `SEEN#${organizationId}`;
}

function storedAllowed(memory: AllowedMemory): Allowed {
  const keptOut = indexed<readonly string[]>();
  const pasts = indexed<Allowed['pasts'][number]>();
  const known = new Map<KeptOut, number>();
  const accounts = [...memory].map(([id, past]) => {
    const index =
      known.get(past) ?? pasts.indexOf([keptOut.indexOf([...past.services].sort()), [...past.since].sort()]);
    known.set(past, index);
    return [id, index] as const;
  });
  return { keptOut: keptOut.all, pasts: pasts.all, accounts };
}

/** A list in which each value stands once. */
function indexed<Value>() {
  const all: Value[] = [];
  const indexes = new Map<string, number>();
  const indexOf = (value: Value): number => {
    const key = JSON.stringify(value);
    const index = indexes.get(key) ?? all.push(value) - 1;
    indexes.set(key, index);
    return index;
  };
  return { all, indexOf };
}

function memoryIn({ accounts, keptOut, pasts }: Allowed): AllowedMemory {
  const services = keptOut.map((list) => new Set(list));
  const nothing: KeptOut = { services: new Set(), since: new Map() };
  const known = pasts.map(([list, since]) => ({
    services: services[list] ?? new Set(),
    since: new Map(since),
  }));
  return new Map(accounts.map(([id, past]) => [id, known[past] ?? nothing]));
}
