import { expect, test } from '@jest/globals';
import { identityCheckNames } from '../../../core/base/check-names.ts';
import { proveIdentityEdit } from '../../../core/proof/identity/certificate.ts';
import type { IdentitySubject } from '../../../core/proof/identity/subject.ts';
import {
  afterText,
  arn,
  beforeText,
  configured,
  daysAgo,
  goodEdit,
  managed,
  policyArn,
  report,
  row,
  text,
  user,
} from './good-identity-edit.ts';

const verdicts = (subject: IdentitySubject): Record<string, string> =>
  Object.fromEntries(proveIdentityEdit(subject).checks.map(({ name, verdict }) => [name, verdict]));

test('an edit in which everything holds', () => {
  const proven = verdicts(goodEdit);
  expect(Object.keys(proven)).toEqual(identityCheckNames.filter((name) => name !== 'second-judge'));
  const notOk = Object.entries(proven).filter(([, verdict]) => verdict !== 'ok');
  expect(notOk).toEqual([['regions', 'not-proven']]);
});

const { account } = goodEdit;
const edited = (after: string | null, before = beforeText): IdentitySubject['steps'] => [
  { resource: { type: 'managed-policy', arn: policyArn }, before, after },
];
const withText = (before: string, after: string): Partial<IdentitySubject> => ({
  account: { ...account, policies: [managed('Builders', before), ...account.policies.slice(1)] },
  steps: edited(after, before),
});
const everythingText = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
const stop = managed('Stop', everythingText.replace('Allow', 'Deny'));
const stopArn = stop.arn;
const other = user('root-of-all', { groups: [], attached: [arn('policy/Admin')] });
const usedLex = report(policyArn, [row('s3', 2), row('lex', 89, [arn('user/ben')])]);
const role = {
  type: 'role' as const,
  name: 'worker',
  arn: arn('role/worker'),
  id: 'AROA1',
  path: '/',
  createdAt: daysAgo(900),
  inline: [],
  attached: [policyArn],
  trust: '{"Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"}}]}',
  lastUsed: null,
  instanceProfiles: [],
  boundary: null,
  tags: {},
};
const settings = (given: object): Partial<IdentitySubject> => {
  const configuration = configured(given);
  return { configuration, care: { ...goodEdit.care, configuration } };
};
const exemption = { reason: 'launch', owner: 'ana', until: '2027-01-31', service: 'le*' };

