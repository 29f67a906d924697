import { patternsMeet, patternWithin } from '../base/pattern-relations.ts';
import { knownActions } from './known-actions.ts';

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
 * The remaining actions as fewer patterns such as `ec2:Describe*`. A wildcard stands only at the end of a whole word,
 * and only where every known action that begins so remains. Each action that AWS may add under it must have been allowed
 * before as well.
 */
export function compressed(remaining: RemainingActions): readonly string[] {
  const { namespace, names, taken } = remaining;
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const forbidden = [...(knownActions().get(namespace) ?? []), ...taken]
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
  return (
    within.some((outer) => patternWithin(pattern, outer)) &&
    !excluded.some((out) => patternsMeet(pattern, out))
  );
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
