import { judge } from '../../core/review/judgement.ts';
import { reportsToAsk } from '../../core/review/next-questions.ts';
import type { ReviewFacts, ReviewRequest } from '../../core/review/review-facts.ts';

/** The entities whose reports a review asks for next. */
export function nextReports(facts: ReviewFacts, request: ReviewRequest): readonly string[] {
  return reportsToAsk({ judgement: judge(facts, request), request, facts });
}
