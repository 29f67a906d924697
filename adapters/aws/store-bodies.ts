import { randomUUID } from 'node:crypto';
import { groupBy } from '../../core/base/lists.ts';
import { concurrently } from '../concurrently.ts';
import { putIf, ttlOf } from './store-access.ts';
import { formatAttribute, type StoredKind, upToDate } from './store-format.ts';
import { type Item, itemsUnder, packed, putAll, removeAll, unpacked } from './store-items.ts';
import { chunkBytes, type Table } from './store-table.ts';

/**
 * A body as it is to be stored. `head` is under `name#0000`: it holds the first piece and says how many there are and of
 * which body, so that it decides. Further pieces lie beside those of other bodies: `name#body#0001`. Earlier versions
 * wrote them as `name#0001`, in place.
 */
export interface CutBody {
  readonly head: Item;
  readonly further: readonly Item[];
}

/** A value that may be too long for one item: compressed, cut and in the format of today. `expiresAt` is epoch milliseconds. */
export function bodyOf(
  kind: StoredKind,
  pk: string,
  name: string,
  value: unknown,
  expiresAt?: number,
): CutBody {
  const extra = { ...formatAttribute(kind), ...(expiresAt === undefined ? {} : ttlOf(expiresAt)) };
  return cut(pk, name, packed(value), extra);
}

/** The pieces of a body that fit into one item each. `of` is its own alone, or of nothing but its bytes where no body under the key is ever replaced. */
export function cut(
  pk: string,
  name: string,
  bytes: Uint8Array,
  extra: Item,
  of: string = randomUUID(),
): CutBody {
  const chunks = Math.max(1, Math.ceil(bytes.length / chunkBytes));
  const [head = {}, ...further] = Array.from({ length: chunks }, (_, index) => {
    const body = bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes);
    const number = String(index).padStart(4, '0');
    return { ...extra, of, pk, sk: index === 0 ? headKey(name) : `${name}#${of}#${number}`, chunks, body };
  });
  return { head, further };
}

const numberLength = '#0000'.length;

function headKey(name: string): string {
  return `${name}#0000`;
}

/** Puts bodies of which nobody else writes one at a time, or that end by themselves. A crash leaves each as it was, or as it is now. */
export async function putBodies(table: Table, bodies: readonly CutBody[]): Promise<void> {
  await putAll(
    table,
    bodies.flatMap(({ further }) => further),
  );
  await putAll(
    table,
    bodies.map(({ head }) => head),
  );
}

/** Each attempt that fails means that another one succeeded. */
const attempts = 50;
const writtenByOthers = `what reviews leave was written by others ${attempts} times in a row: try again`;
/** Bodies written at once. */
const atOnce = 10;

/**
 * Replaces bodies by others that follow from them, and removes what is left of earlier ones and of writes that were cut off.
 * `next` is asked again where somebody else was first. A crash leaves each body as it was or as it is now, and so do two at once.
 */
export async function changeBodies(
  table: Table,
  pk: string,
  skPrefixes: readonly string[],
  next: (items: readonly Item[]) => readonly (() => CutBody)[],
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const items = await bodyItems(table, pk, skPrefixes);
    const written = await concurrently(next(items), atOnce, (body) => replace(table, items, body()));
    if (written.every((isWritten) => isWritten)) return;
  }
  throw new Error(writtenByOthers);
}

/** Whoever began before this head was written finds another one than he read, so the pieces that were there before are nobody's. */
async function replace(table: Table, items: readonly Item[], { further, head }: CutBody): Promise<boolean> {
  const before = items.filter((item) => nameOf(item) === nameOf(head));
  const of = before.find(({ sk }) => sk === head.sk)?.of;
  await putAll(table, further);
  const isWritten = await putIf(table, head, {
    ConditionExpression: of === undefined ? 'attribute_not_exists(#of)' : '#of = :of',
    ExpressionAttributeNames: { '#of': 'of' },
    ...(of === undefined ? {} : { ExpressionAttributeValues: { ':of': of } }),
  });
  if (!isWritten) return false;
  await removeAll(
    table,
    before.filter(({ sk }) => sk !== head.sk),
  );
  return true;
}

/** The items of all bodies under keys that begin so, in the order of their keys. Read consistently. */
export async function bodyItems(
  table: Table,
  pk: string,
  skPrefixes: readonly string[],
): Promise<readonly Item[]> {
  // Whoever replaces a body removes the earlier one: a query of several pages may find its head and not the rest. Under the same head
  // once more, the rest is missing for good, as a crash of an earlier version left it.
  let before: readonly string[] = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const items = (await Promise.all(skPrefixes.map((prefix) => itemsUnder(table, pk, prefix)))).flat();
    const torn = tornHeads(items);
    if (torn.every((head) => before.includes(head))) return items;
    before = torn;
  }
  throw new Error(writtenByOthers);
}

/** Heads of bodies that are not whole. */
function tornHeads(items: readonly Item[]): readonly string[] {
  return [...groupBy(items, nameOf)].flatMap(([name, group]) => {
    const [head] = group;
    return head?.sk === headKey(name) && piecesOf(group) === null ? `${name} ${head.of}` : [];
  });
}

/** Every body of these items with its name, in the format of today, each made as it is come to; null where a piece is missing. `items` in the order of their keys. */
export function* bodiesIn(
  kindOf: (name: string) => StoredKind,
  items: readonly Item[],
): Generator<readonly [name: string, body: unknown]> {
  for (const [name, group] of groupBy(items, nameOf)) {
    const [head = {}] = group;
    const value = valueIn(head, joined(group));
    yield [name, value === null ? null : upToDate(kindOf(name), head, value)];
  }
}

/** The released version named no body, so a crash of it may have mixed two: their checksum tells. */
function valueIn({ chunks, of }: Item, bytes: Uint8Array | null): unknown {
  try {
    return bytes && unpacked(bytes);
  } catch (error) {
    if (of === undefined && Number(chunks) > 1) return null;
    throw error;
  }
}

/** Every body under keys that begin so, as `bodiesIn` has them. Read consistently. */
export async function bodiesUnder(
  table: Table,
  kind: StoredKind,
  pk: string,
  skPrefix: string,
): Promise<ReadonlyMap<string, unknown>> {
  return new Map(bodiesIn(() => kind, await bodyItems(table, pk, [skPrefix])));
}

/** The body of this name, or null if there is none that is whole. Read consistently. */
export async function bodyUnder(table: Table, kind: StoredKind, pk: string, name: string): Promise<unknown> {
  return (await bodiesUnder(table, kind, pk, `${name}#`)).get(name) ?? null;
}

/** Puts a cut body together again, or null if a piece is missing. `items` in the order of their keys: pieces of other bodies may lie among them. */
export function joined(items: readonly Item[]): Uint8Array | null {
  const pieces = piecesOf(items);
  return pieces && Buffer.concat(pieces.map(({ body }) => body as Uint8Array));
}

/** The pieces of the body that the head names, or null if one is missing. Where there is no head, that is the one. */
function piecesOf(items: readonly Item[]): readonly Item[] | null {
  const [head = {}] = items;
  const pieces = items.filter(({ chunks, of }) => chunks === head.chunks && of === head.of);
  return pieces.length > 0 && pieces.length === head.chunks ? pieces : null;
}

/** The name of the body of which an item is a piece. */
function nameOf({ of, sk }: Item): string {
  const before = String(sk).slice(0, -numberLength);
  return before.endsWith(`#${of}`) ? before.slice(0, -`#${of}`.length) : before;
}
