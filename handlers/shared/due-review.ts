import { fitResult, type ReviewResult } from '../../core/review/review-result.ts';
import { BadEvent } from '../../flow/bad-event.ts';
import { type Cause, reviewDue } from '../../flow/review-due.ts';
import { readReviewEvent } from '../../flow/review-event.ts';
import { requestIdIn, runRequested } from '../../flow/run-requested.ts';
import { logPublished, type setUpReview } from './set-up-review.ts';
import { notRunStep, reviewedStep, type StepAnswer, stepIn } from './step.ts';

/** What a review that the product starts is set up with, by the event that its function was invoked with. */
export type SetUp = Pick<
  ReturnType<typeof setUpReview>,
  'configuration' | 'environment' | 'log' | 'options' | 'ports' | 'publishing'
>;

/** Carries out the event of `handlers/scheduled-review.ts`. A step of an execution is answered what is to come next. */
export async function dueReview(
  input: unknown,
  { configuration, environment, log, options, ports, publishing }: SetUp,
): Promise<ReviewResult | StepAnswer | null> {
  const step = stepIn(input);
  const event = step === null ? input : step.event;
  const requestId = requestIdIn(event);
  const run = async () => {
    if (requestId !== null) return runRequested(await publishing(), requestId, configuration, options);
    const now = ports.clock.now();
    const asked = readReviewEvent(isStaleEvent(event) ? {} : event, configuration, now);
    return reviewDue(
      await publishing(),
      asked,
      causeOf(event, environment.inLambda, now),
      configuration,
      options,
    );
  };
  try {
    const ran = await run();
    if ('continuing' in ran) {
      const { pending, reviewId } = ran.continuing;
      log.info({ pending }, 'the time ran out: the next invocation goes on');
      return { status: 'continuing', reviewId };
    }
    if (!('run' in ran)) {
      log.info({ event, ...ran }, 'not begun: the review named here runs, or covers what was asked for');
      return step && notRunStep(ran);
    }
    logPublished(log, ran);
    return step ? reviewedStep(ran.run.result) : fitResult(ran.run.result);
  } catch (error) {
    if (!(error instanceof BadEvent) || requestId === null) throw error;
    // The mistake of whoever asked: nothing that operators could mend, and nothing that a second attempt would.
    log.warn({ requestId, reason: error.message }, 'a request cannot be carried out');
    return step && { status: 'refused' };
  }
}

function causeOf(input: unknown, inLambda: boolean, now: number): Cause {
  if (!inLambda) return { type: 'caller' };
  return isStaleEvent(input) ? { type: 'stale', at: staleAt(input, now) } : { type: 'schedule' };
}

function isStaleEvent(input: unknown): input is { readonly stale: true; readonly at?: unknown } {
  return typeof input === 'object' && input !== null && 'stale' in input && input.stale === true;
}

/** When it was found stale; where the event does not say, every review that runs began before. */
function staleAt({ at }: { readonly at?: unknown }, now: number): number {
  return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? Date.parse(at) : now;
}
