import { describe, expect, test } from '@jest/globals';
import { dayMilliseconds } from '../../core/base/limits.ts';
import type { ChangeContent } from '../../core/change/content/change.ts';
import { identityStepsOf } from '../../core/change/content/identity-content.ts';
import { parseDecision } from '../../core/change/deciding/decision-fields.ts';
import { approvedStands } from '../../core/kinds/iam/approval-proof.ts';
import { outdated } from '../../core/kinds/iam/outdated.ts';
import { subjectToProve } from '../../core/kinds/iam/proof-subject.ts';
import { proveIdentityEdit } from '../../core/proof/identity/certificate.ts';
import { reviewIdentities } from '../../core/review/identities/review-identities.ts';
import { type AccountSketch, identityReviewOf, reportOf } from '../support/account-builder.ts';
import { answered } from '../support/identity-review.ts';

const trusting = (principal: object) => ({
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
});
const allow = (sid: string) => ({
  Version: '2012-10-17',
  Statement: [{ Sid: sid, Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});
const lambda = { Service: 'lambda.amazonaws.com' };
const sketch = (role: object = {}, more: Partial<AccountSketch> = {}): AccountSketch => ({
  roles: [{ name: 'job', inline: { a: allow('Work') }, trust: trusting(lambda), ...role }],
  ...more,
});
const reviewed = (account: AccountSketch) => {
  const { facts: empty, request } = identityReviewOf(account, {
    choice: { kind: 'role', name: 'job' },
    quarantine: true,
  });
  const { facts } = answered(empty, request, (arn) => reportOf(account, arn));
  return { facts, request, changes: reviewIdentities(facts, request).changes };
};
test('in the management account, a role that trusts everybody but some is of high risk, as one that another account may assume', () => {
  const trust = {
    Statement: [{ Effect: 'Allow', NotPrincipal: { AWS: '333333333333' }, Action: 'sts:AssumeRole' }],
  };
  const { facts, request } = reviewed(sketch({ trust }));
  const [stopped] = reviewIdentities({ ...facts, managementAccountId: null }, request).changes;
  expect(stopped?.risk).toMatchObject({
    level: 'high',
    flags: expect.arrayContaining(['CROSS_ACCOUNT_TRUST']),
  });
});

const [change] = reviewed(sketch()).changes;
if (!change) throw new Error('the role is not stopped');

describe('a decision on a role that is stopped', () => {
  const asked = (accept: readonly string[]) =>
    parseDecision({ decision: 'approve', confirm: 'dev-1', accept: [...accept] }, change, [], 0);

  test('takes the acceptance of in-service by name, whatever the configuration requires', () => {
    expect(asked([])).toMatchObject({
      refusals: [{ field: 'accept', detail: expect.stringContaining('in-service') }],
    });
    expect(asked(['in-service'])).toHaveProperty('decision');
  });

  test('takes none where nothing from outside may use the role', () => {
    const [own] = reviewed(sketch({ trust: trusting({ AWS: '222222222222' }) })).changes;
    if (!own) throw new Error('the role is not stopped');
    expect(parseDecision({ decision: 'approve', confirm: 'dev-1' }, own, [], 0)).toHaveProperty('decision');
  });
});

const usedNow = { use: [{ by: 'role/job', service: 's3', daysAgo: 1 }] };

/** What became of the role since it was shown, and why the change does not stand any more: right before the write, and at the next review. */
test.each<[string, AccountSketch, string | null, string | null]>([
  ['nothing', sketch(), null, null],
  // A newer use is judged as use: its date is no part of what was accepted by name.
  [
    'its record shows a newer use, from before the cut-off',
    sketch({ lastUsed: { daysAgo: 200 } }),
    'USED_SINCE',
    null,
  ],
  ['it was used, by its report', sketch({}, usedNow), 'PROOF_FAILED', 'USED_SINCE'],
  ['it was used, by its own record', sketch({ lastUsed: { daysAgo: 1 } }), 'PROOF_FAILED', 'USED_SINCE'],
  [
    'another service may assume it',
    sketch({ trust: trusting({ Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] }) }),
    'PROOF_WEAKER',
    null,
  ],
  ['it is in an instance profile', sketch({ instanceProfile: 'web' }), 'PROOF_FAILED', null],
  [
    'it got a statement that is to be kept',
    sketch({ inline: { a: allow('KEEPThis') } }),
    'PROOF_FAILED',
    null,
  ],
])('%s', (_, account, before, atReview) => {
  expect(standing(change, account)).toEqual([before, atReview]);
});

test.each<[string, object, number]>([
  ['only the report shows a use, from before the cut-off', {}, 200],
  ['the report shows a later one than the own record', { lastUsed: { daysAgo: 300 } }, 200],
  ['the own record shows a later one than the report', { lastUsed: { daysAgo: 150 } }, 150],
])('people are shown the last use that anything shows, and it stands: %s', (_, role, days) => {
  const account = sketch(role, {
    use: [{ by: 'role/job', service: 's3', daysAgo: 200 }],
  });
  const [stopped] = reviewed(account).changes;
  expect(stopped?.identity?.evidence).toMatchObject([{ serviceNamespace: null, daysUnused: days }]);
  expect(stopped && standing(stopped, account)).toEqual([null, null]);
});

/** Why a change does not stand any more in the account as it became: right before the write, and at the next review. */
function standing(change: ChangeContent, account: AccountSketch): readonly (string | null)[] {
  const { facts, request } = reviewed(account);
  const { configuration, thresholdDays } = request;
  const at = request.asOf;
  const subject = subjectToProve(
    { steps: identityStepsOf(change), services: change.services, actions: [] },
    {
      ...facts,
      ...{ account: facts.identities, configuration, thresholdDays },
      care: { configuration, ownRoleArns: [], managementAccountId: facts.managementAccountId },
      cutOff: at - thresholdDays * dayMilliseconds,
      ...{ asOf: at, readAt: at },
    },
  );
  const certificate = proveIdentityEdit(subject);
  const read = facts.identities;
  const again = {
    read,
    account: read,
    written: [],
    controls: facts.controls,
    certificate,
    reports: facts.reports,
  };
  const seen = {
    review: 'identities',
    account: read,
    identityReports: facts.reports,
    now: at,
    readSince: at,
  };
  return [
    approvedStands(change, again)?.code ?? null,
    outdated(change, seen as Parameters<typeof outdated>[1])?.code ?? null,
  ];
}
