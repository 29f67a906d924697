import type { Context } from 'aws-lambda';
import { fitResult, type ReviewResult } from '../core/review/review-result.ts';
import { BadEvent } from '../flow/bad-event.ts';
import { readReviewEvent } from '../flow/review.ts';
import { type Cause, reviewDue } from '../flow/review-due.ts';
import { requestIdIn, runRequested } from '../flow/run-requested.ts';
import { logPublished, setUpReview } from './shared/set-up-review.ts';

/**
 * Reviews the organization by schedule; at once where apply found something stale (`{"stale": true, "at": TIME}`); and where
 * somebody asked for it by a signed request (`{"requestId": "req-…"}`). Only the scheduler and the bus may start it, so what
 * it is started with can be believed; on one machine whoever runs it started it. One stored review runs at a time: it answers
 * null where another invocation does what was asked for, where it waits for the end of another review, and for a request
 * that cannot be carried out, which whoever asked is told.
 */
export async function handler(input: unknown, context?: Context): Promise<ReviewResult | null> {
  const { configuration, environment, log, options, ports, publishing } = setUpReview(context);
  const requestId = requestIdIn(input);
  if (requestId === null) {
    const cause = causeOf(input, environment.inLambda, ports.clock.now());
    const asked = isStaleEvent(input) ? {} : input;
    const event = readReviewEvent(asked, configuration, ports.clock.now());
    const due = await reviewDue(publishing(), event, cause, configuration, options);
    if (!('run' in due)) {
      log.info({ cause, ...due }, 'not begun: another review runs, or covers it');
      return null;
    }
    logPublished(log, due);
    return fitResult(due.run.result);
  }
  try {
    const requested = await runRequested(publishing(), requestId, configuration, options);
    if (!('run' in requested)) {
      log.info({ requestId, ...requested }, 'not begun: another invocation runs this request, or it waits');
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
