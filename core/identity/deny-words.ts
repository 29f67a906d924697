import type { Statement } from '../policy/document.ts';

/** So many actions are named. */
const mostActions = 3;

/** What a Deny takes, for people: its actions, its Sid, and the keys of its condition. */
export function denyWords({ actions: { kind, patterns }, condition, sid }: Statement): string {
  const named = patterns.slice(0, mostActions).join(', ');
  const more = patterns.length > mostActions ? ` and ${patterns.length - mostActions} more` : '';
  const clauses = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(
      ([key, values]) => `${operator} ${key} ${values.slice(0, mostActions).join(', ')}`,
    ),
  );
  const where = clauses.length > 0 ? ` where ${clauses.join(' and ')}` : '';
  const name = sid === null ? '' : ` (statement ${sid})`;
  return `${kind === 'not-action' ? 'all but ' : ''}${named}${more}${where}${name}`;
}
