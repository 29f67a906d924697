import type { ChangeRecord } from '../change/life/life.ts';

/** A principal that was denied what a change denies, and which services, as the organization trail told. */
export interface DeniedTo {
  readonly principal: string;
  /** Namespaces, sorted. */
  readonly services: readonly string[];
}

/** Who was denied what since a change was applied, the newest first. */
export function deniedTo({
  history,
  revision,
}: Pick<ChangeRecord, 'history' | 'revision'>): readonly DeniedTo[] {
  const found = new Map<string, Set<string>>();
  for (const event of [...history].reverse()) {
    if (event.type !== 'denied-access-observed' || event.revision !== revision) continue;
    if (event.principal === undefined) continue;
    found.set(event.principal, (found.get(event.principal) ?? new Set()).add(event.serviceNamespace));
  }
  return [...found].map(([principal, services]) => ({ principal, services: [...services].sort() }));
}
