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
