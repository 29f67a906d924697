import type { Clock } from '../adapters/ports.ts';
import type { Stores } from '../adapters/store-ports.ts';
import { notUnderstood } from '../core/change/life/life.ts';
import { appendEvents, type StoredChange } from '../core/change/life/stored-change.ts';
import { ownWritesOf } from '../core/kinds/scp/drift.ts';
import { watchApplied } from '../core/kinds/scp/watch.ts';
import type { WatchFacts } from '../core/kinds/scp/watch-facts.ts';
import type { ReviewRun } from './review.ts';

/** What watching found. */
export interface Watching {
  /** Ids of changes of which there is news. */
  readonly noted: readonly string[];
  /** Changes that could not be read: nobody watches them until somebody mends them. */
  readonly unread: readonly { readonly changeId: string; readonly reason: string }[];
}

/** Changes that may have written an SCP. */
const writers = [
  'applied',
  'rolled-back',
  'applying',
  'rolling-back',
  'interrupted',
  'apply-failed',
] as const;

/** Looks at every applied change with what a review has read, and notes what nobody decided: an SCP that differs by now, attempts at what is denied. A change that cannot be read stands in nobody's way. */
export async function watchChanges(
  { clock, stores }: { readonly stores: Pick<Stores, 'changes'>; readonly clock: Clock },
  { facts, result, startedAt }: ReviewRun,
): Promise<Watching> {
  const written: StoredChange[] = [];
  const unread: { changeId: string; reason: string }[] = [];
  for (const { id, organizationId } of await stores.changes.listByStatus(writers)) {
    if (organizationId !== result.organizationId) continue;
    try {
      const stored = await stores.changes.load(id);
      const later = stored && notUnderstood(stored.record);
      if (later) unread.push({ changeId: id, reason: later });
      else if (stored) written.push(stored);
    } catch (error) {
      unread.push({ changeId: id, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const { moves, policies, reports, tree } = facts;
  const ownWrites = ownWritesOf(written.map(({ record }) => record));
  const seen: WatchFacts = {
    tree,
    moves,
    policies,
    reports,
    readSince: startedAt,
    now: clock.now(),
    ownWrites,
  };
  const noted: string[] = [];
  for (const change of written) {
    const events = watchApplied(change.record, seen);
    if (events.length === 0) continue;
    // Somebody who rolls it back meanwhile goes first: the next review sees what became of it.
    const saved = await stores.changes.save(appendEvents(change, events), change.version);
    if (saved === 'saved') noted.push(change.record.id);
  }
  return { noted, unread };
}
