import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isNewPermission } from '../../../core/identity/permission-age.ts';
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
  ['seen after the cut-off', detach, seen(89, own), 'not-proven', 'Builders on user ana'],
  ['never seen', detach, seen(120), 'not-proven', 'Builders on user ana'],
  ['a membership and what the group bears', leave, seen(120, membership, ofGroup), 'ok', 'before'],
  ['what the group bears is newer', leave, seen(120, membership), 'not-proven', 'Builders on group builders'],
  ['the membership is newer', leave, seen(120, ofGroup), 'not-proven', 'user ana in group builders'],
  ['a policy that AWS has not changed lately', detach, { ...awsOwn(91), ...seen(120, own) }, 'ok', 'before'],
  ['a policy that AWS changed', detach, { ...awsOwn(89), ...seen(120, own) }, 'not-proven', 'AWS changed'],
  [
    'a narrowed policy, no history',
    narrow,
    seen(120),
    'not-proven',
    'no stored review from before 2026-08-30 shows since when each user, group or role has Builders',
  ],
  ['a narrowed policy that all bore', narrow, seen(120, ofGroup, ...members), 'ok', 'before 2026-08-30'],
  [
    'a narrowed policy that somebody got',
    narrow,
    seen(120, ofGroup, ...others),
    'not-proven',
    'user ana in group builders',
  ],
  [
    'a narrowed policy that a group got',
    narrow,
    seen(120, ...members),
    'not-proven',
    'Builders on group builders',
  ],
  ['a narrowed policy, a history too young', narrow, seen(89, ...members), 'not-proven', 'no stored review'],
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
  expect(ageOf({ ...goodEdit, steps, ...more })).toMatchObject({
    verdict,
    detail: expect.stringContaining(words),
  });
});

function ageOf(subject: IdentitySubject) {
  return proveIdentityEdit(subject).checks.find(({ name }) => name === 'permission-age');
}

interface VersionCase {
  readonly name: string;
  /** Oldest first; the last is in force, and allows Lex. A statement without a resource is of everything. */
  readonly versions: readonly { readonly daysAgo: number; readonly statements: readonly object[] }[];
  /** Nobody had the 90 days of the threshold to use Lex. */
  readonly isNew: boolean;
  /** Absent: where it is not new. False: no date tells whether all of it was in force. */
  readonly isProven?: boolean;
}

const versionCases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../cases/identity/permission-age.json'), 'utf8'),
) as readonly VersionCase[];

const onEverything = (statement: object): object =>
  'NotResource' in statement ? statement : { Resource: '*', ...statement };

function builders(given: VersionCase) {
  const versions = given.versions.map(({ daysAgo: days, statements }, at) => {
    const text = JSON.stringify({ Statement: statements.map(onEverything) });
    return { id: `v${at + 1}`, text, createdAt: daysAgo(days) };
  });
  const policy = { ...managed('Builders', ''), versions, defaultVersionId: `v${versions.length}` };
  return { policy, inForce: versions.at(-1)?.text ?? '' };
}

test.each(versionCases)('drafted: $name', (given) => {
  const { cutOff, knownActions } = goodEdit;
  const since = { cutOff, knownActions };
  const { policy } = builders(given);
  expect(isNewPermission(policy, { namespace: 'lex' }, since)).toBe(given.isNew);
  expect(isNewPermission(policy, { namespace: 'lex', action: 'PutBot' }, since)).toBe(
    given.isNew || given.isProven === false,
  );
  const [oldest] = given.versions;
  const isOld = oldest !== undefined && oldest.daysAgo > 90;
  if (isOld && policy.versions[0]?.text.includes('s3:*'))
    expect(isNewPermission(policy, { namespace: 's3', action: 'GetObject' }, since)).toBe(false);
});

test.each(versionCases)('proved of a narrowed policy, and of one that goes: $name', (given) => {
  const { inForce, policy } = builders(given);
  const edited = { ...account, policies: [policy, ...account.policies.slice(1)] };
  const resource = { type: 'managed-policy', arn: policyArn } as const;
  const narrowed = [{ resource, before: inForce, after: inForce.replace(',"lex:*"', '') }];
  const words = 'a version of Builders that may have been in force on 2026-08-30 did not grant lex';
  for (const subject of [
    { ...goodEdit, steps: narrowed, ...seen(120, ofGroup, ...members) },
    { ...goodEdit, steps: leave, ...seen(120, membership, ofGroup) },
  ]) {
    const age = ageOf({ ...subject, account: edited });
    const { isNew, isProven = !isNew } = given;
    expect(age?.verdict).toBe(isProven ? 'ok' : 'not-proven');
    if (!isProven) expect(age?.detail).toContain(words);
    else expect(age?.detail).not.toContain('did not grant');
  }
});
