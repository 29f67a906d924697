import type { Clock } from '../adapters/ports.ts';
import type { Stores } from '../adapters/store-ports.ts';
import { appendEvents, type StoredChange } from '../core/change/stored-change.ts';
import { ownWritesOf, type WatchFacts, watchApplied } from '../core/change/watch.ts';
import type { ReviewRun } from './review.ts';

/** Looks at every applied change with what a review has read, and notes what nobody decided: an SCP that differs by now, attempts at what is denied. Answers the ids of changes of which there is news. */
export async function watchChanges(
  { clock, stores }: { readonly stores: Pick<Stores, 'changes'>; readonly clock: Clock },
  { facts, result, startedAt }: ReviewRun,
): Promise<readonly string[]> {
  const written: StoredChange[] = [];
  for (const { id, organizationId } of await stores.changes.listByStatus(['applied', 'rolled-back'])) {
    const stored = organizationId === result.organizationId ? await stores.changes.load(id) : null;
    if (stored) written.push(stored);
  }
  const { policies, reports, tree } = facts;
  const ownWrites = ownWritesOf(written.map(({ record }) => record));
  const seen: WatchFacts = { tree, policies, reports, readSince: startedAt, now: clock.now(), ownWrites };
  const noted: string[] = [];
  for (const change of written) {
    const events = watchApplied(change.record, seen);
    if (events.length === 0) continue;
    // Somebody who rolls it back meanwhile goes first: the next review sees what became of it.
    const saved = await stores.changes.save(appendEvents(change, events), change.version);
    if (saved === 'saved') noted.push(change.record.id);
  }
  return noted;
}
