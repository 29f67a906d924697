import type { Stores } from '../adapters/store-ports.ts';
import { decisionLimits } from '../core/change/deciding/decision-fields.ts';
import type { ChangeEvent } from '../core/change/life/events.ts';
import { type ChangeRecord, nextInstant, notUnderstood } from '../core/change/life/life.ts';
import { movedTargets } from '../core/change/life/moved-targets.ts';
import { type ChangeStatus, changeStatuses, openStatuses } from '../core/change/life/state.ts';
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

/**
 * Looks at every applied change with what a review has read, and notes what nobody decided. That is: what differs by
 * now, attempts at what is denied, what was given again, and where targets are by now. A change that cannot be read
 * stands in nobody's way.
 */
export async function watchChanges(
  stores: Pick<Stores, 'changes'>,
  organizationId: string,
  seen: Seen,
): Promise<Watching> {
  const { looked, unread } = await loadWatched(stores, organizationId, seen);
  const written = looked.filter(({ hasWritten }) => hasWritten);
  const records = written.map(({ change }) => change.record);
  const watchers = new Map<WatchingKind, Watcher>();
  const noted: string[] = [];
  for (const { change, hasWritten } of looked) {
    const kind = watchingOf(change.record.content);
    const watch = watchers.get(kind) ?? kind.watcher(seen, records);
    watchers.set(kind, watch);
    const events = [...movesIn(change.record, seen), ...(hasWritten ? watch(change.record) : [])];
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

/** The changes of an organization that a review may have news of, and those that cannot be read. */
async function loadWatched(stores: Pick<Stores, 'changes'>, organizationId: string, seen: Seen) {
  const looked: { readonly change: StoredChange; readonly hasWritten: boolean }[] = [];
  const unread: { changeId: string; reason: string }[] = [];
  for (const listed of await stores.changes.listByStatus(changeStatuses)) {
    const { id } = listed;
    const hasWritten = mayHaveWrittenEver(listed);
    if (!hasWritten && !mayHaveMoved(listed.status, seen)) continue;
    if (listed.organizationId !== organizationId || !concerns(seen, listed)) continue;
    try {
      const stored = await stores.changes.load(id);
      const later = stored && notUnderstood(stored.record);
      if (later) unread.push({ changeId: id, reason: later });
      else if (stored) looked.push({ change: stored, hasWritten });
    } catch (error) {
      unread.push({ changeId: id, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { looked, unread };
}

/** A review of the organization also looks where the targets of changes are that wait. */
function mayHaveMoved(status: ChangeStatus, seen: Seen): boolean {
  return seen.review === 'organization' && openStatuses.includes(status);
}

/** A review of one account's IAM does not see where the account lies. */
function movesIn(record: ChangeRecord, seen: Seen): readonly ChangeEvent[] {
  if (seen.review !== 'organization') return [];
  const moved = movedTargets(record, seen.tree);
  if (moved === null) return [];
  const actor = { type: 'system', id: 'review' } as const;
  return [{ at: nextInstant(record, seen.now), actor, revision: record.revision, ...moved }];
}
