import type { Clock, PolicyWriter } from '../adapters/ports.ts';
import type { Failure } from '../core/change/life/events.ts';
import type { LivePolicy } from '../core/kinds/scp/live-policy.ts';
import { callFailureOf } from './apply-ports.ts';

/** How long a write may take to show, and how often it is looked for, in milliseconds: Organizations is eventually consistent. Well within `resumeMilliseconds`, so that one which was lost is sent again by the next attempt. */
const showing = { bound: 25_000, interval: 500 } as const;

/** The SCP as it stands now: text exactly as read, and its targets; null if there is none. */
export async function readLivePolicy(writer: PolicyWriter, policyId: string): Promise<LivePolicy> {
  try {
    // The text last: whoever writes next has nothing between reading it and writing.
    const targets = await writer.readPolicyTargets(policyId);
    const text = await writer.readPolicyText(policyId);
    return { id: policyId, text, targetIds: targets.map((target) => target.id) };
  } catch (error) {
    if (callFailureOf(error)?.code === 'PolicyNotFoundException') return null;
    throw error;
  }
}

/** How old a look at what is written over may be when the write is sent, in milliseconds, and how often it is looked anew. */
const looking = { bound: 1_000, times: 5 } as const;

/** Why a write was not sent: AWS has no condition to write under, so what was seen too long ago may be gone. */
export const tooSlow: Failure = {
  code: 'LOOK_TOO_SLOW',
  detail: `AWS took more than a second to show the SCP, ${looking.times} times in a row: somebody might have edited it meanwhile`,
};

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
