import snapshots from './tracked-actions.json' with { type: 'json' };
import { neverRecorded } from './unseen-use.ts';

interface Snapshot {
  /** Midnight UTC of its day, in epoch milliseconds. */
  readonly takenAt: number;
  readonly actions: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * The dated table of actions that AWS tracks one by one. What is not in it counts as not tracked; a report's own rows stand above it.
 * AWS publishes the whole list as `SupportedBy["IAM Action Last Accessed"]` of its service reference: `scripts/add-tracked-actions.ts` adds a copy.
 */
const table: readonly Snapshot[] = snapshots.map(({ date, actions }) => ({
  takenAt: Date.parse(date),
  actions: new Map(
    Object.entries(actions).map(([namespace, names]) => [
      namespace,
      new Set((names as string).split(' ').map((name) => name.toLowerCase())),
    ]),
  ),
}));

/** Whether AWS is known to have tracked an action at a time, in epoch milliseconds: some part of the table that is not younger lists it. Never true for `iam:PassRole`. */
export function wasTrackedAt(namespace: string, name: string, at: number): boolean {
  if (namespace === neverRecorded.namespace && name.toLowerCase() === neverRecorded.name.toLowerCase())
    return false;
  return table.some(
    ({ takenAt, actions }) => takenAt <= at && (actions.get(namespace)?.has(name.toLowerCase()) ?? false),
  );
}

/** Names of the actions of a service that any part of the table lists, in AWS's spelling, sorted. */
export function trackedActions(namespace: string): readonly string[] {
  const names = snapshots.flatMap(({ actions }) => {
    const listed = (actions as Readonly<Record<string, string | undefined>>)[namespace];
    return listed?.split(' ') ?? [];
  });
  return [...new Set(names)].sort();
}
