import type { Context } from 'aws-lambda';
import { readEnvironment, wireLogger, wirePublishing, wireReview, wireStores } from '../adapters/wire.ts';
import type { StartedBy } from '../core/change/starter.ts';
import { fitResult, type ReviewResult } from '../core/review-result.ts';
import { loadConfiguration } from '../flow/configuration.ts';
import { logProgress } from '../flow/log-progress.ts';
import { reviewAndPublish } from '../flow/publish.ts';
import { newReviewId, readReviewEvent, runReview } from '../flow/review.ts';

/** Left for deciding, storing and answering when the function's time runs out, in milliseconds. */
const reserveMilliseconds = 90_000;

/**
 * Reviews the organization on demand: `sls invoke -f review -d '{…}'`. Answers the review's result; a bad event throws. A
 * dry run reads and answers, nothing else. On one machine it runs with the credentials of whoever started it; deployed, AWS
 * does not tell who did.
 */
export async function handler(input: unknown, context?: Context): Promise<ReviewResult> {
  return reviewStartedBy(readEnvironment().inLambda ? 'unknown' : 'caller', input, context);
}

/** The same for every way in which a review comes to run. */
export async function reviewStartedBy(
  startedBy: StartedBy,
  input: unknown,
  context?: Context,
): Promise<ReviewResult> {
  const environment = readEnvironment();
  const configuration = loadConfiguration();
  const ports = wireReview();
  const startedAt = ports.clock.now();
  const event = readReviewEvent(input, configuration, startedAt);
  const reviewId = newReviewId(startedAt);
  const log = wireLogger(environment, reviewId);
  const remaining = context?.getRemainingTimeInMillis?.() ?? 900_000;
  const options = {
    reviewId,
    startedBy,
    deadline: startedAt + remaining - reserveMilliseconds,
    onProgress: logProgress(log),
  };
  if (event.dryRun === true) return fitResult((await runReview(ports, event, configuration, options)).result);

  const publishing = { ...wirePublishing(environment), stores: wireStores(environment) };
  const { run, publication } = await reviewAndPublish(
    { ...ports, ...publishing },
    event,
    configuration,
    options,
  );
  const { changed, news, sending, silent, watched } = publication;
  log.info(
    {
      starter: run.starter,
      changed,
      watched: watched.noted,
      found: news.found.length,
      resolved: news.resolved.length,
      silent,
      sent: sending.sent,
    },
    'published',
  );
  for (const change of watched.unread) log.error(change, 'a change cannot be read and is not watched');
  for (const failure of sending.failed)
    log.error(failure, 'not sent; it stays in the outbox and is tried again');
  return fitResult(run.result);
}
