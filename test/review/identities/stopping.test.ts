import { expect, test } from '@jest/globals';
import { quarantinePolicy } from '../../../core/identity/quarantine.ts';
import { reviewIdentities } from '../../../core/review/identities/review-identities.ts';
import { type AccountSketch, identityReviewOf, reportOf } from '../../support/account-builder.ts';
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

const denyAll = { ...allow(), Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] };
const policies = [
  ...account.policies,
  { name: 'Stop', versions: [denyAll] },
  { name: 'AWSDenyAll', awsManaged: true, versions: [denyAll] },
];
test.each([
  ['an inline policy', { policies: ['P'], inline: { Incident: denyAll } }, 'has the policy Incident'],
  ['a policy that is attached', { policies: ['P', 'Stop'] }, 'has the policy Stop'],
  ["AWS's own", { policies: ['P', 'AWSDenyAll'] }, 'has the policy AWSDenyAll'],
  ['its boundary', { policies: ['P'], boundary: 'Stop' }, 'has the boundary Stop'],
] as const)(
  'whom somebody else denied everything is stopped already, and his silence proves nothing: by %s',
  (_name, sketch, words) => {
    const told = (sketched: AccountSketch) => {
      const { facts: empty, request } = identityReviewOf(sketched, { quarantine: true });
      const { facts } = answered(empty, request, (arn) => reportOf(sketched, arn));
      const { changes, findings } = reviewIdentities(facts, request);
      return {
        changes,
        held: findings.flatMap(({ note, status }) => (status === 'held' ? [note ?? ''] : [])),
      };
    };
    const held = [expect.stringContaining(`job ${words}, `), expect.stringContaining(`job ${words}, `)];
    expect(told({ ...account, policies, roles: [{ name: 'job', ...sketch }] })).toEqual({
      changes: [],
      held,
    });
    const users = [...account.users, { name: 'job', ...sketch }];
    const [ofPolicy] = held;
    const ofUser = told({ ...account, policies, users, roles: [] });
    expect(ofUser.changes).toEqual([]);
    expect(ofUser.held).toContainEqual(ofPolicy);
  },
);

test('a user whom a group denies everything is stopped', () => {
  const users = [...account.users, { name: 'u2', policies: ['P'], groups: ['blocked'] }];
  const stopped = {
    ...account,
    policies,
    users,
    roles: [],
    groups: [{ name: 'blocked', policies: ['Stop'] }],
  };
  const { facts: empty, request } = identityReviewOf(stopped, {});
  const { facts } = answered(empty, request, (arn) => reportOf(stopped, arn));
  expect(reviewIdentities(facts, request).changes).toEqual([]);
});
