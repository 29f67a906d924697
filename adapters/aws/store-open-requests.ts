import type { OpenBound, OpenFull } from '../../core/review/requested-review.ts';
import { getItem, putIf, stillAt } from './store-access.ts';
import { formatAttribute, upToDate } from './store-format.ts';
import type { Item } from './store-items.ts';
import type { Table } from './store-table.ts';

interface Entry {
  /** The time (epoch ms) from which it counts. */
  readonly at: number;
  /** Whose it is; null in a list that an earlier version wrote, and for a second attempt. */
  readonly asker: string | null;
}

/** The open requests by id. */
type Open = Readonly<Record<string, Entry>>;

const key = { pk: 'REQUEST#OPEN', sk: 'OPEN' } as const;
/** Each attempt that fails means that another one succeeded. */
const attempts = 200;

/**
 * Enters a request of somebody into the list of open ones, by one conditional write, if there is room for his and at all.
 * One that is listed already stays. `hasEnded` is asked where there is none. Answers null once it is in the list.
 */
export async function enterOpen(
  table: Table,
  { at, id }: { readonly id: string; readonly at: number },
  { asker, most, mostOfOne, since }: OpenBound,
  hasEnded: (id: string, at: number) => Promise<boolean>,
): Promise<OpenFull | null> {
  const fullOf = (open: Open): OpenFull | null => {
    const own = Object.entries(open).filter(([, other]) => other.asker === asker);
    if (own.length >= mostOfOne) return { full: 'own', ids: own.map(([other]) => other).sort() };
    const ids = Object.keys(open).sort();
    return ids.length >= most ? { full: 'all', ids } : null;
  };
  let answer: OpenFull | null = null;
  await change(table, async (listed) => {
    answer = null;
    if (listed[id] !== undefined) return null;
    let open = Object.entries(listed).filter(([, other]) => other.at > since);
    if (fullOf(Object.fromEntries(open))) {
      const ended = await Promise.all(open.map(([other, began]) => hasEnded(other, began.at)));
      open = open.filter((_, index) => !ended[index]);
    }
    answer = fullOf(Object.fromEntries(open));
    return answer ? null : Object.fromEntries([...open, [id, { at, asker }]]);
  });
  return answer;
}

/** Counts a request from now on as one that runs, or waits to, whether it was listed or not. */
export async function startOpen(
  table: Table,
  { at, id }: { readonly id: string; readonly at: number },
): Promise<void> {
  await change(table, async (listed) => {
    return { ...listed, [id]: { at, asker: listed[id]?.asker ?? null } };
  });
}

/** Takes a request off the list of open ones; does nothing if it is not there. */
export async function leaveOpen(table: Table, id: string): Promise<void> {
  await change(table, async (listed) => {
    const { [id]: own, ...others } = listed;
    return own === undefined ? null : others;
  });
}

/** Changes the list under the version that was read, and looks again where another was first. `next` answers null where nothing is to be written. */
async function change(table: Table, next: (open: Open) => Promise<Open | null>): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { open: listed, version } = await readList(table);
    const open = await next(listed);
    if (open === null) return;
    const item = { ...key, ...formatAttribute('open requests'), ...stored(open), version: version + 1 };
    if (await putIf(table, item, stillAt(version))) return;
  }
  throw new Error(`the list of open requests was written by others ${attempts} times in a row: try again`);
}

async function readList(table: Table): Promise<{ readonly open: Open; readonly version: number }> {
  const item = await getItem(table, key);
  return { open: item ? listOf(item) : {}, version: Number(item?.version ?? 0) };
}

/** `askers` came later than `open`: an earlier version reads and writes `open` alone. */
function listOf(item: Item): Open {
  const times = upToDate('open requests', item, item.open) as Readonly<Record<string, number>>;
  const askers = (item.askers ?? {}) as Readonly<Record<string, string>>;
  return Object.fromEntries(Object.entries(times).map(([id, at]) => [id, { at, asker: askers[id] ?? null }]));
}

function stored(open: Open): Item {
  const listed = Object.entries(open);
  return {
    open: Object.fromEntries(listed.map(([id, { at }]) => [id, at])),
    askers: Object.fromEntries(listed.flatMap(([id, { asker }]) => (asker === null ? [] : [[id, asker]]))),
  };
}
