import { expect, test } from '@jest/globals';
import { identityCheckNames } from '../../../core/base/check-names.ts';
import type { ManagedPolicy } from '../../../core/identity/account-identities.ts';
import { quarantinePolicy } from '../../../core/identity/quarantine.ts';
import { proveIdentityEdit } from '../../../core/proof/identity/certificate.ts';
import type { IdentitySubject } from '../../../core/proof/identity/subject.ts';
import {
  arn,
  configured,
  daysAgo,
  goodEdit,
  managed,
  report,
  row,
  text,
  user,
} from './good-identity-edit.ts';

const own =
  '{"Version":"2012-10-17","Statement":[{"Sid":"Work","Effect":"Allow","Action":["s3:*","lex:*"],"Resource":"*"}]}';
const role = {
  type: 'role' as const,
  name: 'forgotten',
  arn: arn('role/forgotten'),
  id: 'AROA1',
  path: '/',
  createdAt: daysAgo(900),
  inline: [{ name: 'own', text: own }],
  attached: [] as readonly string[],
  trust: '{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"}}]}',
  lastUsed: null as { readonly at: number; readonly region: string | null } | null,
  instanceProfiles: [] as readonly string[],
  boundary: null,
  tags: {} as Readonly<Record<string, string>>,
};
const step = {
  resource: {
    type: 'inline-policy' as const,
    principal: { type: 'role' as const, name: 'forgotten' },
    name: quarantinePolicy.name as string,
  },
  before: null as string | null,
  after: quarantinePolicy.text as string | null,
};
const { account } = goodEdit;

/** A quarantine in which everything holds: nobody used the role for a year. */
const goodQuarantine: IdentitySubject = {
  ...goodEdit,
  intent: 'quarantine',
  account: { ...account, roles: [role] },
  steps: [step],
  services: ['lex', 's3'],
  reports: [report(role.arn, [row('s3', 400), row('lex', null)])],
  grantedSince: new Map([['role/forgotten/inline/own', daysAgo(400)]]),
};

const verdicts = (subject: IdentitySubject): Record<string, string> =>
  Object.fromEntries(proveIdentityEdit(subject).checks.map(({ name, verdict }) => [name, verdict]));
const withRole = (changes: Partial<typeof role>): Partial<IdentitySubject> => ({
  account: { ...account, roles: [{ ...role, ...changes }] },
});
const withInline = (content: string): Partial<IdentitySubject> =>
  withRole({ inline: [{ name: 'own', text: content }] });
const withStep = (changes: Partial<typeof step>): Partial<IdentitySubject> => ({
  steps: [{ ...step, ...changes }],
});
/** The role bears a policy, attached a year ago. */
const bearing = (changes: Partial<ManagedPolicy>): Partial<IdentitySubject> => ({
  account: {
    ...account,
    roles: [{ ...role, attached: [arn('policy/New')] }],
    policies: [...account.policies, { ...managed('New', own), ...changes }],
  },
  grantedSince: new Map([
    ['role/forgotten/inline/own', daysAgo(400)],
    [`role/forgotten/attached/${arn('policy/New')}`, daysAgo(400)],
  ]),
});
const settings = (given: object): Partial<IdentitySubject> => {
  const configuration = configured(given);
  return { configuration, care: { ...goodEdit.care, configuration } };
};
const trusting = (principal: object): string =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: principal }] });
const exemption = { reason: 'launch', owner: 'ana', until: '2027-01-31' };
const denial = (statement: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', ...statement }],
  });

test('a quarantine in which everything holds', () => {
  const proven = verdicts(goodQuarantine);
  expect(Object.keys(proven)).toEqual(identityCheckNames.filter((name) => name !== 'second-judge'));
  const notOk = Object.entries(proven).filter(([, verdict]) => verdict !== 'ok');
  expect(notOk).toEqual([['regions', 'not-proven']]);
});

test('the same edit is no narrowing, and a narrowing is no quarantine', () => {
  expect(verdicts({ ...goodQuarantine, intent: 'narrow' })).toMatchObject({ 'denies-untouched': 'failed' });
  expect(verdicts({ ...goodEdit, intent: 'quarantine' })).toMatchObject({ 'only-intended-lost': 'failed' });
});

