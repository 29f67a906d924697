import { isTooSlow } from '../adapters/fresh-look.ts';
import type { Clock } from '../adapters/ports.ts';
import { dayMilliseconds } from '../core/base/limits.ts';
import type { ChangeEventType } from '../core/change/life/events.ts';
import type { ChangeRecord } from '../core/change/life/life.ts';

/** How long a write may take to show, and how often it is looked for, in milliseconds: AWS's control planes are eventually consistent. Well within `resumeMilliseconds`, so that one which was lost is sent again by the next attempt. */
const showing = { bound: 25_000, interval: 500 } as const;

/** So often in a row a change waits because AWS is slow: the attempts of five runs. */
const slowLooks = 15;
/** With these a change goes on, or starts again. */
const goesOn: readonly ChangeEventType[] = [
  'approved',
  'resumed',
  'roll-back-requested',
  'step-done',
  'roll-back-step-done',
];

/** Whether AWS has been too slow so often since the change went on last that people have to know. */
export function isSlowForLong(record: ChangeRecord): boolean {
  const slow = refusalsOf(record).filter(({ failure }) => isTooSlow(failure));
  return slow.length >= slowLooks;
}

/** For so long, and so often, a write is tried again that AWS refuses for the time being, in milliseconds: each attempt is kept in the history. */
const refused = { bound: dayMilliseconds, times: 100 } as const;

/** Whether AWS has refused the write for a day since the change went on last: what passes would have passed. */
export function isRefusedForLong(record: ChangeRecord): boolean {
  const refusals = refusalsOf(record);
  const [first, last] = [refusals[0]?.at ?? 0, refusals.at(-1)?.at ?? 0];
  return refusals.length >= refused.times && last - first >= refused.bound;
}

/** The writes that were not done since the change went on last. */
function refusalsOf({ history }: ChangeRecord) {
  const since = history.findLastIndex(({ type }) => goesOn.includes(type));
  return history
    .slice(since + 1)
    .filter((event) => event.type === 'step-refused' || event.type === 'roll-back-step-refused');
}

/** Reads until something shows, 25 seconds at most; answers what shows, or null. */
export async function waitUntilShown<Shown>(
  clock: Clock,
  look: () => Promise<Shown | null>,
): Promise<Shown | null> {
  const end = clock.now() + showing.bound;
  for (;;) {
    const shown = await look();
    if (shown !== null || clock.now() + showing.interval >= end) return shown;
    await clock.wait(showing.interval);
  }
}
