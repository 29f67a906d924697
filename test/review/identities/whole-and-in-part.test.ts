import { expect, test } from '@jest/globals';
import { identityPartOf } from '../../../core/change/content/identity-content.ts';
import { reviewIdentities } from '../../../core/review/identities/review-identities.ts';
import { identityReviewOf, reportOf } from '../../support/account-builder.ts';
import { answered } from '../../support/identity-review.ts';

const Statement = [{ Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: '*' }];
const account = {
  users: [
    { name: 'uses-one', policies: ['Storage'] },
    { name: 'uses-none', groups: ['idle'] },
  ],
  groups: [{ name: 'idle', policies: ['Storage'] }],
  policies: [{ name: 'Storage', versions: [{ Version: '2012-10-17', Statement }] }],
  use: [{ by: 'user/uses-one', service: 's3', daysAgo: 1, actions: { GetObject: 1 } }],
  tracked: { s3: ['GetObject', 'PutObject'] },
};

test('a service goes whole from a group and in part from a user, by edits of one policy: the change is proved', () => {
  const { facts: empty, request } = identityReviewOf(account, {});
  const { facts } = answered(empty, request, (arn) => reportOf(account, arn));
  const { changes, refusals } = reviewIdentities(facts, request);
  expect(refusals.filter(({ code }) => code === 'CERTIFICATE_FAILED')).toEqual([]);
  const [change] = changes;
  expect(changes).toHaveLength(1);
  const part = change ? identityPartOf(change) : null;
  expect(part?.title).toBe('Detach Storage from group idle, and narrow Storage');
  expect(change?.steps.map(({ resource }) => resource.type)).toEqual(['managed-policy', 'policy-attachment']);
  expect(part?.meant).toEqual([
    { steps: [1], services: ['s3'], actions: [] },
    { steps: [0], services: [], actions: ['s3:PutObject'] },
  ]);
});
