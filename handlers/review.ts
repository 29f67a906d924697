import type { Context } from 'aws-lambda';
import { fitResult, type ReviewResult } from '../core/review/review-result.ts';
import { reviewAndPublish } from '../flow/publish.ts';
import { readReviewEvent, runReview } from '../flow/review.ts';
import { logPublished, setUpReview } from './shared/set-up-review.ts';

/**
 * Reviews the organization on demand: `sls invoke -f review -d '{…}'`. Answers the review's result; a bad event throws. A
 * dry run reads and answers, nothing else. On one machine it runs with the credentials of whoever started it; deployed, AWS
 * does not tell who did, so nobody approves alone what it proposes.
 */
export async function handler(input: unknown, context?: Context): Promise<ReviewResult> {
  const { configuration, environment, log, options, ports, publishing } = setUpReview(context);
  const event = readReviewEvent(input, configuration, ports.clock.now());
  if (event.dryRun === true) return fitResult((await runReview(ports, event, configuration, options)).result);

  const startedBy = { type: environment.inLambda ? 'unknown' : 'caller' } as const;
  const published = await reviewAndPublish(publishing(), event, configuration, { ...options, startedBy });
  logPublished(log, published);
  const { changes } = published.run.result;
  if (startedBy.type === 'unknown' && changes.some(({ id }) => published.publication.changed.includes(id)))
    log.warn(
      'AWS does not tell who invoked this function, so two people must approve what it proposed; "oar reviews start" tells',
    );
  return fitResult(published.run.result);
}
