import type { Clock, PolicyWriter } from '../adapters/ports.ts';
import type { LivePolicy } from '../core/change/apply-plan.ts';
import { callFailureOf } from './apply-ports.ts';

/** How long a write may take to show (well within `resumeMilliseconds`, so that one which was lost is sent again by the next attempt), and how often it is looked for, in milliseconds: Organizations is eventually consistent. */
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

/** Reads until something shows, 25 seconds at most; answers whether it did. */
export async function waitUntilShown(clock: Clock, isShown: () => Promise<boolean>): Promise<boolean> {
  const end = clock.now() + showing.bound;
  for (;;) {
    if (await isShown()) return true;
    if (clock.now() + showing.interval >= end) return false;
    await clock.wait(showing.interval);
  }
}
