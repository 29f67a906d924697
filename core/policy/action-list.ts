import { globMatches } from '../base/matching.ts';
import { knownService } from './known-actions.ts';

/** Some actions of one service that a pattern allowed and that stay. */
export interface RemainingActions {
  readonly namespace: string;
  /** The patterns that allowed them: whatever is written instead must lie within one of these, future actions included. */
  readonly within: readonly string[];
  /** Their names, as they will be written. */
  readonly names: readonly string[];
  /** Names that must not be allowed, beyond the known ones that are missing in `names`. */
  readonly taken: readonly string[];
  /** Patterns of a NotAction that nothing may touch. */
  readonly excluded: readonly string[];
}

/** Every remaining action by its name: `sqs:ReceiveMessage`, sorted. */
export function enumerated({ namespace, names }: RemainingActions): readonly string[] {
  return [...new Set(names)].sort().map((name) => `${namespace}:${name}`);
}

/**
 * The remaining actions as fewer patterns such as `ec2:Describe*`. A wildcard stands only at the end of a whole word, only where every
 * known action that begins so remains, and only where each action that AWS may add under it was allowed before as well.
 */
export function compressed(remaining: RemainingActions): readonly string[] {
  const { namespace, names, taken } = remaining;
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const forbidden = [...(knownService(namespace)?.names ?? []), ...taken]
    .map((name) => name.toLowerCase())
    .filter((name) => !wanted.has(name) || taken.some((each) => each.toLowerCase() === name));
  const written: string[] = [];
  let left = [...new Set(names)].sort();
  while (left.length > 0) {
    const [name = ''] = left;
    const start = wordStarts(name).find((candidate) => {
      const below = left.filter((other) => startsAlike(other, candidate));
      return below.length > 1 && isSafe(candidate, forbidden, remaining);
    });
    written.push(start === undefined ? name : `${start}*`);
    left = left.filter((other) => (start === undefined ? other !== name : !startsAlike(other, start)));
  }
  return written.map((name) => `${namespace}:${name}`);
}

function isSafe(start: string, forbidden: readonly string[], remaining: RemainingActions): boolean {
  const { namespace, within, excluded } = remaining;
  if (forbidden.some((name) => startsAlike(name, start))) return false;
  const pattern = `${namespace}:${start}*`;
  return within.some((outer) => liesWithin(pattern, outer)) && !excluded.some((out) => mayMeet(pattern, out));
}

function startsAlike(name: string, start: string): boolean {
  return name.toLowerCase().startsWith(start.toLowerCase());
}

// `DescribeVpcEndpoints` gives `Describe`, `DescribeVpc`, `DescribeVpcEndpoints`: the shortest saves most.
function wordStarts(name: string): readonly string[] {
  const starts: string[] = [];
  for (let at = 1; at <= name.length; at += 1) {
    const isWordEnd = at === name.length || /[A-Z]/.test(name[at] as string);
    if (isWordEnd && /[a-z0-9]/.test(name[at - 1] as string)) starts.push(name.slice(0, at));
  }
  return starts;
}

/** Whether every text that a pattern ending in `*` matches is matched by another pattern too; letter case does not count. */
export function liesWithin(pattern: string, outer: string): boolean {
  const start = pattern.slice(0, -1).toLowerCase();
  const wide = outer.toLowerCase();
  // A character that no pattern holds is matched by wildcards alone. None, and more of it than the outer pattern has places, stand for every ending.
  return globMatches(wide, start) && globMatches(wide, start + '\u0000'.repeat(wide.length + 1));
}

/** Whether some text may be matched by a pattern ending in `*` and by another pattern; letter case does not count. */
export function mayMeet(pattern: string, other: string): boolean {
  const start = pattern.slice(0, -1).toLowerCase();
  return startMayMeet(start, other.toLowerCase());
}

// The other pattern meets `start*` where some beginning of it can produce exactly `start`.
function startMayMeet(start: string, other: string): boolean {
  let places = new Set([0]);
  const passStars = (): void => {
    for (const place of places) if (other[place] === '*') places.add(place + 1);
  };
  passStars();
  for (const character of start) {
    const after = new Set<number>();
    for (const place of places) {
      const wanted = other[place];
      if (wanted === '*') after.add(place);
      else if (wanted === '?' || wanted === character) after.add(place + 1);
    }
    places = after;
    passStars();
  }
  return places.size > 0;
}
