import { expect, test } from '@jest/globals';
import { quarantinePolicy } from '../../../core/identity/quarantine.ts';
import { reviewIdentities } from '../../../core/review/identities/review-identities.ts';
import { identityReviewOf, reportOf } from '../../support/account-builder.ts';
import { answered } from '../../support/identity-review.ts';

const allow = (...actions: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});
const account = {
  users: [{ name: 'u1', policies: ['P'] }],
  roles: [{ name: 'job', policies: ['P'] }],
  policies: [{ name: 'P', versions: [allow('s3:*', 'lex:*')] }],
  use: [{ by: 'user/u1', service: 's3', daysAgo: 3 }],
};
const stop = {
  resource: {
    type: 'inline-policy',
    principal: { type: 'role', name: 'job' },
    name: quarantinePolicy.name,
  },
  before: null,
  after: quarantinePolicy.text,
} as const;

test.each([
  ['nobody wants it stopped', false, [], ['new-version']],
  ['this review means to stop it', true, [], ['keep DEFERRED']],
  ['an open change of an earlier review stops it', false, [true], ['keep DEFERRED']],
  ['this review means to, and somebody rejected the same', true, [false], ['new-version']],
] as const)(
  'what a policy grants to a role waits only while the role is to be stopped: %s',
  (_name, quarantine, standing, expected) => {
    const { facts: empty, request } = identityReviewOf(account, { quarantine });
    const { facts } = answered(empty, request, (arn) => reportOf(account, arn));
    const changes = standing.map((isOpen) => ({ changeId: 'chg-1', isOpen, steps: [stop], why: 'so' }));
    const { advice, findings } = reviewIdentities({ ...facts, standing: changes }, request);
    const [about] = findings.filter(({ subject: { type } }) => type === 'user');
    const told = (advice.get(about?.id ?? '') ?? []).map(
      ({ edit, kept }) => edit?.do ?? `keep ${kept?.code}`,
    );
    expect(told).toEqual(expected);
  },
);

test('a role that somebody else denied everything is stopped already: its silence proves nothing', () => {
  const deny = { ...allow(), Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };
  const stopped = { ...account, roles: [{ name: 'job', policies: ['P'], inline: { Incident: deny } }] };
  const { facts: empty, request } = identityReviewOf(stopped, { quarantine: true });
  const { facts } = answered(empty, request, (arn) => reportOf(stopped, arn));
  const { changes, findings } = reviewIdentities(facts, request);
  expect(changes).toEqual([]);
  const [role] = findings.filter(({ kind }) => kind === 'unused-role');
  expect(role).toMatchObject({ status: 'held', note: expect.stringMatching(/^job bears Incident, /) });
});
