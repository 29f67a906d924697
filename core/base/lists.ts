/** The sum of numbers, 0 of none. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Each text once, sorted. */
export function sortedUnique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

/** The items by their key, keys and items in the order in which they come. */
export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) listAt(groups, keyOf(item)).push(item);
  return groups;
}

/** The list under a key of a map; there is an empty one from now on where there was none. */
export function listAt<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  const known = lists.get(key);
  if (known) return known;
  const list: Item[] = [];
  lists.set(key, list);
  return list;
}

/** How many of the first n items count, at index n: so those of any run are known by a difference. */
export function countsAmongFirst<Item>(items: readonly Item[], counts: (item: Item) => boolean): Int32Array {
  const among = new Int32Array(items.length + 1);
  items.forEach((item, index) => {
    among[index + 1] = (among[index] ?? 0) + (counts(item) ? 1 : 0);
  });
  return among;
}
