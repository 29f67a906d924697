import type { Configuration } from '../core/base/configuration.ts';
import type { ReviewEvent } from '../core/review/review-event.ts';
import { covers, reviewedWhat } from '../core/review/running.ts';
import type { PublishedReview } from './publish.ts';
import type { Continuing } from './review.ts';
import { type AloneOptions, type AlonePorts, organizationKey, reviewAloneOrGoOn } from './review-alone.ts';

/** Why the product itself starts a review: its schedule, or something that apply found stale at an instant (epoch ms). */
export type Cause =
  | { readonly type: 'schedule' }
  | { readonly type: 'stale'; readonly at: number }
  | { readonly type: 'caller' };

/** A review that the product started: as it ran, or which one runs or ran instead, or for the end of which one it waits. */
export type DueRun =
  | PublishedReview
  | Continuing
  | { readonly instead: string }
  | { readonly waitsFor: string };

/**
 * Runs a review that is due. Where one runs, or is done, that looks at the same after what was found stale, that one is
 * enough. A schedule is content with the same review under way, and a further attempt with what the one before has done.
 * Else it waits: whoever invoked it invokes it again.
 */
export async function reviewDue(
  ports: AlonePorts,
  event: ReviewEvent,
  cause: Cause,
  configuration: Configuration,
  options: AloneOptions,
): Promise<DueRun> {
  const what = reviewedWhat(event, configuration);
  const staleAt = cause.type === 'stale' ? cause.at : 0;
  const last = await ports.stores.runs.lastRun(await organizationKey(ports), what);
  if (last !== null && last.endedAt !== null) {
    const isOwn = last.invocationId === options.invocationId;
    const isCovered = cause.type === 'stale' && covers({ ...last, event: what }, what, staleAt);
    if (isOwn || isCovered) return { instead: last.reviewId };
  }
  const run = await reviewAloneOrGoOn(ports, event, configuration, {
    ...options,
    notBefore: staleAt,
    startedBy: { type: cause.type },
  });
  if (!('running' in run)) return run;
  const { reviewId } = run.running;
  const isEnough = cause.type === 'caller' || covers(run.running, what, staleAt);
  return isEnough ? { instead: reviewId } : { waitsFor: reviewId };
}
