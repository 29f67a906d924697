import type { Context } from 'aws-lambda';
import { fitResult, type ReviewResult } from '../core/review/review-result.ts';
import { BadEvent } from '../flow/bad-event.ts';
import { reviewAndPublish } from '../flow/publish.ts';
import { readReviewEvent } from '../flow/review.ts';
import { requestIdIn, runRequested } from '../flow/run-requested.ts';
import { logPublished, setUpReview } from './shared/set-up-review.ts';

/**
 * Reviews the organization by schedule; at once where apply found something stale (`{"stale": true}`); and where somebody
 * asked for it by a signed request (`{"requestId": "req-…"}`). Only the scheduler and the bus may start it, so what it is
 * started with can be believed; on one machine whoever runs it started it. Answers null for a request that another
 * invocation runs, and for one that cannot be carried out, which whoever asked is told.
 */
export async function handler(input: unknown, context?: Context): Promise<ReviewResult | null> {
  const { configuration, environment, log, options, ports, publishing } = setUpReview(context);
  const requestId = requestIdIn(input);
  if (requestId === null) {
    const isStale = isStaleEvent(input);
    const event = readReviewEvent(isStale ? {} : input, configuration, ports.clock.now());
    const startedBy = { type: !environment.inLambda ? 'caller' : isStale ? 'stale' : 'schedule' } as const;
    const published = await reviewAndPublish(publishing(), event, configuration, { ...options, startedBy });
    logPublished(log, published);
    return fitResult(published.run.result);
  }
  const invocationId = context?.awsRequestId ?? options.reviewId;
  try {
    const requested = await runRequested(publishing(), requestId, invocationId, configuration, options);
    if ('takenAs' in requested) {
      log.info({ requestId, reviewId: requested.takenAs }, 'another invocation runs this request');
      return null;
    }
    logPublished(log, requested);
    return fitResult(requested.run.result);
  } catch (error) {
    if (!(error instanceof BadEvent)) throw error;
    // The mistake of whoever asked: nothing that operators could mend, and nothing that a second attempt would.
    log.warn({ requestId, reason: error.message }, 'a request cannot be carried out');
    return null;
  }
}

function isStaleEvent(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'stale' in input && input.stale === true;
}