/** What is wrong, the checks that say so, and with which verdict. */
const wrongs: readonly [string, Partial<IdentitySubject>, Record<string, string>][] = [
  [
    'no report',
    { reports: [] },
    { 'evidence-complete': 'failed', 'evidence-fresh': 'failed', 'nothing-used-lost': 'failed' },
  ],
  [
    'the silence of a role that bears it and is denied everything',
    {
      account: {
        ...account,
        roles: [{ ...role, inline: [{ name: 'Stop', text: everythingText.replace('Allow', 'Deny') }] }],
      },
      grantedSince: new Map([
        ...goodEdit.grantedSince,
        [`role/worker/attached/${policyArn}`, daysAgo(120)] as const,
      ]),
    },
    { 'evidence-complete': 'failed' },
  ],
  [
    'the silence of a user whose boundary denies everything',
    {
      account: {
        ...account,
        users: account.users.map((user) => (user.name === 'ben' ? { ...user, boundary: stopArn } : user)),
        policies: [...account.policies, stop],
      },
    },
    { 'evidence-complete': 'failed' },
  ],
  [
    'the silence of a user to whom a policy is attached that denies everything',
    {
      account: {
        ...account,
        users: account.users.map((user) =>
          user.name === 'ben' ? { ...user, attached: [...user.attached, stopArn] } : user,
        ),
        policies: [...account.policies, stop],
      },
    },
    { 'evidence-complete': 'failed' },
  ],
  [
    'a report that failed',
    {
      reports: [
        { status: 'failed', subjectArn: policyArn, failure: { code: 'X', message: 'x' } },
        ...['ana', 'ben'].map((name) => report(arn(`user/${name}`), [row('lex', null)])),
      ],
    },
    { 'evidence-complete': 'failed' },
  ],
  [
    'a report that does not list the service',
    { reports: [report(policyArn, [row('s3', 2)])] },
    { 'evidence-complete': 'failed', 'nothing-used-lost': 'failed' },
  ],
  [
    'a report of two days ago',
    { reports: goodEdit.reports.map((each) => ({ ...each, completedAt: daysAgo(2) })) },
    { 'evidence-fresh': 'failed' },
  ],
  ['use of 89 days ago', { reports: [usedLex] }, { 'nothing-used-lost': 'failed' }],
  [
    'use of exactly the threshold',
    { reports: [report(policyArn, [row('lex', 90, [arn('user/ben')])])] },
    { 'nothing-used-lost': 'failed' },
  ],
  [
    'use by another path, of which nothing stays',
    {
      reports: [...goodEdit.reports, report(arn('user/ben'), [row('lex', 3)])],
    },
    { 'nothing-used-lost': 'failed' },
  ],
  ['more allowed than before', { steps: edited(text(['s3:*', 'ec2:*'])) }, { 'never-widens': 'failed' }],
  [
    'the same actions on more resources',
    {
      ...withText(beforeText.replace('"Resource":"*"', '"Resource":"arn:aws:s3:::a"'), afterText),
    },
    {
      'never-widens': 'failed',
      'conditions-untouched': 'failed',
    },
  ],
  [
    'a wildcard that takes in no known action more, but those that AWS may add',
    withText(text(['s3:GetObject', 's3:PutObject', 'lex:*']), text(['s3:GetObject', 's3:PutObj*'])),
    { 'never-widens': 'failed' },
  ],
  [
    'a Deny of actions that AWS may add is narrowed',
    withText(
      beforeText.replace('s3:DeleteBucket', 's3:DeleteB*'),
      afterText.replace('s3:DeleteBucket', 's3:DeleteBucket*'),
    ),
    { 'denies-untouched': 'failed' },
  ],
  [
    'a service that no list knows goes as well',
    withText(text(['s3:*', 'lex:*', 'nobody:Do*']), afterText),
    { 'only-intended-lost': 'failed', 'evidence-complete': 'failed', 'nothing-used-lost': 'failed' },
  ],
  [
    'a service that no list knows goes as a whole',
    withText(text(['s3:*', 'lex:*', 'nobody:*']), afterText),
    { 'only-intended-lost': 'failed', 'evidence-complete': 'failed', 'nothing-used-lost': 'failed' },
  ],
  [
    'the same where the report lists it and it was used',
    {
      ...withText(text(['s3:*', 'lex:*', 'nobody:*']), afterText),
      services: ['lex', 'nobody'],
      reports: [report(policyArn, [row('lex', null), row('nobody', 3, [arn('user/ben')])])],
    },
    { 'nothing-used-lost': 'failed' },
  ],
  [
    'another text of the same person that cannot be understood',
    {
      account: {
        ...account,
        users: account.users.map((each) =>
          each.name === 'ben'
            ? { ...each, inline: [{ name: 'odd', text: '{"Statement":[],"Statement":[]}' }] }
            : each,
        ),
      },
    },
    { syntax: 'failed' },
  ],
  [
    'whom an SCP keeps out of IAM is not its last administrator',
    {
      account: { ...account, users: [user('ana')], policies: [managed('Builders', text(['*']))] },
      steps: edited(text(['s3:*', 'lex:*']), text(['*'])),
      services: ['iam'],
      reports: [report(policyArn, [row('iam', null)])],
      controls: {
        levels: [
          [
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}',
          ],
        ],
        organizationId: 'o-1',
      },
    },
    { 'untracked-actions': 'not-proven' },
  ],
  [
    'a policy that is attached and whose text was not read',
    {
      steps: [
        ...goodEdit.steps,
        {
          resource: {
            type: 'policy-attachment',
            principal: { type: 'user', name: 'ben' },
            policyArn: arn('policy/Unread'),
          },
          before: null,
          after: 'attached',
        },
      ],
    },
    { syntax: 'failed' },
  ],
  [
    'the last administrator beside one whom a Deny keeps out of IAM',
    {
      account: {
        ...account,
        users: [user('ana'), user('root-of-all', { groups: [], attached: [arn('policy/Admin')] })],
        policies: [
          managed('Builders', text(['*'])),
          managed('Admin', text(['*']).replace('s3:DeleteBucket', 'iam:CreateUser')),
        ],
      },
      steps: edited(text(['s3:*', 'lex:*']), text(['*'])),
      services: ['iam'],
      reports: [report(policyArn, [row('iam', null)])],
    },
    { 'no-lock-out': 'failed', 'untracked-actions': 'not-proven' },
  ],
  ...(
    [
      ['and another surely administers', [user('ana'), other], 'not-proven'],
      ['and nobody else administers', [user('ana')], 'failed'],
    ] as const
  ).map(([what, users, verdict]): (typeof wrongs)[number] => [
    `an administrator loses IAM under an SCP that was not read, ${what}`,
    {
      account: {
        ...account,
        users,
        policies: [managed('Builders', text(['*'])), managed('Admin', everythingText)],
      },
      steps: edited(text(['s3:*', 'lex:*']), text(['*'])),
      services: ['iam'],
      reports: [report(policyArn, [row('iam', null)])],
      controls: { levels: [[everythingText, null]], organizationId: 'o-1' },
    },
    { 'no-lock-out': verdict, 'untracked-actions': 'not-proven' },
  ]),
  [
    'nobody would come in any more as the role that administers',
    {
      account: {
        ...account,
        users: [user('ana'), user('ben')],
        roles: [
          {
            ...role,
            attached: [arn('policy/Admin')],
            trust:
              '{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"222222222222"}}]}',
          },
        ],
        policies: [managed('Builders', text(['s3:*', 'sts:*'])), managed('Admin', everythingText)],
      },
      steps: edited(afterText, text(['s3:*', 'sts:*'])),
      services: ['sts'],
      reports: [report(policyArn, [row('s3', 2), row('sts', null)])],
    },
    { 'no-lock-out': 'failed' },
  ],
  ['a service that nobody named', { services: ['dms'] }, { 'only-intended-lost': 'failed' }],
  ['nothing lost', { steps: edited(`${beforeText} `) }, { 'only-intended-lost': 'failed' }],
  [
    'a Deny that goes',
    {
      steps: edited(
        '{"Version":"2012-10-17","Statement":[{"Sid":"Work","Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
      ),
    },
    { 'denies-untouched': 'failed' },
  ],
  [
    'a Sid that changes',
    { steps: edited(afterText.replace('Work', 'Work2')) },
    { 'conditions-untouched': 'failed' },
  ],
  ['a kept service', settings({ identities: { keepServices: ['lex'] } }), { 'kept-untouched': 'failed' }],
  [
    'a statement marked KEEP',
    withText(beforeText.replace('Work', 'KEEPWork'), afterText.replace('Work', 'KEEPWork')),
    { 'kept-untouched': 'failed' },
  ],
  [
    'an exempt account',
    settings({ exemptions: [{ ...exemption, entity: 'ou-ex01-dev' }] }),
    { 'exemptions-respected': 'failed' },
  ],
  [
    'an exempt principal',
    settings({ exemptions: [{ ...exemption, entity: 'arn:aws:iam::*:user/ben' }] }),
    { 'exemptions-respected': 'failed' },
  ],
  ...[
    ['an account by its name in other letters', 'DEV-1'],
    ['an OU by its name', 'dev'],
    ['an OU by its path', 'o-exampleorg1/r-ex01/ou-ex01-dev'],
    ['a group', 'arn:aws:iam::*:group/builders'],
    ['a policy', policyArn],
  ].map(([what, entity]): (typeof wrongs)[number] => [
    `an exemption of ${what}`,
    settings({ exemptions: [{ ...exemption, entity }] }),
    { 'exemptions-respected': 'failed' },
  ]),
  [
    'an exemption of another policy',
    settings({ exemptions: [{ ...exemption, entity: arn('policy/Other') }] }),
    {},
  ],
  [
    'a membership in a group that bears an exempt policy',
    {
      grantedSince: new Map(),
      ...settings({ exemptions: [{ ...exemption, entity: policyArn, service: 's3' }] }),
      steps: [
        { resource: { type: 'membership', user: 'ben', group: 'builders' }, before: 'member', after: null },
      ],
      services: ['lex', 's3'],
      reports: [report(arn('user/ben'), [row('lex', null), row('s3', null)])],
    },
    { 'exemptions-respected': 'failed', 'permission-age': 'not-proven', 'denies-untouched': 'failed' },
  ],
  [
    'a membership without a date',
    {
      grantedSince: new Map(),
      steps: [
        { resource: { type: 'membership', user: 'ben', group: 'builders' }, before: 'member', after: null },
      ],
      account: {
        ...account,
        policies: [
          managed(
            'Builders',
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"lex:*","Resource":"*"}]}',
          ),
        ],
      },
      reports: [report(arn('user/ben'), [row('lex', null)])],
    },
    { 'permission-age': 'not-proven' },
  ],
  [
    'PassRole that is lost',
    {
      ...withText(text(['s3:*', 'iam:*']), afterText),
      services: ['iam'],
      reports: [report(policyArn, [row('iam', null)])],
    },
    { 'untracked-actions': 'not-proven' },
  ],
  [
    'a service whose use reports may not show, named, with an old date',
    {
      ...withText(text(['s3:*', 'kms:Decrypt']), afterText),
      services: ['kms'],
      reports: [report(policyArn, [row('kms', 400)])],
    },
    { 'untracked-actions': 'failed' },
  ],
  [
    'the same by a broad grant',
    {
      ...withText(text(['s3:*', '*:Decrypt']), afterText),
      services: ['kms'],
      reports: [report(policyArn, [row('kms', 400)])],
      knownActions: new Map([...goodEdit.knownActions, ['kms', ['Decrypt']]]),
    },
    { 'untracked-actions': 'not-proven' },
  ],
  [
    'a policy whose tags were not read',
    {
      account: {
        ...account,
        policies: account.policies.map((policy) => ({ ...policy, tags: null })),
      },
    },
    { owner: 'not-proven' },
  ],
  [
    'the same, named in editablePolicies',
    {
      ...settings({ editablePolicies: [policyArn] }),
      account: {
        ...account,
        policies: account.policies.map((policy) => ({ ...policy, tags: null })),
      },
    },
    {},
  ],
  [
    'a policy that is the boundary of somebody, of whom its own count does not know',
    { account: { ...account, users: [...account.users, user('cat', { groups: [], boundary: policyArn })] } },
    { owner: 'failed' },
  ],
  [
    'a member who belongs to a stack and only loses by his group',
    {
      account: {
        ...account,
        users: [...account.users.slice(1), user('ana', { tags: { 'aws:cloudformation:stack-name': 'app' } })],
      },
    },
    {},
  ],
  [
    'the same, who leaves the group',
    {
      account: {
        ...account,
        users: [...account.users.slice(1), user('ana', { tags: { 'aws:cloudformation:stack-name': 'app' } })],
        policies: [managed('Builders', text(['lex:*']).replace(/,\{"Sid":"Never".*\}\]/, ']'))],
      },
      steps: [
        { resource: { type: 'membership', user: 'ana', group: 'builders' }, before: 'member', after: null },
      ],
      reports: [report(arn('user/ana'), [row('lex', null)])],
    },
    { owner: 'failed' },
  ],
  ['another text than was read', { steps: edited(afterText, `${beforeText} `) }, { syntax: 'failed' }],
  [
    'a text that AWS refuses',
    { steps: edited(afterText.replace('"Work"', '"No work"')) },
    { syntax: 'failed', 'conditions-untouched': 'failed' },
  ],
  [
    'no step',
    { steps: [] },
    { syntax: 'failed', 'only-intended-lost': 'failed', 'evidence-fresh': 'failed' },
  ],
  [
    'a text that is too long',
    withText(text(['lex:*', 's3:*', `s3:${'a'.repeat(6_200)}`]), text(['s3:*', `s3:${'a'.repeat(6_200)}`])),
    { quotas: 'failed' },
  ],
  [
    'a break-glass principal',
    settings({ breakGlass: [arn('user/ben')] }),
    { 'no-lock-out': 'failed', owner: 'failed' },
  ],
  [
    'a break-glass principal in other letters and with its path',
    {
      ...settings({ breakGlass: [arn('user/Ben')] }),
      account: {
        ...account,
        users: account.users.map((each) =>
          each.name === 'ben' ? { ...each, path: '/people/', arn: arn('user/people/ben') } : each,
        ),
      },
      reports: [report(policyArn, [row('s3', 2), row('lex', null)])],
    },
    { 'no-lock-out': 'failed', owner: 'failed' },
  ],
  ...(
    [
      ['who is nobody in this account', arn('role/emergency'), {}],
      ['by a pattern that fits nobody here', arn('user/emergency-*'), {}],
      ['whose name is near to that of somebody who loses', arn('user/bem'), { 'no-lock-out': 'not-proven' }],
      ['by a pattern near to such a name', arn('role/staff/bem*'), { 'no-lock-out': 'not-proven' }],
      ['who is untouched', arn('user/root-of-all'), {}],
      ['of another account', 'arn:aws:iam::333333333333:role/emergency', {}],
      ['of every account', 'arn:aws:iam::*:role/emergency', {}],
      ['who is the root user', arn('root'), {}],
    ] as const
  ).map(([what, named, verdict]): (typeof wrongs)[number] => [
    `a break-glass principal ${what}`,
    settings({ breakGlass: [named] }),
    verdict,
  ]),
  [
    'the last administrator',
    {
      account: {
        ...account,
        users: [user('ana')],
        policies: [managed('Builders', text(['*']))],
      },
      steps: edited(text(['s3:*', 'lex:*']), text(['*'])),
      services: ['iam'],
      reports: [report(policyArn, [row('iam', null)])],
    },
    { 'no-lock-out': 'failed', 'untracked-actions': 'not-proven' },
  ],
  [
    'a policy of CloudFormation',
    {
      account: {
        ...account,
        policies: [
          { ...managed('Builders', beforeText), tags: { 'aws:cloudformation:stack-name': 'x' } },
          managed('Admin', afterText),
        ],
      },
    },
    { owner: 'failed' },
  ],
  [
    'a permissions boundary',
    { account: { ...account, policies: [{ ...managed('Builders', beforeText), boundaryUses: 1 }] } },
    { owner: 'failed' },
  ],
  [
    'a role that Lambda assumes, and of which no stored review shows the policy',
    { account: { ...account, roles: [role] } },
    { 'in-service': 'not-proven', 'permission-age': 'not-proven' },
  ],
  [
    'a policy that is deleted',
    {
      account: {
        ...account,
        groups: account.groups.map((group) => ({ ...group, attached: [policyArn, arn('policy/Old')] })),
        policies: [
          ...account.policies,
          managed('Old', text(['lex:*']).replace(/,\{"Sid":"Never".*\}\]/, ']')),
        ],
      },
      steps: [
        {
          resource: {
            type: 'policy-attachment',
            principal: { type: 'group', name: 'builders' },
            policyArn: arn('policy/Old'),
          },
          before: 'attached',
          after: null,
        },
      ],
      ...{ reports: [report(arn('policy/Old'), [row('lex', null)])] },
    },
    { 'only-intended-lost': 'failed', 'permission-age': 'not-proven' },
  ],
];

