import { expect, test } from '@jest/globals';
import { proveIdentityEdit } from '../../../core/proof/identity/certificate.ts';
import type { IdentitySubject } from '../../../core/proof/identity/subject.ts';
import { beforeText, daysAgo, goodEdit, managed, policyArn, user } from './good-identity-edit.ts';

const { account } = goodEdit;
const ana = { type: 'user', name: 'ana' } as const;
const leave: IdentitySubject['steps'] = [
  { resource: { type: 'membership', user: 'ana', group: 'builders' }, before: 'member', after: null },
];
const detach: IdentitySubject['steps'] = [
  { resource: { type: 'policy-attachment', principal: ana, policyArn }, before: 'attached', after: null },
];
const membership = 'user/ana/member/builders';
const ofGroup = `group/builders/attached/${policyArn}`;
const own = `user/ana/attached/${policyArn}`;
const narrow = goodEdit.steps;
const members = account.users
  .filter(({ groups }) => groups.includes('builders'))
  .map(({ name }) => `user/${name}/member/builders`);
const others = members.filter((key) => key !== membership);
const seen = (days: number, ...keys: readonly string[]) => ({
  grantedSince: new Map(keys.map((key) => [key, daysAgo(days)])),
});
/** The policy is AWS's own, in force since so many days. */
const awsOwn = (days: number): Partial<IdentitySubject> => {
  const policy = managed('Builders', beforeText);
  const versions = [{ id: 'v1', text: beforeText, createdAt: daysAgo(days) }];
  const users = [user('ana', { groups: [], attached: [policyArn] }), ...account.users.slice(1)];
  return { account: { ...account, users, policies: [{ ...policy, isAwsManaged: true, versions }] } };
};

test.each<[string, IdentitySubject['steps'], Partial<IdentitySubject>, 'ok' | 'not-proven', string]>([
  ['an attachment that was seen long ago', detach, seen(120, own), 'ok', 'before 2026-08-30'],
  ['seen exactly at the cut-off', detach, seen(90, own), 'ok', 'before'],
  ['seen after the cut-off', detach, seen(89, own), 'not-proven', own],
  ['never seen', detach, {}, 'not-proven', own],
  ['a membership and what the group bears', leave, seen(120, membership, ofGroup), 'ok', 'before'],
  ['what the group bears is newer', leave, seen(120, membership), 'not-proven', ofGroup],
  ['the membership is newer', leave, seen(120, ofGroup), 'not-proven', membership],
  ['a policy that AWS has not changed lately', detach, { ...awsOwn(91), ...seen(120, own) }, 'ok', 'before'],
  ['a policy that AWS changed', detach, { ...awsOwn(89), ...seen(120, own) }, 'not-proven', 'AWS changed'],
  [
    'a narrowed policy, no history',
    narrow,
    {},
    'ok',
    'since when each bearer of Builders has it is not known',
  ],
  ['a narrowed policy that all bore', narrow, seen(120, ofGroup, ...members), 'ok', 'before 2026-08-30'],
  ['a narrowed policy that somebody got', narrow, seen(120, ofGroup, ...others), 'not-proven', membership],
  ['a narrowed policy that a group got', narrow, seen(120, ...members), 'not-proven', ofGroup],
  ['a narrowed policy, a history too young', narrow, seen(89, ...members), 'ok', 'is not known'],
  [
    'a narrowed policy, and a member who is younger than the threshold',
    narrow,
    {
      ...seen(120, ofGroup, ...others),
      account: {
        ...account,
        users: account.users.map((each) => (each.name === 'ana' ? { ...each, createdAt: daysAgo(5) } : each)),
      },
    },
    'ok',
    'younger than the threshold: ana',
  ],
])('%s', (_, steps, more, verdict, words) => {
  const { checks } = proveIdentityEdit({ ...goodEdit, steps, ...more });
  const check = checks.find(({ name }) => name === 'permission-age');
  expect(check).toMatchObject({ verdict, detail: expect.stringContaining(words) });
});
