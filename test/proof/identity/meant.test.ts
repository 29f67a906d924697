import { expect, test } from '@jest/globals';
import { proveIdentityEdit } from '../../../core/proof/identity/certificate.ts';
import type { IdentitySubject } from '../../../core/proof/identity/subject.ts';
import { arn, goodEdit, managed, policyArn, report, row, user } from './good-identity-edit.ts';

// The group `builders` (ana, ben) loses the policy, of which nobody in it used anything; cleo bears it too and uses s3:GetObject.
const { account } = goodEdit;
const text = (Action: readonly string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
const before = text(['s3:GetObject', 's3:PutObject', 's3:PutObjectAcl']);
const s3 = (days: number | null, put: number | null) => ({
  ...row('s3', days, days === null ? [] : [arn('user/cleo')]),
  actions: [
    ['GetObject', days],
    ['PutObject', put],
    ['PutObjectAcl', null],
  ].map(([name, at]) => ({
    name: String(name),
    lastAccessedAt: typeof at === 'number' ? goodEdit.asOf - at * 86_400_000 : null,
    lastAccessedRegion: null,
  })),
});
const edit = (
  after: string,
  meant: IdentitySubject['meant'],
  put: number | null = null,
): IdentitySubject => ({
  ...goodEdit,
  account: {
    ...account,
    users: [...account.users, user('cleo', { groups: [], attached: [policyArn] })],
    policies: [managed('Builders', before), ...account.policies.slice(1)],
  },
  steps: [
    { resource: { type: 'managed-policy', arn: policyArn }, before, after },
    {
      resource: { type: 'policy-attachment', principal: { type: 'group', name: 'builders' }, policyArn },
      before: 'attached',
      after: null,
    },
  ],
  services: ['s3'],
  actions: ['s3:PutObject'],
  meant,
  reports: [
    report(policyArn, [s3(2, put)]),
    report(arn('group/builders'), [row('s3', null)]),
    ...['ana', 'ben'].map((name) => report(arn(`user/${name}`), [row('s3', null)])),
    report(arn('user/cleo'), [s3(2, put)]),
  ],
  knownActions: new Map([...goodEdit.knownActions, ['s3', ['GetObject', 'PutObject', 'PutObjectAcl']]]),
});
const narrowed = text(['s3:GetObject', 's3:PutObjectAcl']);
const apart = [
  { steps: [0], services: [], actions: ['s3:PutObject'] },
  { steps: [1], services: ['s3'], actions: [] },
];

test.each<[string, IdentitySubject, string | null]>([
  ['each step takes what it is meant to take', edit(narrowed, apart), null],
  [
    'the narrowed text drops an action more, of a service that goes whole from others',
    edit(text(['s3:GetObject']), apart),
    `only-intended-lost: ${arn('user/cleo')} would lose s3:PutObjectAcl as well`,
  ],
  [
    'the detached policy was meant to take one action only',
    edit(narrowed, [{ steps: [0, 1], services: [], actions: ['s3:PutObject'] }]),
    `only-intended-lost: ${arn('user/ana')} would lose s3:GetObject, s3:PutObjectAcl as well`,
  ],
  [
    'no step was meant to take anything from whom it touches',
    edit(narrowed, [{ steps: [0], services: [], actions: ['s3:PutObject'] }]),
    `only-intended-lost: ${arn('user/ana')} would lose s3:GetObject, s3:PutObjectAcl as well`,
  ],
  [
    'the action that goes in part was used',
    edit(narrowed, apart, 3),
    `nothing-used-lost: ${arn('user/cleo')} would lose s3:PutObject, last attempted on 2026-11-25 by the report of ${policyArn}`,
  ],
])('%s', (_, subject, expected) => {
  const failed = proveIdentityEdit(subject).checks.filter(({ verdict }) => verdict === 'failed');
  expect(failed.map(({ detail, name }) => `${name}: ${detail}`).join('\n') || null).toBe(expected);
});
