import { canonicalJson } from '../base/canonical-json.ts';
import type { Configuration } from '../base/configuration.ts';
import { functionMilliseconds } from '../base/limits.ts';
import type { RequestedEvent } from './requested-review.ts';
import { isOfIdentities } from './requested-review.ts';

/**
 * What a stored review has while it runs. AWS makes one access report at a time in an account, so two reviews would hold
 * each other up. One that is started twice would do everything twice. Times are epoch milliseconds.
 */
export interface ReviewLease {
  /** What is held: `leaseKey`. */
  readonly key: string;
  /** Of this run alone, so that a run that lost its lease never takes it for its own. */
  readonly token: string;
  /** Of the execution, or of the invocation where there is none: its next attempt begins when the one before is over, and takes its place. */
  readonly invocationId: string;
  readonly reviewId: string;
  /** What is reviewed: `reviewedWhat`. */
  readonly event: string;
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** How long a lease outlives the last sign of life of its run, in milliseconds: longer than the longest time in which a decision keeps the run from giving one. */
export const leaseMilliseconds = 120_000;

/** How far the clocks of two machines may differ before one takes a lease too early, in milliseconds. Too early does no harm: whoever lost it writes nothing. */
const clockTolerance = 5_000;

/** A lease that ended before this instant may be taken. */
export function endedBefore(now: number): number {
  return now - clockTolerance;
}

/** Whether a run may still be under way. */
export function isHeld(lease: ReviewLease | null, now: number): lease is ReviewLease {
  return lease !== null && lease.expiresAt >= endedBefore(now);
}

/** The lease of reviews of the organization of this management account, of the identities of many of its accounts, or of those of this account. */
export function leaseKey(kind: 'organization' | 'accounts' | 'identities', accountId: string): string {
  return `${kind}:${accountId}`;
}

/** What is reviewed as one text: equal for events that mean the same under this configuration. */
export function reviewedWhat(event: RequestedEvent, configuration: Configuration): string {
  const { thresholdDays } = configuration;
  if (isOfIdentities(event)) return canonicalJson({ thresholdDays, ...event });
  const { depth, kinds, scope } = configuration;
  const defaults = { depth, kinds: [...kinds], scope: scope ?? null, thresholdDays };
  const { kind: _, ...given } = event;
  return canonicalJson({ ...defaults, ...given, kinds: [...new Set(given.kinds ?? kinds)].sort() });
}

/** How long ago, in milliseconds, the reading of an organization may have begun that decides. AWS's rates let the largest one be read within it: ten SCPs on each of 52,000 entities take two hours. */
const readingMilliseconds = 3 * 3_600_000;

/** The earliest instant at which a reading may have begun (epoch ms) to decide now. */
export function readNotBefore(now: number): number {
  return now - readingMilliseconds;
}

/** Whether what a run that stopped short was told is young enough to be used by the next one, to its end. */
export function mayGoOn(startedAt: number, now: number, { reportFreshnessHours }: Configuration): boolean {
  return now - startedAt < reportFreshnessHours * 3_600_000 - functionMilliseconds;
}

/** Whether a review that is under way or done covers what was found stale at this instant: it looked at everything afterwards. */
export function covers(
  run: { readonly startedAt: number; readonly event: string },
  event: string,
  staleAt: number,
): boolean {
  return run.event === event && run.startedAt >= staleAt;
}
