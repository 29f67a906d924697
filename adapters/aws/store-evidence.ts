import type { AllowedMemory, KeptOut } from '../../core/finding/allowed-memory.ts';
import { type EvidenceMemory, noMemory, type ReportNote } from '../../core/review/evidence.ts';
import type { EvidenceStore } from '../store-ports.ts';
import { bodiesIn, bodyItems, bodyOf, changeBodies } from './store-bodies.ts';
import type { Item } from './store-items.ts';
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
    load: async (organizationId) => memoryIn(await bodyItems(table, keyOf(organizationId), prefixes)),
    change: (organizationId, next) => {
      const key = keyOf(organizationId);
      return changeBodies(table, key, prefixes, (items) => {
        const { allowed, notes, waitingSince } = next(memoryIn(items));
        const asked: Asked = { notes: [...notes], waitingSince: [...waitingSince] };
        return [
          () => bodyOf('asked', key, 'ASKED', asked),
          () => bodyOf('allowed', key, 'ALLOWED', storedAllowed(allowed)),
        ];
      });
    },
  };
}

const prefixes = ['ASKED#', 'ALLOWED#'];

/** What a crash of an earlier version left by half is not known. */
function memoryIn(items: readonly Item[]): EvidenceMemory {
  const bodies = new Map(bodiesIn((name) => (name === 'ASKED' ? 'asked' : 'allowed'), items));
  const asked = bodies.get('ASKED') as Asked | null | undefined;
  const allowed = bodies.get('ALLOWED') as Allowed | null | undefined;
  return {
    ...noMemory,
    ...(asked && { notes: new Map(asked.notes), waitingSince: new Map(asked.waitingSince) }),
    ...(allowed && { allowed: allowedIn(allowed) }),
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

function allowedIn({ accounts, keptOut, pasts }: Allowed): AllowedMemory {
  const services = keptOut.map((list) => new Set(list));
  const nothing: KeptOut = { services: new Set(), since: new Map() };
  const known = pasts.map(([list, since]) => ({
    services: services[list] ?? new Set(),
    since: new Map(since),
  }));
  return new Map(accounts.map(([id, past]) => [id, known[past] ?? nothing]));
}
