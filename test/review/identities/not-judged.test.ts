import { expect, test } from '@jest/globals';
import { identitiesResultOf } from '../../../core/review/identities/identities-result-of.ts';
import { reviewIdentities } from '../../../core/review/identities/review-identities.ts';
import { identityReviewOf, reportOf } from '../../support/account-builder.ts';
import { answered } from '../../support/identity-review.ts';

const account = {
  users: [{ name: 'young', createdDaysAgo: 3 }, { name: 'broken' }, { name: 'read' }],
};

test('who is not judged is told so, apart from whose report failed; neither has a use', () => {
  const { facts: empty, request } = identityReviewOf(account, {});
  const { asked, facts } = answered(empty, request, (arn) =>
    arn.endsWith('/broken')
      ? { status: 'failed', subjectArn: arn, failure: { code: 'ServiceError', message: 'try again' } }
      : reportOf(account, arn),
  );
  const metrics = { reportJobs: 0, apiCalls: {}, throttled: 0, durationMs: 0 };
  const result = identitiesResultOf(reviewIdentities(facts, request), facts, request, metrics);
  expect(asked.some((arn) => arn.endsWith('/young'))).toBe(false);
  expect(result.subjects).toMatchObject([
    { name: 'young', report: { notJudged: { code: 'NEW_PRINCIPAL' } } },
    { name: 'broken', report: { failed: { code: 'ServiceError', message: 'try again' } } },
    { name: 'read', report: { services: 0 } },
  ]);
  expect(result.subjects.map((subject) => 'inUse' in subject)).toEqual([false, false, true]);
});