const oldArn = arn('policy/Old');
const naming = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Action: 'iam:CreateUser',
    Resource: '*',
    Condition: { StringEquals: { 'iam:PermissionsBoundary': oldArn } },
  },
});
const oldGoes = {
  resource: { type: 'managed-policy' as const, arn: oldArn },
  before: text(['lex:*']),
  after: null,
};
const namedIn = (more: Partial<typeof account>): Partial<IdentitySubject> => ({
  account: { ...account, policies: [...account.policies, managed('Old', text(['lex:*']))], ...more },
  steps: [...goodEdit.steps, oldGoes],
});

test.each<[string, Partial<IdentitySubject>, string, string]>([
  ['no text', namedIn({}), 'not-proven', 'resource policies'],
  [
    'a trust policy',
    namedIn({ roles: [{ ...role, attached: [], trust: naming }] }),
    'failed',
    'named by the trust of role worker',
  ],
  [
    'an inline policy',
    namedIn({ users: [user('ana', { inline: [{ name: 'own', text: naming }] })] }),
    'failed',
    'named by the policy own of user ana',
  ],
  [
    'a text that the same change takes away',
    {
      ...namedIn({ users: [user('ana', { inline: [{ name: 'own', text: naming }] })] }),
      steps: [
        {
          resource: { type: 'inline-policy', principal: { type: 'user', name: 'ana' }, name: 'own' },
          before: naming,
          after: null,
        },
        oldGoes,
      ],
    },
    'not-proven',
    'resource policies',
  ],
])('a policy that is deleted and named by %s', (_, wrong, verdict, words) => {
  const { checks } = proveIdentityEdit({ ...goodEdit, ...wrong });
  const check = checks.find(({ name }) => name === 'referenced-elsewhere');
  expect(check).toMatchObject({ verdict, detail: expect.stringContaining(words) });
});

