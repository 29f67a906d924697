import type { Clock, ReviewPorts } from '../adapters/ports.ts';
import type { RequestStore } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import {
  isOfIdentities,
  isRequestId,
  type RequestedReview,
  type RequestOutcome,
} from '../core/review/requested-review.ts';
import { BadEvent } from './bad-event.ts';
import { type PublishedReview, type PublishPorts, reviewAndPublish } from './publish.ts';
import { newReviewId, type ReviewOptions } from './review.ts';

/** A requested review as it ran, or why it did not: another invocation has it, as this review. */
export type RequestedRun = PublishedReview | { readonly takenAs: string };

/** What an event of the function gives as the id of a request, or null where it is no such event. */
export function requestIdIn(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'requestId' in input ? input.requestId : null;
}

/** What carrying a request out needs. */
export interface RequestRunPorts {
  readonly stores: { readonly requests: RequestStore };
  readonly clock: Clock;
}

/** One run of a request: what is answered, and what whoever asked is told. */
export interface Carried<Answer> {
  readonly answer: Answer;
  readonly outcome: RequestOutcome;
}

/**
 * Runs the request of this id once. Who requested it stands in the table, never in what starts it. `invocationId` tells a
 * second attempt from a second start. Throws `BadEvent` for an id that is not known and for a request that cannot be carried
 * out, which is noted for whoever asked; `functionName` is the one whose log says more.
 */
export async function runRequest<Answer>(
  { clock, stores }: RequestRunPorts,
  requestId: unknown,
  run: { readonly invocationId: string; readonly reviewId: string; readonly functionName: string },
  carryOut: (request: RequestedReview) => Promise<Carried<Answer>>,
): Promise<Answer | { readonly takenAs: string }> {
  if (!isRequestId(requestId)) throw new BadEvent('requestId: must look like req-0123456789abcdef0123');
  const { functionName, invocationId, reviewId } = run;
  const request = await stores.requests.claim(requestId, { at: clock.now(), invocationId, reviewId });
  if (request === null) {
    const started = (await stores.requests.load(requestId))?.started;
    if (!started) throw new BadEvent(`requestId: no request ${requestId} is kept`);
    return { takenAs: started.reviewId };
  }
  try {
    const { answer, outcome } = await carryOut(request);
    await stores.requests.close(requestId, outcome);
    return answer;
  } catch (error) {
    const failed =
      error instanceof BadEvent
        ? error.message
        : `it failed (each is tried twice): the log of ${functionName} says why`;
    await stores.requests.close(requestId, { failed }).catch((another: unknown) => {
      throw new AggregateError([error, another], `${error}; and that could not be noted: ${another}`);
    });
    throw error;
  }
}

/** Runs the review of the organization that was requested under this id, as started by whoever requested it. */
export async function runRequested(
  ports: ReviewPorts & PublishPorts,
  requestId: unknown,
  invocationId: string,
  configuration: Configuration,
  options: ReviewOptions,
): Promise<RequestedRun> {
  const reviewId = options.reviewId ?? newReviewId(ports.clock.now());
  const run = { invocationId, reviewId, functionName: 'scheduledReview' };
  return runRequest(
    ports,
    requestId,
    run,
    async ({ event, requestedBy }): Promise<Carried<PublishedReview>> => {
      if (isOfIdentities(event))
        throw new BadEvent(`requestId: ${requestId} asks for a review of identities`);
      const answer = await reviewAndPublish(ports, event, configuration, {
        ...options,
        ...{ reviewId, startedBy: { type: 'principal', arn: requestedBy } },
      });
      const { changes, findings, status } = answer.run.result;
      const openFindings = findings.filter((finding) => finding.status === 'open').length;
      return { answer, outcome: { status, openFindings, changeIds: changes.map(({ id }) => id) } };
    },
  );
}
