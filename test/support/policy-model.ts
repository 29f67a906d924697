// What a policy text says, by brute force over its raw JSON: regular expressions, nothing of the product.

interface RawStatement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

const matched = new Map<string, ReadonlySet<string>>();

function actionsOf(pattern: string, universe: readonly string[]): ReadonlySet<string> {
  const key = `${universe.length} ${pattern}`;
  const known = matched.get(key);
  if (known) return known;
  const source = [...pattern].map((c) => (c === '*' ? '.*' : c === '?' ? '.' : c.replace(/[^\w]/, '\\$&')));
  const expression = new RegExp(`^${source.join('')}$`, 'i');
  const found = new Set(universe.filter((action) => expression.test(action)));
  matched.set(key, found);
  return found;
}

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? '';

/** Which of some actions a policy allows and denies, by effect, resource and condition. */
export function modelOf(text: string, universe: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const parts = new Map<string, Set<string>>();
  for (const s of [JSON.parse(text).Statement].flat() as RawStatement[]) {
    const key = [s.Effect, sorted(s.Resource), sorted(s.NotResource), sorted(s.Condition)].join(' | ');
    const patterns = [s.Action ?? s.NotAction ?? []].flat();
    const named = new Set(patterns.flatMap((pattern) => [...actionsOf(pattern, universe)]));
    const part = parts.get(key) ?? new Set();
    for (const action of universe) if (named.has(action) === 'Action' in s) part.add(action);
    parts.set(key, part);
  }
  return parts;
}
