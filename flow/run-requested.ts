import type { Clock } from '../adapters/ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import {
  isOfIdentities,
  isRequestId,
  type RequestedReview,
  type RequestOutcome,
} from '../core/review/requested-review.ts';
import { reviewedWhat } from '../core/review/running.ts';
import { BadEvent } from './bad-event.ts';
import { type HowFar, oneAtATime, type Place } from './one-at-a-time.ts';
import type { PublishedReview, PublishPorts } from './publish.ts';
import type { Continuing } from './review.ts';
import {
  type AloneOptions,
  type AlonePorts,
  howFarCame,
  organizationKey,
  outcomeOf,
  reviewAndNote,
} from './review-alone.ts';

/** A request that did not run: another invocation has it as this review, or it waits for the end of this one. */
export type NotRun = { readonly takenAs: string } | { readonly waitsFor: string };

/** What an event of the function gives as the id of a request, or null where it is no such event. */
export function requestIdIn(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'requestId' in input ? input.requestId : null;
}

/** One run of a request: what is answered, and what whoever asked is told. */
export interface Carried<Answer> {
  readonly answer: Answer;
  /** Null: another run goes on with it. */
  readonly outcome: RequestOutcome | null;
  /** This one came no further. */
  readonly isInVain?: boolean;
}

/** How a request is run, by which invocation and as which review; `functionName` is the one whose log says more. */
export interface RequestRun<Ports, Answer> {
  readonly invocationId: string;
  readonly reviewId: string;
  readonly functionName: string;
  /** As `Beginning` has it. */
  readonly beginsOnce?: boolean;
  /** The lease that it needs. Throws `BadEvent` for a request that this function cannot carry out. */
  readonly keyOf: (request: RequestedReview) => Promise<string>;
  readonly carryOut: (ports: Ports, request: RequestedReview, review: Place) => Promise<Carried<Answer>>;
}

/**
 * Runs the request of this id once, while no other review of its kind runs; else it waits: whoever invoked it invokes it again.
 * Who requested it stands in the table, never in what starts it. Throws `BadEvent` for an id that is not known and for a
 * request that cannot be carried out, which is noted for whoever asked.
 */
export async function runRequest<Ports extends PublishPorts & { readonly clock: Clock }, Answer>(
  ports: Ports,
  requestId: unknown,
  configuration: Configuration,
  run: RequestRun<Ports, Answer>,
): Promise<Answer | NotRun> {
  if (!isRequestId(requestId)) throw new BadEvent('requestId: must look like req-0123456789abcdef0123');
  const { clock, stores } = ports;
  const { invocationId, keyOf } = run;
  const stored = await stores.requests.load(requestId);
  if (stored === null) throw new BadEvent(`requestId: no request ${requestId} is kept`);
  const { outcome, request, started } = stored;
  const isDone = outcome !== null && !('failed' in outcome);
  if (started !== null && (isDone || started.invocationId !== invocationId))
    return { takenAs: started.reviewId };
  const beginning = {
    invocationId,
    reviewId: run.reviewId,
    key: await keyOf(request),
    beginsOnce: run.beginsOnce ?? false,
    event: reviewedWhat(request.event, configuration),
  };
  const claimed = await oneAtATime(
    ports,
    beginning,
    configuration,
    (own, place) => claimAndRun(own, request, run, place),
    ({ howFar }) => howFar,
  );
  if (!('running' in claimed)) return claimed.answer;
  const { reviewId } = claimed.running;
  await stores.requests.noteWaiting(requestId, reviewId, clock.now());
  return { waitsFor: reviewId };
}

/** What a request was answered, and how far it came. */
interface Claimed<Answer> {
  readonly answer: Answer | NotRun;
  readonly howFar: HowFar;
}

async function claimAndRun<Ports extends PublishPorts & { readonly clock: Clock }, Answer>(
  ports: Ports,
  { id }: RequestedReview,
  { carryOut, functionName, invocationId }: RequestRun<Ports, Answer>,
  place: Place,
): Promise<Claimed<Answer>> {
  const { clock, stores } = ports;
  const { reviewId } = place;
  const request = await stores.requests.claim(id, { at: clock.now(), invocationId, reviewId });
  if (request === null) {
    const started = (await stores.requests.load(id))?.started;
    return { answer: { takenAs: started?.reviewId ?? reviewId }, howFar: 'done' };
  }
  try {
    const { answer, isInVain = false, outcome } = await carryOut(ports, request, place);
    if (outcome !== null) await stores.requests.close(id, outcome);
    return { answer, howFar: outcome !== null ? 'done' : isInVain ? 'in vain' : 'further' };
  } catch (error) {
    const failed =
      error instanceof BadEvent
        ? error.message
        : `it failed (each is tried again): the log of ${functionName} says why`;
    await stores.requests.close(id, { failed }).catch((another: unknown) => {
      throw new AggregateError([error, another], `${error}; and that could not be noted: ${another}`);
    });
    throw error;
  }
}

/** Runs the review of the organization that was requested under this id, as started by whoever requested it. */
export function runRequested(
  ports: AlonePorts,
  requestId: unknown,
  configuration: Configuration,
  options: AloneOptions,
): Promise<PublishedReview | Continuing | NotRun> {
  const { invocationId, reviewId } = options;
  return runRequest(ports, requestId, configuration, {
    invocationId,
    reviewId,
    functionName: 'scheduledReview',
    beginsOnce: true,
    keyOf: () => organizationKey(ports),
    carryOut: async (own, { event, requestedBy }, review): Promise<Carried<PublishedReview | Continuing>> => {
      if (isOfIdentities(event))
        throw new BadEvent(`requestId: ${requestId} asks for a review of identities`);
      const answer = await reviewAndNote(own, event, configuration, {
        ...options,
        ...review,
        startedBy: { type: 'principal', arn: requestedBy },
      });
      const outcome = 'continuing' in answer ? null : outcomeOf(answer.run.result);
      return { answer, outcome, isInVain: howFarCame(answer) === 'in vain' };
    },
  });
}