test.each<[string, { at: number; region: string | null } | null, string]>([
  ['a use', { at: daysAgo(2), region: 'eu-west-1' }, 'worker was last used on 2026-11-26 in eu-west-1'],
  ['a use without a Region', { at: daysAgo(2), region: null }, 'worker was last used on 2026-11-26'],
  ['no use', null, 'worker shows no use'],
])('a role in service is shown with its own record: %s', (_, lastUsed, words) => {
  const given = { ...goodEdit, account: { ...account, roles: [{ ...role, lastUsed }] } };
  const detail = proveIdentityEdit(given).checks.find(({ name }) => name === 'in-service')?.detail ?? '';
  expect(detail.endsWith(`lambda.amazonaws.com); by AWS's own record ${words}`)).toBe(true);
});

test('a later use that the report of a role in service shows is told beside its record', () => {
  const detailOf = (lastUsed: { at: number; region: string | null } | null): string => {
    const given = {
      ...goodEdit,
      account: { ...account, roles: [{ ...role, lastUsed }] },
      reports: [...goodEdit.reports, report(role.arn, [row('s3', 3)])],
    };
    return proveIdentityEdit(given).checks.find(({ name }) => name === 'in-service')?.detail ?? '';
  };
  expect(detailOf(null)).toMatch(/worker shows no use, and its report one on 2026-11-25/);
  expect(detailOf({ at: daysAgo(90), region: null })).toMatch(
    /worker shows a last use on 2026-08-30, and its report one on 2026-11-25/,
  );
  expect(detailOf({ at: daysAgo(1), region: null })).toMatch(/worker was last used on 2026-11-27$/);
});

