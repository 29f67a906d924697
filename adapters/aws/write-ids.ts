import { randomUUID } from 'node:crypto';
import type { Item } from './store-items.ts';

/** So many of the last writes of an item are known by their ids: between a write and its repetition fewer fit in. */
const most = 8;

/** The ids of the last writes of items, the oldest first, as far as they were read or written here. */
export interface WriteIds {
  /** Keeps what an item says that was read. */
  read(id: string, item: Item): void;
  /** The ids with a new one last, for a write over this version. */
  next(id: string, expectedVersion: number): readonly [...string[], string];
  /** Keeps what was written. */
  wrote(id: string, version: number, writeIds: readonly string[]): void;
}

/** What is known of the last writes of items. */
export function createWriteIds(): WriteIds {
  const known = new Map<string, { readonly version: number; readonly ids: readonly string[] }>();
  return {
    read: (id, item) => {
      known.set(id, { version: item.version as number, ids: writeIdsOf(item) });
    },
    next: (id, expectedVersion) => {
      const before = known.get(id);
      const earlier = before?.version === expectedVersion ? before.ids : [];
      return [...earlier.slice(1 - most), randomUUID()];
    },
    wrote: (id, version, ids) => {
      known.set(id, { version, ids });
    },
  };
}

/** The ids of the last writes of an item, the oldest first. Earlier versions kept the last one alone. */
export function writeIdsOf({ writeId, writeIds }: Item): readonly string[] {
  if (Array.isArray(writeIds)) return writeIds as readonly string[];
  return typeof writeId === 'string' ? [writeId] : [];
}
