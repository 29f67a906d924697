import { type AskedBack, stillCounted, whyNoRoom } from '../../core/change/deciding/room-to-ask.ts';
import type { DecisionRefusal } from '../../core/change/links/refusal.ts';
import type { AskedBackStore } from '../store-ports.ts';
import { getItem, putIf, stillAt } from './store-access.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import type { Table } from './store-table.ts';

const key = { pk: 'ASKED-BACK', sk: 'ASKED-BACK' } as const;
/** Each attempt that fails means that another one succeeded. */
const attempts = 50;

/** Keeps the requests that count in one item, written under the version that was read. */
export function createAskedBackStore(table: Table): AskedBackStore {
  return {
    look: async (entry, hasEnded) => {
      const { entries } = await readList(table);
      const { counted, refusal } = await judged(entries, entry, hasEnded);
      const same = counted.findLast(
        ({ asker, of, until, wanted }) =>
          of === entry.of && asker === entry.asker && wanted === entry.wanted && entry.at < until,
      );
      return { refusal, same: entry.wanted === undefined ? null : (same?.id ?? null) };
    },
    enter: async (entry, hasEnded) => {
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const { entries, version } = await readList(table);
        // A write whose answer was lost is sent again and fails on what it wrote itself.
        if (attempt > 0 && entries.some((each) => isSame(each, entry))) return null;
        const { counted, refusal } = await judged(entries, entry, hasEnded);
        if (refusal) return refusal;
        const item = { ...key, ...formatAttribute('asked back'), entries: [...counted, entry] };
        if (await putIf(table, { ...item, version: version + 1 }, stillAt(version))) return null;
      }
      throw new Error(
        `the list of what is asked back was written by others ${attempts} times in a row: try again`,
      );
    },
  };
}

function isSame(one: AskedBack, other: AskedBack): boolean {
  return one.id === other.id && one.at === other.at && one.asker === other.asker;
}

/** Only what would make room is looked up, each once: whoever has a link may send many requests for which there is none. */
async function judged(
  entries: readonly AskedBack[],
  entry: Omit<AskedBack, 'id'>,
  hasEnded: (id: string) => Promise<boolean>,
): Promise<{ readonly counted: readonly AskedBack[]; readonly refusal: DecisionRefusal | null }> {
  const ended = new Set<string>();
  const seen = new Set<string>();
  for (;;) {
    const counted = stillCounted(entries, entry.at, ended);
    const full = whyNoRoom(counted, entry, entry.at, ended);
    const unseen = full?.waiting.filter((id) => !seen.has(id)) ?? [];
    if (full === null || unseen.length === 0) return { counted, refusal: full?.refusal ?? null };
    const over = await Promise.all(unseen.map(hasEnded));
    for (const [index, id] of unseen.entries()) {
      seen.add(id);
      if (over[index]) ended.add(id);
    }
  }
}

async function readList(
  table: Table,
): Promise<{ readonly entries: readonly AskedBack[]; readonly version: number }> {
  const item = await getItem(table, key);
  if (!item) return { entries: [], version: 0 };
  const entries = upToDate('asked back', item, item.entries) as readonly AskedBack[];
  return { entries, version: Number(item.version) };
}
