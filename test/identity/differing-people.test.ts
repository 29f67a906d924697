import { expect, test } from '@jest/globals';
import { accountAfter } from '../../core/identity/account-after.ts';
import { noControls } from '../../core/identity/administration-reading.ts';
import { administrationAfter } from '../../core/identity/administrators.ts';
import { peopleWhoMayDiffer } from '../../core/identity/differing-people.ts';
import type { IdentityStep } from '../../core/identity/identity-step.ts';
import { identityReviewOf } from '../support/account-builder.ts';

const allow = (actions: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});
const account = identityReviewOf(
  {
    users: [
      { name: 'direct', policies: ['Admin'] },
      { name: 'member', groups: ['admins'] },
      { name: 'bounded', policies: ['Other'], boundary: 'Limit' },
      { name: 'nobody' },
    ],
    groups: [{ name: 'admins', policies: ['Admin'], inline: { more: allow('s3:*') } }],
    roles: [{ name: 'job', inline: { all: allow('*') } }],
    policies: [
      { name: 'Admin', versions: [allow('*')] },
      { name: 'Other', versions: [allow('*')] },
      { name: 'Limit', versions: [allow('*')] },
    ],
  },
  {},
).facts.identities;
const arn = (name: string): string => `arn:aws:iam::222222222222:policy/${name}`;
const rewritten = (name: string): IdentityStep => ({
  resource: { type: 'managed-policy', arn: arn(name) },
  ...{ before: JSON.stringify(allow('*')), after: JSON.stringify(allow('s3:*')) },
});
const group = { type: 'group', name: 'admins' } as const;

test.each<[string, readonly IdentityStep[], readonly string[]]>([
  ['a policy: who bears it, and members of groups that do', [rewritten('Admin')], ['direct', 'member']],
  ['a boundary', [rewritten('Limit')], ['bounded']],
  [
    'what a group bears',
    [
      {
        resource: { type: 'policy-attachment', principal: group, policyArn: arn('Admin') },
        ...{ before: 'attached', after: null },
      },
    ],
    ['member'],
  ],
  [
    'a membership, and an inline policy',
    [
      { resource: { type: 'membership', user: 'member', group: 'admins' }, before: 'member', after: null },
      {
        resource: { type: 'inline-policy', principal: { type: 'role', name: 'job' }, name: 'all' },
        ...{ before: JSON.stringify(allow('*')), after: null },
      },
    ],
    ['job', 'member'],
  ],
])('who may differ by %s', (_what, steps, names) => {
  const after = accountAfter(account, steps);
  const differing = (from: typeof account, to: typeof account): readonly string[] =>
    peopleWhoMayDiffer(from, to)
      .map(({ name }) => name)
      .sort();
  expect(differing(account, after)).toEqual(names);
  expect(differing(after, account)).toEqual(names);
  // An account of which nothing tells where it comes from is compared as a whole, to the same end.
  const apart = structuredClone(after);
  expect(peopleWhoMayDiffer(account, apart)).toHaveLength(5);
  const together = administrationAfter(account, after, noControls);
  expect(together).toEqual(administrationAfter(account, apart, noControls));
});