const deleting = (content: string): Partial<IdentitySubject> => ({
  account: {
    ...account,
    groups: account.groups.map((group) => ({ ...group, attached: [policyArn, arn('policy/Old')] })),
    policies: [...account.policies, managed('Old', content)],
  },
  steps: [
    {
      resource: {
        type: 'policy-attachment',
        principal: { type: 'group', name: 'builders' },
        policyArn: arn('policy/Old'),
      },
      before: 'attached',
      after: null,
    },
    { resource: { type: 'managed-policy', arn: arn('policy/Old') }, before: content, after: null },
  ],
  services: ['dms'],
  reports: [report(arn('policy/Old'), [row('dms', null)])],
  knownActions: new Map([...goodEdit.knownActions, ['dms', ['CreateEndpoint']]]),
});

test.each([
  ['as AWS takes it', 'Old', '*', 'ok', 'ok'],
  ['with a Sid that AWS no longer takes', 'an old rule', '*', 'failed', 'ok'],
  ['longer than AWS takes it', 'Old', `arn:aws:dms:::${'a'.repeat(6_200)}`, 'ok', 'failed'],
])('a text that is deleted, %s: a roll back must be able to make it again', (_, sid, where, ...expected) => {
  const Statement = { Sid: sid, Effect: 'Allow', Action: 'dms:CreateEndpoint', Resource: where };
  const { quotas, syntax } = verdicts({
    ...goodEdit,
    ...deleting(JSON.stringify({ Version: '2012-10-17', Statement })),
  });
  expect([syntax, quotas]).toEqual(expected);
});

