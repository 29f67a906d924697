import { expect, test } from '@jest/globals';
import { identityStepsOf } from '../../../core/change/content/identity-content.ts';
import { noControls } from '../../../core/identity/administration-reading.ts';
import { approvedStands } from '../../../core/kinds/iam/approval-proof.ts';
import type { StandingChange } from '../../../core/review/identities/identity-facts.ts';
import {
  type IdentityDecision,
  reviewIdentities,
} from '../../../core/review/identities/review-identities.ts';
import { type AccountSketch, identityReviewOf, reportOf } from '../../support/account-builder.ts';
import { answered } from '../../support/identity-review.ts';

const allowing = (...actions: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

const withoutFactor = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Action: 'iam:*',
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    },
  ],
};

/** Two administrators, each by a policy of his own; neither uses IAM. */
const account: AccountSketch = {
  users: [
    { name: 'ana', policies: ['First'] },
    { name: 'ben', policies: ['Second'] },
  ],
  policies: [
    { name: 'First', versions: [allowing('s3:*', 'iam:*')] },
    { name: 'Second', versions: [allowing('s3:*', 'iam:*')] },
  ],
  use: [
    { by: 'user/ana', service: 's3', daysAgo: 1 },
    { by: 'user/ben', service: 's3', daysAgo: 1 },
  ],
};

/** Ben as administrator of whom it is not sure: without a second factor he may do nothing in IAM. */
const unsure: AccountSketch = {
  ...account,
  users: (account.users ?? []).map((user) =>
    user.name === 'ben' ? { ...user, inline: { factor: withoutFactor } } : user,
  ),
};

function factsOf(name: string, standing: readonly StandingChange[], sketch: AccountSketch) {
  const { facts: empty, request } = identityReviewOf(sketch, { choice: { kind: 'user', name } });
  const { facts } = answered({ ...empty, standing }, request, (arn) => reportOf(sketch, arn));
  return { facts, request };
}

/** Reviews one user while these changes stand. */
function reviewOf(name: string, standing: readonly StandingChange[], sketch = account): IdentityDecision {
  const { facts, request } = factsOf(name, standing, sketch);
  return reviewIdentities(facts, request);
}

const titles = ({ changes }: IdentityDecision) => changes.map(({ identity }) => identity?.title);
const codes = ({ refusals }: IdentityDecision) => refusals.map(({ code }) => code);

const [taken] = reviewOf('ana', []).changes;
if (taken === undefined) throw new Error('nothing takes IAM from ana');
const standing = { changeId: taken.id, steps: identityStepsOf(taken), why: 'is approved' };

test('an open change takes IAM from one of two administrators: none that takes it from the other is proposed', () => {
  const decision = reviewOf('ben', [{ ...standing, isOpen: true }]);
  expect([titles(decision), codes(decision)]).toEqual([[], ['LAST_ADMINISTRATOR']]);
});

test('the same change drafted again is not its own obstacle', () => {
  const decision = reviewOf('ana', [{ ...standing, isOpen: true }]);
  expect(decision.changes.map(({ id }) => id)).toEqual([taken.id]);
});

test.each([
  ['nothing is open', []],
  ['what people decided against changes nothing', [{ ...standing, isOpen: false }]],
])('%s: one of two administrators may lose IAM', (_, stands) => {
  const decision = reviewOf('ben', stands);
  expect([titles(decision), codes(decision)]).toEqual([['Narrow Second'], []]);
});

test('nobody is proposed to lose IAM where of the other administrator it is not sure', () => {
  const decision = reviewOf('ana', [], unsure);
  expect([titles(decision), codes(decision)]).toEqual([[], ['LAST_ADMINISTRATOR']]);
});

test('the last way in to a role that administers is held, and the rest of the same policy narrowed', () => {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::222222222222:root' },
        Action: 'sts:AssumeRole',
      },
    ],
  };
  const sketch: AccountSketch = {
    users: [{ name: 'oncall', policies: ['Way'] }],
    roles: [{ name: 'admin', inline: { all: allowing('*') }, trust }],
    policies: [{ name: 'Way', versions: [allowing('s3:*', 'sts:*', 'lex:*')] }],
    use: [{ by: 'user/oncall', service: 's3', daysAgo: 1 }],
  };
  const decision = reviewOf('oncall', [], sketch);
  expect([titles(decision), codes(decision)]).toEqual([['Narrow Way'], ['LAST_ADMINISTRATOR']]);
  expect(decision.findings.map(({ status }) => status)).toEqual(['open', 'held']);
  expect(decision.refusals[0]?.detail).toBe(
    'by Way somebody comes in as an administrator, and of nobody else in the account that is sure',
  );
});

test.each([
  ['the other administrator stays', account, null],
  ['of the other administrator it is not sure any more', unsure, 'LAST_ADMINISTRATOR'],
])('right before the write, where %s', (_, sketch, code) => {
  const { facts } = factsOf('ana', [], sketch);
  const read = facts.identities;
  const certificate = { ok: true, checks: [] } as const;
  const again = {
    read,
    account: read,
    written: [],
    controls: noControls,
    certificate,
    reports: facts.reports,
  };
  expect(approvedStands(taken, again)?.code ?? null).toBe(code);
});
