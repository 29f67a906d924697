import { type ActionUniverse, eachRun } from './action-universe.ts';

/** Some actions of a universe, a bit each, in its order. */
export type ActionSet = Uint32Array;

/** No action. */
export function noActions({ count }: ActionUniverse): ActionSet {
  return new Uint32Array((count + 31) >> 5);
}

/** The actions that a list of patterns matches, or with `not-action` all others. */
export function actionsOf(
  universe: ActionUniverse,
  kind: 'action' | 'not-action',
  patterns: readonly string[],
): ActionSet {
  const set = noActions(universe);
  for (const pattern of patterns) eachRun(universe, pattern, (start, end) => addRun(set, start, end));
  if (kind === 'action') return set;
  const all = noActions(universe);
  addRun(all, 0, universe.count);
  return without(all, set);
}

function addRun(set: ActionSet, start: number, end: number): void {
  for (let place = start; place < end; ) {
    if ((place & 31) === 0 && end - place >= 32) {
      set[place >> 5] = 0xffff_ffff;
      place += 32;
    } else {
      set[place >> 5] = (set[place >> 5] as number) | (1 << (place & 31));
      place += 1;
    }
  }
}

/** What is in either set. */
export function union(one: ActionSet, other: ActionSet): ActionSet {
  const sum = one.slice();
  for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] as number) | (other[at] as number);
  return sum;
}

/** What is in the first set and not in the second. */
export function without(one: ActionSet, other: ActionSet): ActionSet {
  const left = one.slice();
  for (let at = 0; at < left.length; at += 1) left[at] = (left[at] as number) & ~(other[at] as number);
  return left;
}

/** What is in the first set and in none of the others, or null where nothing is. */
export function remainderOf(set: ActionSet, others: readonly ActionSet[]): ActionSet | null {
  let remainder: ActionSet | null = null;
  for (let at = 0; at < set.length; at += 1) {
    let word = set[at] as number;
    for (let other = 0; word !== 0 && other < others.length; other += 1)
      word &= ~((others[other] as ActionSet)[at] as number);
    if (word === 0) continue;
    // Most comparisons leave nothing: only what differs costs a set.
    remainder ??= new Uint32Array(set.length);
    remainder[at] = word;
  }
  return remainder;
}

/** Whether the action at a place is in a set. */
export function hasPlace(set: ActionSet, place: number): boolean {
  return (((set[place >> 5] ?? 0) >>> (place & 31)) & 1) === 1;
}

/** The actions of a set as `s3:GetObject`, in the order of the universe. */
export function namesIn(universe: ActionUniverse, set: ActionSet): readonly string[] {
  const found: string[] = [];
  const services = universe.inOrder[Symbol.iterator]();
  let service = services.next().value;
  for (let at = 0; at < set.length; at += 1) {
    // Most words of most sets are empty.
    for (let word = set[at] as number; word !== 0; word &= word - 1) {
      const place = at * 32 + 31 - Math.clz32(word & -word);
      while (service && place >= service.first + service.names.length) service = services.next().value;
      if (service) found.push(service.actions[place - service.first] as string);
    }
  }
  return found;
}
