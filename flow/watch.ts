import type { Stores } from '../adapters/store-ports.ts';
import { decisionLimits } from '../core/change/deciding/decision-fields.ts';
import { notUnderstood } from '../core/change/life/life.ts';
import { changeStatuses } from '../core/change/life/state.ts';
import { appendEvents, type StoredChange } from '../core/change/life/stored-change.ts';
import { concerns } from '../core/kinds/concerns.ts';
import type { Seen, Watcher, WatchingKind } from '../core/kinds/kind.ts';
import { watchingOf } from '../core/kinds/watching.ts';
import { mayHaveWrittenEver } from './writers-of.ts';

/** What watching found. */
export interface Watching {
  /** Ids of changes of which there is news. */
  readonly noted: readonly string[];
  /** Changes that could not be read: nobody watches them until somebody mends them. */
  readonly unread: readonly { readonly changeId: string; readonly reason: string }[];
}

/** Looks at every applied change with what a review has read, and notes what nobody decided: what differs by now, attempts at what is denied, what was given again. A change that cannot be read stands in nobody's way. */
export async function watchChanges(
  stores: Pick<Stores, 'changes'>,
  organizationId: string,
  seen: Seen,
): Promise<Watching> {
  const written: StoredChange[] = [];
  const unread: { changeId: string; reason: string }[] = [];
  for (const listed of await stores.changes.listByStatus(changeStatuses)) {
    const { id } = listed;
    if (!mayHaveWrittenEver(listed)) continue;
    if (listed.organizationId !== organizationId || !concerns(seen, listed)) continue;
    try {
      const stored = await stores.changes.load(id);
      const later = stored && notUnderstood(stored.record);
      if (later) unread.push({ changeId: id, reason: later });
      else if (stored) written.push(stored);
    } catch (error) {
      unread.push({ changeId: id, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const records = written.map(({ record }) => record);
  const watchers = new Map<WatchingKind, Watcher>();
  const noted: string[] = [];
  for (const change of written) {
    const kind = watchingOf(change.record.content);
    const watch = watchers.get(kind) ?? kind.watcher(seen, records);
    watchers.set(kind, watch);
    const events = watch(change.record);
    if (events.length === 0) continue;
    const { id } = change.record;
    const next = appendEvents(change, events);
    // What must always be possible, such as a roll back, needs the same item.
    if (stores.changes.roomIn(next) < decisionLimits.roomBytes) {
      unread.push({ changeId: id, reason: 'its history has no room for what a review saw' });
      continue;
    }
    // Somebody who rolls it back meanwhile goes first: the next review sees what became of it.
    if ((await stores.changes.save(next, change.version)) === 'saved') noted.push(id);
  }
  return { noted, unread };
}
