import type { Context } from 'aws-lambda';
import type { ReviewResult } from '../core/review-result.ts';
import { reviewStartedBy } from './review.ts';

/**
 * Reviews the organization by schedule, and at once where apply found something stale. Only the scheduler and the bus may
 * start it, so no person started what it proposes: people have the function `review`.
 */
export function handler(input: unknown, context?: Context): Promise<ReviewResult> {
  return reviewStartedBy('schedule', input, context);
}
