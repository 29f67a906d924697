import type { Configuration } from '../core/base/configuration.ts';
import { dayMilliseconds } from '../core/base/limits.ts';
import { ownRequest } from '../core/review/requested-review.ts';
import type { ReviewEvent } from '../core/review/review-event.ts';
import { covers, type ReviewLease, reviewedWhat } from '../core/review/running.ts';
import type { PublishedReview } from './publish.ts';
import { type AloneOptions, type AlonePorts, organizationKey, reviewAlone } from './review-alone.ts';
import { startNext } from './start-waiting.ts';

/** Why the product itself starts a review: its schedule, or something that apply found stale at an instant (epoch ms). */
export type Cause =
  | { readonly type: 'schedule' }
  | { readonly type: 'stale'; readonly at: number }
  | { readonly type: 'caller' };

/** A review that the product started: as it ran, or which one runs or ran instead, or as which request it waits for the end of which review. */
export type DueRun =
  | PublishedReview
  | { readonly instead: string }
  | { readonly waitsAs: string; readonly waitsFor: string };

/**
 * Runs a review that is due. Where one runs, or is done, that looks at the same after what was found stale, that one is
 * enough; a schedule is content with the same review under way. Else it waits as a request, of which there is one at most,
 * and the sweep starts it when the other has ended.
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
  if (cause.type === 'stale') {
    const last = await ports.stores.runs.lastRun(await organizationKey(ports), what);
    if (last?.endedAt && covers({ ...last, event: what }, what, staleAt)) return { instead: last.reviewId };
  }
  const key = await organizationKey(ports);
  const run = await reviewAlone(ports, event, configuration, {
    ...options,
    ...{ notBefore: staleAt, startedBy: { type: cause.type } },
    ...(cause.type === 'caller'
      ? {}
      : {
          continueLater: async (reviewId) => {
            await waitFor(ports, event, cause, { key, reviewId }, configuration);
          },
        }),
  });
  if (!('running' in run)) {
    if (run.run.result.status === 'continuing') await startNext(ports);
    return run;
  }
  const { running } = run;
  if (cause.type === 'caller' || covers(running, what, staleAt)) return { instead: running.reviewId };
  return {
    waitsAs: await waitFor(ports, event, cause, running, configuration),
    waitsFor: running.reviewId,
  };
}

/** Stores that a review of the product's own waits for the one that runs. Answers the request that waits: an earlier one where one waits for the same. */
async function waitFor(
  { clock, stores }: AlonePorts,
  event: ReviewEvent,
  cause: Exclude<Cause, { readonly type: 'caller' }>,
  { key, reviewId }: Pick<ReviewLease, 'key' | 'reviewId'>,
  configuration: Configuration,
): Promise<string> {
  const now = clock.now();
  const { asOf: _, dryRun: __, ...asked } = event;
  const startedBy = cause.type;
  // What was found stale is covered by a review that began after it, and no later.
  const request = ownRequest(startedBy, asked, cause.type === 'stale' ? cause.at : now);
  const { id, requestedBy } = request;
  const expiresAt = now + configuration.evidenceDays * dayMilliseconds;
  // However many people ask: the product itself asks for one alone.
  const room = {
    asker: startedBy,
    most: Number.POSITIVE_INFINITY,
    mostOfOne: Number.POSITIVE_INFINITY,
    since: 0,
  };
  await stores.requests.put(request, expiresAt, room);
  const waiting = await stores.requests.wait({
    ...{ id, requestedBy, reviewId, at: now, lease: key, invocationId: 'none' },
    what: `own ${reviewedWhat(event, configuration)}`,
  });
  if (waiting !== id) await stores.requests.close(id, { failed: `${waiting} waits for the same already` });
  return waiting ?? id;
}
