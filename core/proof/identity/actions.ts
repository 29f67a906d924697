import { list } from '../../base/counted.ts';
import { unknownAction } from '../../policy/action-universe.ts';

/** The part of `ns:action` before the colon, in lower case; empty for a pattern without one. */
export function namespaceOf(action: string): string {
  return action.slice(0, Math.max(0, action.indexOf(':'))).toLowerCase();
}

/** The namespaces of actions, each once, sorted. */
export function namespacesOf(actions: readonly string[]): readonly string[] {
  return [...new Set(actions.map(namespaceOf))].sort();
}

/** Actions by their namespace, in their order. */
export function byNamespace(actions: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const grouped = new Map<string, string[]>();
  let prefix = ':';
  let group: string[] = [];
  for (const action of actions) {
    // Actions of one service mostly follow one another.
    if (!action.startsWith(prefix)) {
      const namespace = namespaceOf(action);
      prefix = `${namespace}:`;
      group = grouped.get(namespace) ?? [];
      grouped.set(namespace, group);
    }
    group.push(action);
  }
  return grouped;
}

/** Whether this stands for the actions of a service that nobody knows. */
export function isUnknownAction(action: string): boolean {
  return action.endsWith(`:${unknownAction}`);
}

/** Actions as people read them. */
export function named(actions: readonly string[]): string {
  return list(
    actions.map((action) => (isUnknownAction(action) ? `unknown actions of ${namespaceOf(action)}` : action)),
  );
}
