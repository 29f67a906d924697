import type { Context } from 'aws-lambda';
import type { ReviewResult } from '../core/review/review-result.ts';
import { dueReview } from './shared/due-review.ts';
import { setUpReview } from './shared/set-up-review.ts';
import { type Step, type StepAnswer, stepIn } from './shared/step.ts';

/**
 * Reviews the organization by schedule. At once where apply found something stale (`{"stale": true, "at": TIME}`), and
 * where somebody asked for it by a signed request (`{"requestId": "req-…"}`). Deployed, it is a step of its state
 * machine. That alone may invoke it, and the scheduler and the bus alone may start that, so what it is started with can
 * be believed. On one machine whoever runs it started it. One stored review runs at a time. A step is answered what is
 * to come next. Any other invocation is answered null where another one does what was asked for, or where it would have
 * to wait for another review. So is a request that cannot be carried out. In the last case whoever asked is told.
 */
export function handler(input: Step, context?: Context): Promise<StepAnswer>;
/** The same, outside of the state machine. */
export function handler(input: unknown, context?: Context): Promise<ReviewResult | null>;
/** Both of them. */
export async function handler(input: unknown, context?: Context): Promise<ReviewResult | StepAnswer | null> {
  return dueReview(input, setUpReview(context, stepIn(input)));
}
