import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { accountAfter } from '../../core/identity/account-after.ts';
import type { AccountIdentities } from '../../core/identity/account-identities.ts';
import { type Controls, noControls } from '../../core/identity/administration-reading.ts';
import {
  administrationAfter,
  areControlsKnown,
  mayAdminister,
  surelyAdminister,
} from '../../core/identity/administrators.ts';
import type { OrganizationContext } from '../../flow/identities/account-context.ts';
import { contextOf } from '../../flow/identities/account-context.ts';
import { identityReviewOf } from '../support/account-builder.ts';

interface Principal {
  readonly name: string;
  readonly allow: string | readonly string[];
  readonly resource?: string;
  readonly condition?: object;
  readonly deny?: object;
  readonly policies?: readonly string[];
  readonly boundary?: string;
}

interface Case {
  readonly name: string;
  readonly users?: readonly Principal[];
  /** Beside admin. */
  readonly roles?: readonly (Principal & { readonly trust: readonly object[] })[];
  /** Statements of the trust of role admin, who may do everything; absent: there is no such role. */
  readonly trust?: readonly object[];
  /** SCPs by level: `full`, a Deny beside it, or null for one that was not read; absent: none bind the account. */
  readonly scps?: readonly (readonly ('full' | object | null)[])[];
  readonly may: readonly string[];
  /** Beside real. */
  readonly surely: readonly string[];
  readonly scpsUnknown?: true;
}

const { cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../cases/identity/administrators.json'), 'utf8'),
) as { readonly cases: readonly Case[] };

const documentOf = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements });
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };

const inlineOf = ({ allow, condition, deny, resource = '*' }: Principal) => ({
  own: documentOf(
    { Effect: 'Allow', Action: allow, Resource: resource, ...(condition && { Condition: condition }) },
    ...(deny ? [{ Effect: 'Deny', ...deny }] : []),
  ),
});

function accountOf({ roles = [], trust, users = [] }: Case) {
  const sketch = {
    users: [
      { name: 'real', inline: { own: documentOf(everything) } },
      ...users.map((user) => ({
        name: user.name,
        inline: inlineOf(user),
        ...(user.policies && { policies: user.policies }),
        ...(user.boundary && { boundary: user.boundary }),
      })),
    ],
    roles: [
      ...(trust
        ? [{ name: 'admin', inline: { own: documentOf(everything) }, trust: documentOf(...trust) }]
        : []),
      ...roles.map((role) => ({ name: role.name, inline: inlineOf(role), trust: documentOf(...role.trust) })),
    ],
  };
  return identityReviewOf(sketch, {}).facts.identities;
}

const controlsOf = ({ scps = [] }: Case): Controls => ({
  levels: scps.map((level) =>
    level.map((scp) => {
      if (scp === null) return null;
      return JSON.stringify(documentOf(scp === 'full' ? everything : scp));
    }),
  ),
  organizationId: 'o-1',
});

const withoutIam = (account: AccountIdentities): AccountIdentities =>
  accountAfter(account, [
    {
      resource: { type: 'inline-policy', principal: { type: 'user', name: 'real' }, name: 'own' },
      before: JSON.stringify(documentOf(everything)),
      after: JSON.stringify(documentOf({ ...everything, Action: 's3:*' })),
    },
  ]);

const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };

const shortNames = (arns: readonly string[]): readonly string[] =>
  arns.map((arn) => arn.slice(arn.lastIndexOf(':') + 1));

test.each(cases)('$name', (given) => {
  const account = accountOf(given);
  const controls = controlsOf(given);
  expect(shortNames(mayAdminister(account, controls))).toEqual(given.may);
  const withoutReal = withoutIam(account);
  const { losing, staying } = administrationAfter(account, withoutReal, controls);
  expect(shortNames(losing)).toEqual(['user/real']);
  expect(shortNames(staying)).toEqual(given.surely);
  expect(surelyAdminister(withoutReal, controls)).toEqual(staying);
  expect(areControlsKnown(controls)).toBe(given.scpsUnknown !== true);
});

