import type { Clock } from '../adapters/ports.ts';
import type { Failure } from '../core/change/life/events.ts';

/** How long a write may take to show, and how often it is looked for, in milliseconds: AWS's control planes are eventually consistent. Well within `resumeMilliseconds`, so that one which was lost is sent again by the next attempt. */
const showing = { bound: 25_000, interval: 500 } as const;

/** How old a look at what is written over may be when the write is sent, in milliseconds, and how often it is looked anew. */
const looking = { bound: 1_000, times: 5 } as const;

/** Why a write was not sent: AWS has no condition to write under, so what was seen too long ago may be gone. */
export function tooSlow(noun: string): Failure {
  const detail = `AWS took more than a second to show ${noun}, ${looking.times} times in a row: somebody might have edited it meanwhile`;
  return { code: 'LOOK_TOO_SLOW', detail };
}

/** Looks until one look, from its first call to its last answer, took a second at most. */
export async function freshLook<Seen>(clock: Clock, look: () => Promise<Seen>): Promise<Seen | 'too-slow'> {
  for (let time = 0; time < looking.times; time += 1) {
    const began = clock.now();
    const seen = await look();
    if (clock.now() - began <= looking.bound) return seen;
  }
  return 'too-slow';
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