/** What is wrong, the checks that say so, and with which verdict. */
const wrongs: readonly [string, Partial<IdentitySubject>, Record<string, string>][] = [
  ['no report', { reports: [] }, { 'evidence-complete': 'failed', 'evidence-fresh': 'failed' }],
  [
    'a report that failed',
    { reports: [{ status: 'failed', subjectArn: role.arn, failure: { code: 'X', message: 'x' } }] },
    { 'evidence-complete': 'failed', 'evidence-fresh': 'failed' },
  ],
  [
    'a report of somebody else',
    { reports: [report(arn('role/other'), [row('s3', null)])] },
    { 'evidence-complete': 'failed', 'evidence-fresh': 'failed' },
  ],
  ['a report that shows nothing', { reports: [report(role.arn, [])] }, { 'evidence-complete': 'failed' }],
  [
    'a report of two days ago',
    { reports: goodQuarantine.reports.map((each) => ({ ...each, completedAt: daysAgo(2) })) },
    { 'evidence-fresh': 'failed' },
  ],
  [
    'a record of two days ago',
    { account: { ...account, roles: [role], readAt: daysAgo(2) } },
    { 'evidence-fresh': 'failed' },
  ],
  [
    'use by its own record',
    withRole({ lastUsed: { at: daysAgo(89), region: 'us-east-1' } }),
    { 'nothing-used-lost': 'failed' },
  ],
  [
    'use of exactly the threshold by its own record',
    withRole({ lastUsed: { at: daysAgo(90), region: null } }),
    { 'nothing-used-lost': 'failed' },
  ],
  [
    'use by its report alone',
    { reports: [report(role.arn, [row('s3', 89), row('lex', null)])] },
    { 'nothing-used-lost': 'failed' },
  ],
  [
    'use of one action alone',
    {
      reports: [
        report(role.arn, [
          {
            ...row('s3', 400),
            actions: [{ name: 'GetObject', lastAccessedAt: daysAgo(3), lastAccessedRegion: null }],
          },
        ]),
      ],
    },
    { 'nothing-used-lost': 'failed' },
  ],
  [
    'a text that allows something',
    withStep({ after: text(['ec2:*']) }),
    { 'only-intended-lost': 'failed', 'never-widens': 'failed' },
  ],
  [
    'a text that denies one service',
    withStep({ after: denial({ Action: 's3:*' }) }),
    { 'only-intended-lost': 'failed' },
  ],
  [
    'a text that denies under a condition',
    withStep({ after: denial({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } }) }),
    { 'only-intended-lost': 'failed' },
  ],
  [
    'the same meaning in another text',
    withStep({ after: `${quarantinePolicy.text} ` }),
    { 'only-intended-lost': 'failed' },
  ],
  [
    'a policy of another name',
    withStep({ resource: { ...step.resource, name: 'Other' } }),
    { 'only-intended-lost': 'failed', 'conditions-untouched': 'failed' },
  ],
  [
    'two roles at once',
    {
      account: { ...account, roles: [role, { ...role, name: 'second', arn: arn('role/second') }] },
      steps: [step, { ...step, resource: { ...step.resource, principal: { type: 'role', name: 'second' } } }],
    },
    { 'only-intended-lost': 'failed', 'denies-untouched': 'failed' },
  ],
  [
    'the same policy on a user',
    withStep({ resource: { ...step.resource, principal: { type: 'user', name: 'ana' } } as never }),
    {
      'evidence-complete': 'failed',
      'evidence-fresh': 'failed',
      'nothing-used-lost': 'failed',
      'only-intended-lost': 'failed',
      'denies-untouched': 'failed',
      'conditions-untouched': 'failed',
      'permission-age': 'failed',
      'in-service': 'failed',
    },
  ],
  [
    'another policy of the role goes in the same change',
    {
      ...withRole({ attached: [arn('policy/Old')] }),
      account: {
        ...account,
        roles: [{ ...role, attached: [arn('policy/Old')] }],
        policies: [...account.policies, managed('Old', own)],
      },
      grantedSince: new Map([
        ['role/forgotten/inline/own', daysAgo(400)],
        [`role/forgotten/attached/${arn('policy/Old')}`, daysAgo(400)],
      ]),
      steps: [
        step,
        {
          resource: {
            type: 'policy-attachment',
            principal: { type: 'role', name: 'forgotten' },
            policyArn: arn('policy/Old'),
          },
          before: 'attached',
          after: null,
        },
      ],
    },
    { 'conditions-untouched': 'failed' },
  ],
  ['a kept service', settings({ identities: { keepServices: ['lex'] } }), { 'kept-untouched': 'failed' }],
  ['a statement marked KEEP', withInline(own.replace('Work', 'KEEPWork')), { 'kept-untouched': 'failed' }],
  [
    'an exempt account',
    settings({ exemptions: [{ ...exemption, entity: 'ou-ex01-dev', service: 'le*' }] }),
    { 'exemptions-respected': 'failed' },
  ],
  [
    'an exempt role',
    settings({ exemptions: [{ ...exemption, entity: role.arn, service: '*' }] }),
    { 'exemptions-respected': 'failed' },
  ],
  ['a young role', withRole({ createdAt: daysAgo(89) }), { 'permission-age': 'failed' }],
  [
    'a role made exactly the threshold ago',
    withRole({ createdAt: daysAgo(90) }),
    { 'permission-age': 'failed' },
  ],
  ['a grant without a date', { grantedSince: new Map() }, { 'permission-age': 'not-proven' }],
  [
    'a policy with a young version',
    bearing({ versions: [{ id: 'v1', text: own, createdAt: daysAgo(3) }] }),
    { 'permission-age': 'not-proven' },
  ],
  [
    'a policy of AWS that AWS changed lately',
    bearing({ isAwsManaged: true, versions: [{ id: 'v1', text: own, createdAt: daysAgo(3) }] }),
    { 'permission-age': 'not-proven' },
  ],
  [
    'a policy of which another version may have been in force, which granted less',
    bearing({
      versions: [
        { id: 'v1', text: own, createdAt: daysAgo(900) },
        { id: 'v2', text: own.replace('"lex:*"', '"lex:Get*"'), createdAt: daysAgo(800) },
      ],
    }),
    { 'permission-age': 'not-proven' },
  ],
  [
    'a policy with a young version that grants less than the one before',
    bearing({
      defaultVersionId: 'v2',
      versions: [
        { id: 'v1', text: own, createdAt: daysAgo(900) },
        { id: 'v2', text: own.replace('"lex:*"', '"lex:Get*"'), createdAt: daysAgo(3) },
      ],
    }),
    {},
  ],
  ['PassRole', withInline(own.replace('lex:*', 'iam:PassRole')), { 'untracked-actions': 'not-proven' }],
  [
    'sign-in to databases',
    withInline(own.replace('lex:*', 'rds-db:connect')),
    { 'untracked-actions': 'failed' },
  ],
  [
    'a policy of that name already',
    withRole({ inline: [...role.inline, { name: quarantinePolicy.name, text: own }] }),
    {
      syntax: 'failed',
      'permission-age': 'not-proven',
    },
  ],
  [
    'no room for the text',
    withInline(own.replace('lex:*', `lex:${'a'.repeat(10_100)}`)),
    { quotas: 'failed' },
  ],
  ['a break-glass role', settings({ breakGlass: [role.arn] }), { 'no-lock-out': 'failed', owner: 'failed' }],
  [
    'the last administrator',
    {
      account: {
        ...account,
        users: [user('ana')],
        roles: [
          { ...role, inline: [{ name: 'own', text: text(['*']).replace(/,\{"Sid":"Never".*?\}/, '') }] },
        ],
      },
    },
    { 'no-lock-out': 'failed', 'untracked-actions': 'not-proven' },
  ],
  [
    'a role of CloudFormation',
    withRole({ tags: { 'aws:cloudformation:stack-name': 'x' } }),
    { owner: 'failed' },
  ],
  ['a service-linked role', withRole({ path: '/aws-service-role/x/' }), { owner: 'failed' }],
  [
    'a role in an instance profile',
    withRole({ instanceProfiles: [arn('instance-profile/vm')] }),
    { 'in-service': 'failed' },
  ],
  [
    'a role that Lambda assumes',
    withRole({ trust: trusting({ Service: 'lambda.amazonaws.com' }) }),
    { 'in-service': 'not-proven' },
  ],
  [
    'a role of an identity provider',
    withRole({ trust: trusting({ Federated: 'arn:aws:iam::222222222222:oidc-provider/x' }) }),
    { 'in-service': 'not-proven' },
  ],
  [
    'a role that another account assumes',
    withRole({ trust: trusting({ AWS: '999999999999' }) }),
    { 'in-service': 'not-proven' },
  ],
  [
    'a trust policy that cannot be read',
    withRole({ trust: '{' }),
    { 'in-service': 'not-proven', owner: 'failed' },
  ],
  [
    'trust in everybody but one account',
    withRole({
      trust:
        '{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"333333333333"},"Action":"sts:AssumeRole"}}',
    }),
    { 'in-service': 'not-proven', owner: 'failed' },
  ],
];

test.each(wrongs)('%s', (_, wrong, expected) => {
  const proven = verdicts({ ...goodQuarantine, ...wrong });
  const notOk = Object.entries(proven).filter(([name, verdict]) => verdict !== 'ok' && name !== 'regions');
  expect(Object.fromEntries(notOk)).toEqual(expected);
});

test('a role without any permission may be stopped: its record tells enough', () => {
  expect(
    proveIdentityEdit({ ...goodQuarantine, ...withRole({ inline: [] }), reports: [report(role.arn, [])] }).ok,
  ).toBe(true);
});

test('a grant without a date is named in words', () => {
  const { checks } = proveIdentityEdit({ ...goodQuarantine, grantedSince: new Map() });
  expect(checks.find(({ name }) => name === 'permission-age')?.detail).toMatch(
    / shows the inline policy \S+ of role \S+$/,
  );
});
