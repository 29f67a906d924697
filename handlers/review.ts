import type { Context } from 'aws-lambda';
import { readEnvironment, wireLogger, wireReview } from '../adapters/wire.ts';
import { fitResult, type ReviewResult } from '../core/review-result.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { logProgress } from '../flow/log-progress.ts';
import { newReviewId, readReviewEvent, runReview } from '../flow/review.ts';

/** Left for deciding and answering when the function's time runs out, in milliseconds. */
const reserveMilliseconds = 60_000;

/** Reviews the organization: on a schedule, or on demand with `sls invoke -f review -d '{…}'`. Answers the review's result; a bad event throws. */
export async function handler(event: unknown, context?: Context): Promise<ReviewResult> {
  const environment = readEnvironment();
  const configuration = loadConfiguration();
  const ports = wireReview();
  const startedAt = ports.clock.now();
  const request = readReviewEvent(event, configuration, startedAt);
  const reviewId = newReviewId(startedAt);
  const log = wireLogger(environment, reviewId);
  const remaining = context?.getRemainingTimeInMillis?.() ?? 900_000;
  const run = await runReview(ports, request, configuration, {
    reviewId,
    deadline: startedAt + remaining - reserveMilliseconds,
    onProgress: logProgress(log),
  });
  return fitResult(run.result);
}