test.each(wrongs)('%s', (_, wrong, expected) => {
  const proven = verdicts({ ...goodEdit, ...wrong });
  const notOk = Object.entries(proven).filter(([name, verdict]) => verdict !== 'ok' && name !== 'regions');
  expect(Object.fromEntries(notOk)).toEqual(expected);
});

test('what is left of a service that he uses, and is denied him, is nothing', () => {
  const inline = [
    { name: 'own', text: text(['lex:GetBot']) },
    {
      name: 'never',
      text: '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"lex:GetBot","Resource":"*"}}',
    },
  ];
  const users = account.users.map((each) => (each.name === 'ben' ? { ...each, inline } : each));
  const reports = [...goodEdit.reports, report(arn('user/ben'), [row('lex', 3)])];
  const proven = verdicts({ ...goodEdit, account: { ...account, users }, reports });
  expect(proven['nothing-used-lost']).toBe('failed');
});

test('what somebody uses by another path is kept, and he is named', () => {
  const users = account.users.map((each) =>
    each.name === 'ben' ? { ...each, inline: [{ name: 'own', text: text(['lex:GetBot']) }] } : each,
  );
  const certificate = proveIdentityEdit({
    ...goodEdit,
    account: { ...account, users },
    reports: [...goodEdit.reports, report(arn('user/ben'), [row('lex', 3)])],
  });
  expect(certificate.ok).toBe(true);
  expect(certificate.checks.find(({ name }) => name === 'nothing-used-lost')?.detail).toContain('ben (lex)');
});

