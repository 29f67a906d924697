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

test('whoever is not judged leaves the review whole', () => {
  const sketch = { users: [{ name: 'young', createdDaysAgo: 3 }, { name: 'read' }] };
  const { facts: empty, request } = identityReviewOf(sketch, {});
  const { facts } = answered(empty, request, (arn) => reportOf(sketch, arn));
  const metrics = { reportJobs: 0, apiCalls: {}, throttled: 0, durationMs: 0 };
  const { status } = identitiesResultOf(reviewIdentities(facts, request), facts, request, metrics);
  expect(status).toBe('completed');
});

test.each([
  ['group', 'ops', /^ops has no members: /],
  ['policy', 'Old', /^Old is attached only to groups that have no members: /],
  [
    'policy',
    'Loose',
    /^Loose is attached to nobody, .*oar identities check-delete arn:aws:iam::\d+:policy\/Loose/,
  ],
  ['group', 'new', /^new, or everybody in it, is younger than the threshold: /],
] as const)('%s %s is not judged, and the reason is the true one', (kind, name, words) => {
  const text = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lex:*', Resource: '*' }] };
  const sketch = {
    users: [{ name: 'kid', createdDaysAgo: 3, groups: ['new'] }],
    groups: [{ name: 'ops', policies: ['Old'] }, { name: 'new' }],
    policies: ['Old', 'Loose'].map((each) => ({ name: each, versions: [text] })),
  };
  const { facts, request } = identityReviewOf(sketch, { choice: { kind, name } });
  const { refusals } = reviewIdentities(facts, request);
  expect(refusals.map(({ detail }) => detail)).toEqual([expect.stringMatching(words)]);
});
