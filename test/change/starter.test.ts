import { expect, test } from '@jest/globals';
import { starterOf } from '../../core/change/starter.ts';

const account = '111111111111';
const session = (role: string, name: string): string =>
  `arn:aws:sts::${account}:assumed-role/${role}/${name}`;
const one = (id: string, ...principals: string[]) => ({ id, name: id, email: id, principals });
const sso = 'AWSReservedSSO_Engineers_0123456789abcdef';
const approvers = [
  one('ana', `arn:aws:iam::${account}:role/approvers/Ana`),
  one('ben', `arn:aws:iam::${account}:user/ben`),
  one('cleo', session('Engineers', 'cleo'), session(sso, 'cleo@example.com')),
];
const configuration = { approvers, identityCenterRoles: [sso] };

test.each<[string, string, string | null | 'unknown']>([
  ['a user who is an approver', `arn:aws:iam::${account}:user/ben`, 'ben'],
  ['another user', `arn:aws:iam::${account}:user/eve`, null],
  ["a session of an approver's role", session('Ana', 'whatever'), 'ana'],
  ['a session that is called as an approver is', session('Engineers', 'cleo'), 'unknown'],
  ['another session of that role, which names itself', session('Engineers', 'zed'), 'unknown'],
  ["a session of a role that is nobody's", session('Auditors', 'zed'), null],
  ['the session of IAM Identity Center that is an approver', session(sso, 'cleo@example.com'), 'cleo'],
  ['another one, which was named for somebody else', session(sso, 'john@example.com'), null],
  ['a federated user, who names himself', `arn:aws:sts::${account}:federated-user/john`, 'unknown'],
  ['a federated user of another partition', `arn:aws-us-gov:sts::${account}:federated-user/john`, 'unknown'],
])('%s', (_, arn, expected) => {
  const starter =
    expected === 'unknown' ? { type: 'unknown' } : { type: 'principal', arn, approverId: expected };
  expect(starterOf({ type: 'principal', arn }, 'arn:of:the:function', configuration)).toEqual(starter);
  expect(starterOf({ type: 'caller' }, arn, configuration)).toEqual(starter);
});

test.each(['schedule', 'stale', 'unknown'] as const)('%s stays what it is, whatever runs it', (type) => {
  expect(starterOf({ type }, `arn:aws:iam::${account}:user/ben`, configuration)).toEqual({ type });
});

const path = 'aws-reserved/sso.amazonaws.com/eu-west-1/';
test.each<[string, readonly string[], boolean]>([
  ['is not listed', [], true],
  ['is listed by name', [sso], false],
  ['is listed by its ARN', [`arn:aws:iam::${account}:role/${sso}`], false],
  ['is listed by its ARN with the path', [`arn:aws:iam::${account}:role/${path}${sso}`], false],
  ['is listed for another account', [`arn:aws:iam::222222222222:role/${path}${sso}`], true],
  ['ends like a listed one', [sso.slice(-20)], true],
])('who holds a session of a role that %s', (_, identityCenterRoles, choseIt) => {
  const arn = session(sso, 'john@example.com');
  expect(starterOf({ type: 'caller' }, arn, { approvers, identityCenterRoles })).toEqual(
    choseIt ? { type: 'unknown' } : { type: 'principal', arn, approverId: null },
  );
});
