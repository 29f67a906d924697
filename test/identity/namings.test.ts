import { expect, test } from '@jest/globals';
import { accountAfter } from '../../core/identity/account-after.ts';
import { policyOf } from '../../core/identity/account-lookup.ts';
import { defaultTextOf } from '../../core/identity/identity-values.ts';
import { namingsOf } from '../../core/identity/naming-texts.ts';
import { identityReviewOf } from '../support/account-builder.ts';

const arn = 'arn:aws:iam::222222222222:role/team/deployer';
const unnamed = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
const passing = (Resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iam:PassRole', Resource }],
});
const accountWith = (text: unknown) =>
  identityReviewOf(
    {
      roles: [{ name: 'deployer', path: '/team/' }],
      users: [{ name: 'bearer', policies: ['Other'] }],
      policies: [{ name: 'Other', versions: [text] }],
    },
    {},
  ).facts.identities;
const id = accountWith(unnamed).roles.find((role) => role.arn === arn)?.id ?? '';
const asSession = 'arn:aws:sts::222222222222:assumed-role/deployer/run-1';

test.each<[string, unknown, readonly string[]]>([
  ['its ARN', passing(arn), ['Other']],
  ['its ARN, with an escape in it', JSON.stringify(passing(arn)).replaceAll('/', '\\/'), ['Other']],
  ['its unique id', passing(id), ['Other']],
  ['the ARN of a session of it', passing(asSession), ['Other']],
  ['its ARN in a text that cannot be read', `{"Statement": "${arn}`, ['Other']],
  ['a role whose name begins as its own', passing(`${arn}-2`), []],
  ['a role of the same name under another path', passing('arn:aws:iam::222222222222:role/deployer'), []],
  ['a wildcard that happens to match', passing('arn:aws:iam::222222222222:role/team/*'), []],
  ['something else', unnamed, []],
])('a policy with %s', (_, text, policies) => {
  expect(namingsOf(accountWith(text), arn)).toEqual({ trusts: [], policies });
});

test('what steps write counts as what was read, and of two texts of one policy the last', () => {
  const account = accountWith(unnamed);
  const policyArn = account.policies[0]?.arn ?? '';
  const write = (after: object) =>
    ({
      resource: { type: 'managed-policy', arn: policyArn },
      before: null,
      after: JSON.stringify(after),
    }) as const;
  const once = accountAfter(account, [write(passing(arn))]);
  expect(namingsOf(once, arn).policies).toEqual(['Other']);
  const twice = accountAfter(once, [write(unnamed)]);
  expect(namingsOf(twice, arn).policies).toEqual([]);
  const both = accountAfter(account, [write(passing(arn)), write(unnamed)]);
  const policy = policyOf(both, policyArn);
  expect(policy && defaultTextOf(policy)).toBe(JSON.stringify(unnamed));
});
