import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangeContent } from '../../core/change/content/change.ts';
import type { SubjectChoice } from '../../core/identity/subject.ts';
import type { IdentitiesResult } from '../../core/review/identities/identities-result.ts';
import { identitiesResultOf } from '../../core/review/identities/identities-result-of.ts';
import { reviewIdentities } from '../../core/review/identities/review-identities.ts';
import { type AccountSketch, identityReviewOf, reportOf } from './account-builder.ts';
import { answered } from './identity-review.ts';

interface Case {
  readonly account: AccountSketch;
  readonly choice: SubjectChoice;
  readonly days?: number;
  readonly changes: readonly unknown[];
}

/** What a review of one case of `test/cases/identities` proposes, and its result, as the product makes them. */
export function reviewedStory(
  story: 'paulo' | 'martha' | 'arnav' | 'nikki' | 'roles',
  rename: (text: string) => string = (text) => text,
): { readonly changes: readonly ChangeContent[]; readonly result: IdentitiesResult } {
  const file = join(import.meta.dirname, `../cases/identities/${story}.json`);
  const cases = JSON.parse(rename(readFileSync(file, 'utf8'))) as readonly Case[];
  const first = cases.find(({ changes }) => changes.length > 0);
  if (!first) throw new Error(`${story} has no case`);
  const { facts: empty, request } = identityReviewOf(first.account, first);
  const { facts } = answered(empty, request, (arn) => reportOf(first.account, arn));
  const decision = reviewIdentities(facts, request);
  const metrics = { reportJobs: facts.reports.length, apiCalls: {}, throttled: 0, durationMs: 1 };
  return { changes: decision.changes, result: identitiesResultOf(decision, facts, request, metrics) };
}
