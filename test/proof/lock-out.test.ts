import { describe, expect, test } from '@jest/globals';
import { editOf } from '../../core/change/content/edit.ts';
import { prove } from '../../core/proof/certificate.ts';
import { review } from '../../core/review/review.ts';
import { day, fullAccess, now, policy, reportOf, reviewOf, target } from '../support/small-world.ts';
import { allow, dev, guard, ours, services, subject, text, tree, usual } from './good-edit.ts';

describe('principals that a deny leaves free', () => {
  const lockOut = (settings: object, partition?: string) => {
    const principals = Object.values(settings).flat();
    const after = text(allow, guard, {
      ...ours,
      Condition: { ArnNotLike: { 'aws:PrincipalArn': principals } },
    });
    const given = subject({ settings, edit: { after }, ...(partition ? { partition } : {}) });
    return prove(given).checks.find(({ name }) => name === 'no-lock-out');
  };
  const role = (account: string, partition = 'aws') => `arn:${partition}:iam::${account}:role/BreakGlass`;
  test.each([
    ['a member account', role('222222222221'), undefined, 'ok'],
    ['the management account', role('111111111111'), undefined, 'ok'],
    ['every account', role('*'), undefined, 'ok'],
    ['some accounts', role('2222*'), undefined, 'ok'],
    ['an account of somebody else', role('999999999999'), undefined, 'not-proven'],
    ['accounts of nobody', role('9*'), undefined, 'not-proven'],
    ['the partition of the organization', role('*', 'aws-cn'), 'aws-cn', 'ok'],
    ['another partition', role('*', 'aws-cn'), 'aws', 'not-proven'],
    ['another partition where it is not known', role('*', 'aws-cn'), undefined, 'ok'],
    ['any partition', role('*', '*'), 'aws-cn', 'ok'],
  ])('%s', (_, principal, partition, verdict) => {
    for (const key of ['breakGlass', 'exemptPrincipals']) {
      const result = lockOut({ [key]: [principal] }, partition);
      expect(result?.verdict).toBe(verdict);
      if (verdict !== 'ok') expect(result?.detail).toContain(principal);
    }
  });

  const breakGlass = role('*');
  const freed = { ArnNotLike: { 'aws:PrincipalArn': [breakGlass] } };
  const deny = (action: string | string[], more: object = {}) => ({
    ...{ Sid: 'Theirs', Effect: 'Deny', Action: action, Resource: '*' },
    ...more,
  });
  const notAction = {
    Sid: 'Theirs',
    Effect: 'Deny',
    NotAction: ['iam:*', 'sts:*', 'organizations:*'],
    Resource: '*',
  };
  const inRegion = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
  test.each<[string, object, boolean]>([
    ['of one action', deny('lex:DeleteBot'), true],
    ['of the service on a condition', deny('lex:*', { Condition: inRegion }), true],
    ['of the service on some resources', deny('lex:*', { Resource: 'arn:aws:lex:*:*:bot/old' }), true],
    ['of all but others', { ...notAction, Condition: inRegion }, true],
    ['of another service', deny('polly:*', { Condition: inRegion }), false],
    ['that leaves the principal free', deny('lex:*', { Condition: { ...inRegion, ...freed } }), false],
    [
      'that leaves it free by a pattern',
      deny('lex:*', {
        Condition: { ...inRegion, ArnNotLike: { 'aws:principalarn': 'arn:aws:iam::*:role/Break*' } },
      }),
      false,
    ],
  ])('an older deny %s is no fault of the edit', (_, theirs, isTold) => {
    const earlier = text(allow, theirs);
    const given = subject({
      settings: { breakGlass: [breakGlass] },
      policies: [fullAccess(tree), policy('p-trial0001', earlier, [target(tree, dev)])],
      edit: { before: earlier, after: text(allow, theirs, { ...ours, Condition: freed }) },
    });
    const result = prove(given).checks.find(({ name }) => name === 'no-lock-out');
    expect(result?.verdict).toBe('ok');
    expect(result?.detail.includes(`binds ${breakGlass} and stands as before`)).toBe(isTold);
  });

  const old = { ...ours, Action: ['dms:*'] };
  test.each<[string, string | null, string, string]>([
    ['a new SCP', null, text(ours), 'failed'],
    ['a statement of ours extended', text(allow, old), text(allow, ours), 'failed'],
    ['a statement of ours that loses a service', text(allow, ours), text(allow, old), 'ok'],
    [
      'one extended that leaves the principal free',
      text({ ...old, Condition: freed }),
      text({ ...ours, Condition: freed }),
      'ok',
    ],
    ['an exemption taken out', text({ ...ours, Condition: freed }), text(ours), 'failed'],
    [
      'another condition beside a good statement',
      text(allow, deny('lex:*', { Condition: freed })),
      text(allow, deny('lex:*', { Condition: inRegion }), { ...ours, Condition: freed }),
      'failed',
    ],
    ['a deny of all but others added', text(allow), text(allow, notAction), 'failed'],
    ['a text before that cannot be read', '{', text(ours), 'failed'],
  ])('%s', (_, earlier, after, verdict) => {
    const given = subject({
      settings: { breakGlass: [breakGlass] },
      edit: { policyId: earlier === null ? null : 'p-trial0001', before: earlier, after },
    });
    const found = prove(given).checks.find(({ name }) => name === 'no-lock-out');
    expect(found?.detail).toContain(
      verdict === 'ok' ? 'stand as before' : `principal ${breakGlass} is not exempt`,
    );
    expect(found?.verdict).toBe(verdict);
  });

  test('one principal given twice counts once', () => {
    expect(lockOut({ breakGlass: [role('*'), role('*')] })?.detail).toContain(
      '1 break-glass principal exempt',
    );
  });
});

test.each([
  ['one action of it', { Action: 'lex:DeleteBot' }],
  [
    'it on a condition',
    { Action: 'lex:*', Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } },
  ],
  ['some resources of it', { Action: ['lex:*', 'dms:*'], Resource: 'arn:aws:lex:*:*:bot/old' }],
])('a change is proposed where somebody else denies %s in the same SCP', (_, part) => {
  const theirs = { Sid: 'Theirs', Effect: 'Deny', Resource: '*', ...part };
  const { facts, request } = reviewOf(tree, {
    settings: { breakGlass: ['arn:aws:iam::*:role/BreakGlass'] },
    policies: [fullAccess(tree), policy('p-trial0001', text(allow, theirs), [target(tree, dev)])],
    reports: [
      reportOf(
        tree,
        'r-test',
        [...usual, { accountId: '333333333331', service: 'lex', at: now - day }],
        services,
      ),
      reportOf(tree, dev, usual, services),
      reportOf(tree, 'ou-test-prod0000', [], services),
    ],
    request: { scopeId: dev },
  });
  const { changes, refusals } = review(facts, request);
  expect(refusals.filter(({ code }) => code === 'CERTIFICATE_FAILED')).toEqual([]);
  const [change] = changes.filter((each) => editOf(each).policyId === 'p-trial0001');
  expect(change?.services).toEqual(expect.arrayContaining(['dms', 'lex']));
  expect(change?.certificate.checks.find(({ name }) => name === 'no-lock-out')).toMatchObject({
    verdict: 'ok',
    detail: expect.stringContaining('stands as before'),
  });
});
