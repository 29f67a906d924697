import type { ReviewPorts } from '../adapters/ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { isRequestId } from '../core/review/requested-review.ts';
import { BadEvent } from './bad-event.ts';
import { type PublishedReview, type PublishPorts, reviewAndPublish } from './publish.ts';
import { newReviewId, type ReviewOptions } from './review.ts';

/** A requested review as it ran, or why it did not: another invocation has it, as this review. */
export type RequestedRun = PublishedReview | { readonly takenAs: string };

/** What an event of the function gives as the id of a request, or null where it is no such event. */
export function requestIdIn(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'requestId' in input ? input.requestId : null;
}

/**
 * Runs the review that was requested under this id, once, as started by whoever requested it: who that is stands in the
 * table, never in what starts it. `invocationId` tells a second attempt from a second start. Throws `BadEvent` for an id that
 * is not known and for a request that cannot be carried out, which is noted for whoever asked.
 */
export async function runRequested(
  ports: ReviewPorts & PublishPorts,
  requestId: unknown,
  invocationId: string,
  configuration: Configuration,
  options: ReviewOptions,
): Promise<RequestedRun> {
  const { clock, stores } = ports;
  if (!isRequestId(requestId)) throw new BadEvent('requestId: must look like req-0123456789abcdef0123');
  const reviewId = options.reviewId ?? newReviewId(clock.now());
  const request = await stores.requests.claim(requestId, { at: clock.now(), invocationId, reviewId });
  if (request === null) {
    const started = (await stores.requests.load(requestId))?.started;
    if (!started) throw new BadEvent(`requestId: no request ${requestId} is kept`);
    return { takenAs: started.reviewId };
  }
  try {
    const { publication, run } = await reviewAndPublish(ports, request.event, configuration, {
      ...options,
      ...{ reviewId, startedBy: { type: 'principal', arn: request.requestedBy } },
    });
    const { changes, findings, status } = run.result;
    await stores.requests.close(requestId, {
      status,
      openFindings: findings.filter((finding) => finding.status === 'open').length,
      changeIds: changes.map(({ id }) => id),
    });
    return { publication, run };
  } catch (error) {
    const failed =
      error instanceof BadEvent
        ? error.message
        : 'it failed (each is tried twice): the log of scheduledReview says why';
    await stores.requests.close(requestId, { failed }).catch((another: unknown) => {
      throw new AggregateError([error, another], `${error}; and that could not be noted: ${another}`);
    });
    throw error;
  }
}
