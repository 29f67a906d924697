import { dayMilliseconds } from '../core/base/limits.ts';
import type { ChangeEvent } from '../core/change/life/events.ts';
import { nextInstant } from '../core/change/life/life.ts';
import { appendEvents, type StoredChange } from '../core/change/life/stored-change.ts';
import type { ApplyPorts } from './apply-ports.ts';
import type { KindInFlow } from './kinds/kind-in-flow.ts';
import { record } from './record.ts';

/** Records that a change is applied, with what its kind sees only now: the same write says so. */
export async function recordApplied<Live>(
  ports: ApplyPorts,
  { seenWhenApplied }: KindInFlow<Live>,
  change: StoredChange,
  live: Live,
): Promise<StoredChange> {
  const rollBackUntil = ports.clock.now() + ports.configuration.rollBackDays * dayMilliseconds;
  const applied = { type: 'applied', rollBackUntil } as const;
  const { revision } = change.record;
  const now = nextInstant(change.record, ports.clock.now());
  const event: ChangeEvent = { at: now, actor: { type: 'system', id: 'apply' }, revision, ...applied };
  const { record: after } = appendEvents(change, [event]);
  return record(ports, change, [applied, ...(await seenWhenApplied(ports, after, live, now))]);
}