test.each([
  ['the same in IAM, in other words', { Effect: 'Allow', NotAction: ['lex:*'], Resource: '*' }, []],
  [
    'IAM on a condition',
    { ...everything, Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    ['user/real'],
  ],
  [
    'IAM but for one action',
    { Effect: 'Allow', NotAction: ['iam:CreateUser'], Resource: '*' },
    ['user/real'],
  ],
])('whoever administers and gets %s', (_, statement, losing) => {
  const account = accountOf({ name: '', may: [], surely: [] });
  const after = accountAfter(account, [
    {
      resource: { type: 'inline-policy', principal: { type: 'user', name: 'real' }, name: 'own' },
      before: '',
      after: JSON.stringify(documentOf(statement)),
    },
  ]);
  expect(shortNames(administrationAfter(account, after, noControls).losing)).toEqual(losing);
});

test.each([
  ['IAM', 's3:*', ['user/real']],
  ['nothing of IAM', ['iam:*', 'sts:*'], []],
])('whoever administers and loses %s by the text of his boundary', (_, action, losing) => {
  const boundary = 'arn:aws:iam::222222222222:policy/Most';
  const user = { name: 'real', inline: { own: documentOf(everything) }, boundary };
  const policies = [{ name: 'Most', versions: [documentOf(everything)] }];
  const account = identityReviewOf({ users: [user], policies }, {}).facts.identities;
  const after = accountAfter(account, [
    {
      resource: { type: 'managed-policy', arn: boundary },
      before: '',
      after: JSON.stringify(documentOf({ ...everything, Action: action })),
    },
  ]);
  const found = administrationAfter(account, after, noControls);
  expect([shortNames(found.losing), found.isLost]).toEqual([losing, losing.length > 0]);
});

test('an SCP whose text was not read is unknown, and so are all where the organization was not read', () => {
  const accountId = '222222222222';
  const root = { id: 'r-ex01', name: 'Root', path: 'o-1/r-ex01', type: 'ROOT', parentId: null };
  const member = { id: accountId, name: 'dev', path: 'o-1/r-ex01/x', type: 'ACCOUNT', parentId: 'r-ex01' };
  const target = { id: 'r-ex01', type: 'ROOT', name: 'Root' };
  const context = {
    tree: {
      id: 'o-1',
      managementAccountId: '111111111111',
      entities: new Map([root, member].map((each) => [each.id, each])),
    },
    policies: [
      { id: 'p-1', name: 'one', awsManaged: false, text: '{}', targets: [target], tags: null },
      { id: 'p-2', name: 'two', awsManaged: false, text: null, targets: [target], tags: null },
    ],
  } as unknown as OrganizationContext;
  expect(contextOf(context, accountId).controls).toEqual({
    levels: [['{}', null], []],
    organizationId: 'o-1',
  });
  expect(areControlsKnown(contextOf(null, accountId).controls)).toBe(false);
});

test('where administrators could only come in as each other, nobody comes in; one way in opens them all', () => {
  const inline = { own: documentOf(everything) };
  const ofAccount = documentOf({
    ...{ Effect: 'Allow', Action: 'sts:AssumeRole' },
    Principal: { AWS: 'arn:aws:iam::222222222222:root' },
  });
  const saml = documentOf({
    ...{ Effect: 'Allow', Action: 'sts:AssumeRoleWithSAML' },
    Principal: { Federated: 'arn:aws:iam::222222222222:saml-provider/AWSSSO' },
  });
  const roles = Array.from({ length: 40 }, (_, index) => ({ name: `r${index}`, inline, trust: ofAccount }));
  const surely = (all: readonly object[]): number =>
    surelyAdminister(identityReviewOf({ roles: all as typeof roles }, {}).facts.identities, noControls)
      .length;
  expect(surely(roles)).toBe(0);
  expect(surely([...roles, { name: 'sso', inline, trust: saml }])).toBe(41);
  // One that may assume nobody opens nobody.
  const reader = { own: documentOf({ ...everything, Action: 'iam:*' }) };
  expect(surely([...roles, { name: 'sso', inline: reader, trust: saml }])).toBe(1);
});

test.each([
  [
    'the Deny of an SCP',
    { scps: [['full', { Effect: 'Deny', Sid: 'Mfa', Action: 'iam:*', Resource: '*', Condition: mfa }]] },
    ': an SCP denies iam:* where Bool aws:MultiFactorAuthPresent false (statement Mfa)',
  ],
  [
    'the Deny of a policy',
    { deny: { NotAction: ['s3:*', 'sts:*'], Resource: '*', Condition: mfa } },
    ': a policy or boundary of user/other denies all but s3:*, sts:* where Bool aws:MultiFactorAuthPresent false',
  ],
  ['nothing where nobody else has IAM', { allow: 's3:*' }, ''],
] as const)('why nobody is sure to administer names %s', (_, sketch, why) => {
  const { scps, ...other }: Partial<Principal> & Pick<Case, 'scps'> = sketch;
  const given = { name: '', users: [{ name: 'other', allow: '*', ...other }], may: [], surely: [] };
  const account = accountOf(given);
  const after = withoutIam(account);
  expect(administrationAfter(account, after, controlsOf({ ...given, ...(scps && { scps }) }))).toMatchObject({
    isLost: true,
    why,
  });
});

describe('the last way in to a role that administers', () => {
  const trustOfAccount = [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::222222222222:root' }, Action: 'sts:AssumeRole' },
  ];
  const enter = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
  const userOf = (name: string, ...statements: object[]) => ({
    name,
    inline: { own: documentOf(...statements) },
  });
  const admin = {
    name: 'admin',
    inline: { own: documentOf(everything) },
    trust: documentOf(...trustOfAccount),
  };
  const reader = { ...enter, Action: 's3:*' };

  test.each([
    ['loses what lets him in', [userOf('oncall', enter)], reader, ['role/admin']],
    ['may assume other roles alone', [userOf('oncall', enter)], { ...enter, Resource: 'x' }, ['role/admin']],
    [
      'gets a Deny of everything',
      [userOf('oncall', enter)],
      { ...everything, Effect: 'Deny' },
      ['role/admin'],
    ],
    ['loses something else', [userOf('oncall', enter, reader)], enter, []],
    ['loses it, and another one comes in', [userOf('oncall', enter), userOf('b', enter)], reader, []],
    ['loses it, and another one administers', [userOf('oncall', enter), userOf('b', everything)], reader, []],
    ['never had it', [userOf('oncall', { ...enter, Resource: 'x' })], reader, []],
  ])('%s', (_, users, statement, shutOut) => {
    const account = identityReviewOf({ users, roles: [admin] }, {}).facts.identities;
    const after = accountAfter(account, [
      {
        resource: { type: 'inline-policy', principal: { type: 'user', name: 'oncall' }, name: 'own' },
        before: '',
        after: JSON.stringify(documentOf(statement)),
      },
    ]);
    const found = administrationAfter(account, after, noControls);
    expect([found.losing, shortNames(found.shutOut), found.isLost]).toEqual([
      [],
      shutOut,
      shutOut.length > 0,
    ]);
  });

  test('leaves the group that lets him in, or is deleted', () => {
    const entry = { name: 'entry', inline: { own: documentOf(enter) } };
    const sketch = { users: [{ name: 'oncall', groups: ['entry'] }], groups: [entry], roles: [admin] };
    const account = identityReviewOf(sketch, {}).facts.identities;
    const left = accountAfter(account, [
      { resource: { type: 'membership', user: 'oncall', group: 'entry' }, before: 'member', after: null },
    ]);
    const gone = { ...account, users: [] };
    const untrusted = { ...account, roles: account.roles.map((role) => ({ ...role, trust: '{}' })) };
    for (const after of [left, gone, untrusted])
      expect(administrationAfter(account, after, noControls).isLost).toBe(true);
    expect(administrationAfter(account, { ...account }, noControls).isLost).toBe(false);
  });
});