test('use by others clears whoever is not among them, where the list is whole', () => {
  const leave: IdentitySubject = {
    ...goodEdit,
    steps: [
      { resource: { type: 'membership', user: 'ana', group: 'builders' }, before: 'member', after: null },
    ],
    services: ['lex', 's3'],
    reports: [
      report(arn('group/builders'), [row('s3', 400, [arn('user/ana')]), row('lex', 3, [arn('user/ben')])]),
    ],
  };
  expect(verdicts(leave)['nothing-used-lost']).toBe('ok');
  const cut = { ...row('lex', 3, [arn('user/ben')]), entitiesEverUsed: 2 };
  const unknown = { ...leave, reports: [report(arn('group/builders'), [row('s3', 400), cut])] };
  expect(verdicts(unknown)['nothing-used-lost']).toBe('failed');
});

test('a service that no list knows goes where the report lists it and nobody used it', () => {
  const proven = verdicts({
    ...goodEdit,
    ...withText(text(['s3:*', 'lex:*', 'nobody:*']), afterText),
    services: ['lex', 'nobody'],
    reports: [report(policyArn, [row('s3', 2), row('lex', null), row('nobody', null)])],
  });
  expect(Object.entries(proven).filter(([, verdict]) => verdict !== 'ok')).toEqual([
    ['regions', 'not-proven'],
  ]);
});

test('a narrowed copy that is made in the same change takes the place of what it copies', () => {
  const copy = arn('policy/Builders-narrowed');
  const ben = { type: 'user', name: 'ben' } as const;
  const users = [...account.users, user('ben', { groups: [], attached: [policyArn] })].slice(-2);
  const steps: IdentitySubject['steps'] = [
    { resource: { type: 'managed-policy', arn: copy }, before: null, after: afterText },
    {
      resource: { type: 'policy-attachment', principal: ben, policyArn: copy },
      before: null,
      after: 'attached',
    },
    {
      resource: { type: 'policy-attachment', principal: ben, policyArn },
      before: 'attached',
      after: null,
    },
  ];
  const proven = verdicts({ ...goodEdit, account: { ...account, users }, steps });
  const notOk = Object.entries(proven).filter(([, verdict]) => verdict !== 'ok');
  expect(notOk).toEqual([
    ['permission-age', 'not-proven'],
    ['regions', 'not-proven'],
  ]);
});

test('an entry of breakGlass that is nobody in the account is told', () => {
  const lockOut = (entry: string): string | undefined =>
    proveIdentityEdit({ ...goodEdit, ...settings({ breakGlass: [entry] }) }).checks.find(
      ({ name }) => name === 'no-lock-out',
    )?.detail;
  const told = lockOut(arn('role/emergency'));
  expect(told).toContain(
    `; breakGlass names ${arn('role/emergency')}, and the account has no such user or role: correct the entry, or whoever it should protect is not protected`,
  );
  expect(lockOut(arn('user/bem'))).toMatch(/it may mean ben$/);
});
