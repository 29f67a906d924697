import type { Context } from 'aws-lambda';
import { fitResult, type ReviewResult } from '../core/review/review-result.ts';
import { runReview } from '../flow/review.ts';
import { reviewAlone } from '../flow/review-alone.ts';
import { readReviewEvent } from '../flow/review-event.ts';
import { type ReviewRefused, refusedFor } from './shared/refused.ts';
import { logPublished, setUpReview } from './shared/set-up-review.ts';

/**
 * Reviews the organization on demand: `sls invoke -f review -d '{…}'`. Answers the review's result; a bad event throws. A
 * dry run reads and answers, nothing else. While another stored review runs it answers at once which one: `sls invoke`
 * sends the same again where its connection timed out. On one machine it runs with the credentials of whoever started it; deployed, AWS
 * does not tell who did, so nobody approves alone what it proposes.
 */
export async function handler(input: unknown, context?: Context): Promise<ReviewResult | ReviewRefused> {
  const { configuration, environment, log, options, ports, publishing } = setUpReview(context);
  const event = readReviewEvent(input, configuration, ports.clock.now());
  if (event.dryRun === true) return fitResult((await runReview(ports, event, configuration, options)).result);

  const startedBy = { type: environment.inLambda ? 'unknown' : 'caller' } as const;
  const published = await reviewAlone(await publishing(), event, configuration, { ...options, startedBy });
  if ('running' in published) {
    log.warn({ running: published.running.reviewId }, 'refused: another stored review runs');
    return refusedFor(published);
  }
  logPublished(log, published);
  const { changes } = published.run.result;
  if (startedBy.type === 'unknown' && changes.some(({ id }) => published.publication.changed.includes(id)))
    log.warn(
      'AWS does not tell who invoked this function, so two people must approve what it proposed; "oar reviews start" tells',
    );
  return fitResult(published.run.result);
}
