import { expect, test } from '@jest/globals';
import { proveIdentityEdit } from '../../../core/proof/identity/certificate.ts';
import type { IdentitySubject } from '../../../core/proof/identity/subject.ts';
import { arn, goodEdit, managed, policyArn, report, row, text, user } from './good-identity-edit.ts';

const { account } = goodEdit;
const lexGoes = report(policyArn, [row('s3', 2, [arn('user/ana')]), row('lex', null)]);
const edit = (before: string, after: string, boundary: string | null = null): IdentitySubject => ({
  ...goodEdit,
  account: {
    ...account,
    users: [
      user('ana', { boundary }),
      user('ben', { boundary }),
      ...account.users.filter(({ name }) => name === 'root-of-all'),
    ],
    policies: [
      managed('Builders', before),
      managed('Limit', text(['s3:*', 'lex:*'])),
      ...account.policies.slice(1),
    ],
  },
  steps: [{ resource: { type: 'managed-policy', arn: policyArn }, before, after }],
  reports: [lexGoes],
  knownActions: new Map([...goodEdit.knownActions, ['sqs', ['SendMessage']], ['rds-db', ['connect']]]),
});
const notOk = (subject: IdentitySubject): readonly string[] =>
  proveIdentityEdit(subject).checks.flatMap(({ name, verdict }) =>
    verdict === 'ok' || name === 'regions' ? [] : [`${name} ${verdict}`],
  );
const unknown = ['evidence-complete failed', 'nothing-used-lost failed', 'only-intended-lost failed'];

test.each<[string, IdentitySubject, readonly string[]]>([
  ['a service that no report lists', edit(text(['s3:*', 'lex:*', 'sqs:*']), text(['s3:*'])), unknown],
  [
    'the same, beyond the boundary of all who bear it',
    edit(text(['s3:*', 'lex:*', 'sqs:*']), text(['s3:*']), arn('policy/Limit')),
    [],
  ],
  [
    'within the boundary',
    edit(text(['s3:*', 'lex:*', 'sqs:*']), text(['s3:*']), arn('policy/Admin')),
    unknown,
  ],
  [
    'a service of which reports may show nothing, named by the text',
    edit(text(['s3:*', 'lex:*', 'rds-db:*']), text(['s3:*'])),
    [...unknown, 'untracked-actions failed'],
  ],
  [
    'the same, reached by a broad pattern alone',
    {
      ...edit(text(['*']), text(['s3:*', 'iam:*', 'sqs:*'])),
      services: ['lex'],
    },
    ['untracked-actions not-proven'],
  ],
  [
    'a service in use that is written action by action: what AWS adds to it later',
    edit(text(['s3:*', 'lex:*']), text(['s3:GetObject', 's3:DeleteBucket', 's3:PutObject'])),
    ['untracked-actions not-proven'],
  ],
  [
    'the same without an action that is known',
    edit(text(['s3:*', 'lex:*']), text(['s3:GetObject', 's3:DeleteBucket'])),
    ['nothing-used-lost failed', 'only-intended-lost failed'],
  ],
])('%s', (_, subject, expected) => {
  expect([...notOk(subject)].sort()).toEqual([...expected].sort());
});
