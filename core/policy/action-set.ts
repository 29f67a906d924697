import { type ActionUniverse, eachRun } from './action-universe.ts';

/** Some actions of a universe, as runs of their places: starts and ends by turns, in order and apart. Most policies name few services. */
export type ActionSet = readonly number[];

/** The actions that a list of patterns matches, or with `not-action` all others. */
export function actionsOf(
  universe: ActionUniverse,
  kind: 'action' | 'not-action',
  patterns: readonly string[],
): ActionSet {
  const runs: (readonly [number, number])[] = [];
  let [isInOrder, last] = [true, 0];
  const add = (start: number, end: number): void => {
    if (start < last) isInOrder = false;
    last = start;
    runs.push([start, end]);
  };
  for (const pattern of patterns) eachRun(universe, pattern, add);
  if (!isInOrder) runs.sort(([one], [other]) => one - other);
  const set: number[] = [];
  for (const [start, end] of runs) addRun(set, start, end);
  return kind === 'action' ? set : without([0, universe.count], set);
}

/** Adds a run that starts nowhere before the last one. */
function addRun(set: number[], start: number, end: number): void {
  const last = set.length - 1;
  const reached = set[last];
  if (reached === undefined || start > reached) set.push(start, end);
  else if (end > reached) set[last] = end;
}

/** What is in either set. */
export function union(one: ActionSet, other: ActionSet): ActionSet {
  if (one.length === 0 || one === other) return other;
  if (other.length === 0) return one;
  const sum: number[] = [];
  let [inOne, inOther] = [0, 0];
  while (inOne < one.length || inOther < other.length) {
    if ((one[inOne] ?? Number.POSITIVE_INFINITY) <= (other[inOther] ?? Number.POSITIVE_INFINITY)) {
      addRun(sum, one[inOne] as number, one[inOne + 1] as number);
      inOne += 2;
    } else {
      addRun(sum, other[inOther] as number, other[inOther + 1] as number);
      inOther += 2;
    }
  }
  return sum;
}

/** What is in the first set and not in the second. */
export function without(one: ActionSet, other: ActionSet): ActionSet {
  if (one === other) return [];
  if (other.length === 0) return one;
  const left: number[] = [];
  let next = 0;
  for (let at = 0; at < one.length; at += 2) {
    let start = one[at] as number;
    const end = one[at + 1] as number;
    while (next < other.length && (other[next + 1] as number) <= start) next += 2;
    for (let cut = next; cut < other.length && (other[cut] as number) < end; cut += 2) {
      if ((other[cut] as number) > start) left.push(start, other[cut] as number);
      start = other[cut + 1] as number;
    }
    if (start < end) left.push(start, end);
  }
  return left;
}

/** What is in the first set and in none of the others. */
export function remainderOf(set: ActionSet, others: readonly ActionSet[]): ActionSet {
  let remainder = set;
  for (const other of others) remainder = without(remainder, other);
  return remainder;
}

/** Whether the action at a place is in a set. */
export function hasPlace(set: ActionSet, place: number): boolean {
  let [low, high] = [0, set.length];
  // The number of starts and ends up to the place is odd within a run.
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((set[middle] as number) <= place) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

/** The actions of a set as `s3:GetObject`, in the order of the universe. */
export function namesIn(universe: ActionUniverse, set: ActionSet): readonly string[] {
  const found: string[] = [];
  const services = universe.inOrder[Symbol.iterator]();
  let service = services.next().value;
  for (let at = 0; at < set.length; at += 2)
    for (let place = set[at] as number; place < (set[at + 1] as number); place += 1) {
      while (service && place >= service.first + service.names.length) service = services.next().value;
      if (service) found.push(service.actions[place - service.first] as string);
    }
  return found;
}
