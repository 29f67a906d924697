import type { PolicyDocument } from '../policy/document.ts';
import { grantsAction } from './granted-services.ts';
import type { IdentityServiceRow } from './identity-report.ts';

/** What is known of actions beside a report: which ones AWS tracks and since when that is known, and which ones there are. */
export interface ActionCatalogue {
  /** Names of the actions of a service that AWS tracks, by a dated table; empty: none. */
  trackedOf(namespace: string): readonly string[];
  /** Whether AWS is known to have tracked an action at a time, in epoch milliseconds. */
  wasTrackedAt(namespace: string, name: string, at: number): boolean;
  /** Names of every known action, by namespace. */
  readonly knownActions: ReadonlyMap<string, readonly string[]>;
}

/** One action with its last attempt in epoch milliseconds. */
export interface ActionAttempt {
  readonly name: string;
  readonly lastAccessedAt: number;
  readonly region: string | null;
}

/** The actions of one service that a subject may use, told apart by what AWS shows of them. */
export interface ActionUse {
  readonly used: readonly ActionAttempt[];
  /** Tracked since before the cut-off and not attempted since; null: not accessed in the tracking period. */
  readonly unused: readonly { readonly name: string; readonly lastAccessedAt: number | null }[];
  /** Permitted, and AWS shows no use of them, or not for long enough: nobody can know. */
  readonly notTracked: readonly string[];
  /** AWS tracks them, and the subject may not use them. */
  readonly notPermitted: readonly string[];
}

/** Tells the actions of one row apart; null where AWS tracks no action of the service, which is then judged as a whole. */
export function actionUse(
  row: IdentityServiceRow,
  documents: readonly PolicyDocument[],
  catalogue: ActionCatalogue,
  cutOff: number,
): ActionUse | null {
  const { actions, serviceNamespace } = row;
  if (actions === null || actions.length === 0) return null;
  const tracked = new Set(catalogue.trackedOf(serviceNamespace));
  const used: ActionAttempt[] = [];
  const unused: { name: string; lastAccessedAt: number | null }[] = [];
  const notTracked = new Set<string>();
  for (const { lastAccessedAt, lastAccessedRegion, name } of actions) {
    if (lastAccessedAt !== null && lastAccessedAt >= cutOff)
      used.push({ name, lastAccessedAt, region: lastAccessedRegion });
    // An attempt that is dated before the cut-off shows by itself that the action was tracked then.
    else if (lastAccessedAt !== null || catalogue.wasTrackedAt(serviceNamespace, name, cutOff))
      unused.push({ name, lastAccessedAt });
    else notTracked.add(name);
  }
  const listed = new Set(actions.map(({ name }) => name));
  for (const name of catalogue.knownActions.get(serviceNamespace) ?? []) {
    const isOpen = !listed.has(name) && !tracked.has(name);
    if (isOpen && documents.some((document) => grantsAction(document, `${serviceNamespace}:${name}`)))
      notTracked.add(name);
  }
  const notPermitted = [...tracked].filter((name) => !listed.has(name)).sort();
  const byName = <Named extends { readonly name: string }>(a: Named, b: Named) => (a.name < b.name ? -1 : 1);
  return {
    used: used.sort(byName),
    unused: unused.sort(byName),
    notTracked: [...notTracked].sort(),
    notPermitted,
  };
}
