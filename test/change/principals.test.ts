import { describe, expect, test } from '@jest/globals';
import { approverOf, isPrincipalOf } from '../../core/change/life/principals.ts';
import { benUser } from '../flow/ports.ts';

describe('which principal is which approver', () => {
  const role = 'arn:aws:iam::111111111111:role/approvers/Ana';
  const session = (name: string, account = '111111111111'): string =>
    `arn:aws:sts::${account}:assumed-role/${name}/someone`;
  test.each<[string, readonly string[], string, boolean]>([
    ['the role itself', [role], role, true],
    ['a session of a role with a path', [role], session('Ana'), true],
    ['a session of a role without one', ['arn:aws:iam::111111111111:role/Ana'], session('Ana'), true],
    ['a session of another role', [role], session('Anabel'), false],
    ['a session of a role of that name elsewhere', [role], session('Ana', '222222222222'), false],
    ['one session by name', [session('Ana')], session('Ana'), true],
    ['another session of it', [`${session('Ana')}2`], session('Ana'), false],
    ['a session is not its role', [session('Ana')], 'arn:aws:iam::111111111111:role/Ana', false],
    ['a role without its path is none that calls', [role], 'arn:aws:iam::111111111111:role/Ana', false],
    ['a user', [benUser], benUser, true],
    ['a user of a like name', [benUser], `${benUser}2`, false],
    ['a role called as a user', ['arn:aws:iam::111111111111:user/Ana'], session('Ana'), false],
    ['nobody', [], session('Ana'), false],
    ['a pattern is none', ['arn:aws:iam::111111111111:role/*'], session('Ana'), false],
  ])('%s', (_, principals, arn, expected) => {
    expect(isPrincipalOf({ principals: [...principals] }, arn)).toBe(expected);
  });
});

test('who is configured with exactly this session comes before who has the role', () => {
  const session = 'arn:aws:sts::111111111111:assumed-role/Admin/ana';
  const one = (id: string, principal: string) => ({ id, name: id, email: id, principals: [principal] });
  const role = one('ben', 'arn:aws:iam::111111111111:role/Admin');
  expect(approverOf([role, one('ana', session)], session)?.id).toBe('ana');
  expect(approverOf([role], session)?.id).toBe('ben');
  expect(approverOf([role], 'arn:aws:iam::111111111111:user/eve')).toBeNull();
});
