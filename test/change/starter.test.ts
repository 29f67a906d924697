import { expect, test } from '@jest/globals';
import { mailboxHash } from '../../core/base/mailbox.ts';
import { approvalsMissing } from '../../core/change/life/approvals.ts';
import type { Approval } from '../../core/change/life/events.ts';
import { isStarter, type Starter, starterAfter, starterOf } from '../../core/change/life/starter.ts';

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
const configuration = { approvers, identityCenterRoles: [sso, 'AWSReservedSSO_View_2'] };

test.each<[string, string, string | null | 'unknown']>([
  ['a user who is an approver', `arn:aws:iam::${account}:user/ben`, 'ben'],
  ['another user', `arn:aws:iam::${account}:user/eve`, null],
  ['an approver spelled in capitals', `arn:aws:iam::${account}:user/BEN`, 'ben'],
  ['an approver with a path', `arn:aws:iam::${account}:user/team/ben`, 'ben'],
  ["a session of an approver's role in other letters", session('ANA', 'whatever'), 'ana'],
  ['a user of that name in another account', 'arn:aws:iam::222222222222:user/ben', null],
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
    expected === 'unknown'
      ? { type: 'unknown' }
      : {
          ...{ type: 'principal', arn, approverId: expected },
          ...(expected === null ? {} : { mailbox: mailboxHash(expected) }),
        };
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

const started = (arn: string, approverId: string | null): Starter => ({ type: 'principal', arn, approverId });
const user = (name: string): string => `arn:aws:iam::${account}:user/${name}`;

test('two approvers are unknown, one and nobody is the one, and nobody is kept for later', () => {
  const [ana, ben] = [started(user('ana'), 'ana'), started(user('ben'), 'ben')];
  const eve = started(user('eve'), null);
  expect(starterAfter(ana, ben)).toEqual({ type: 'unknown' });
  expect(starterAfter(ana, { type: 'unknown' })).toEqual({ type: 'unknown' });
  for (const [one, other] of [
    [ana, eve],
    [eve, ana],
  ] as const)
    expect(starterAfter(one, other)).toEqual({ ...ana, others: [user('eve')] });
  for (const product of [{ type: 'schedule' }, { type: 'stale' }] as const)
    for (const whole of [starterAfter(ana, product), starterAfter(product, ana)]) expect(whole).toEqual(ana);
  // The same approver with other credentials: both are remembered.
  expect(starterAfter(ana, started(user('ana-2'), 'ana'))).toMatchObject({ others: [user('ana')] });
  // Whoever had the id before is another person.
  const [lead, next] = ['ben', 'ana'].map(
    (mailbox): Starter => ({ type: 'principal', arn: user('lead'), approverId: 'lead', mailbox }),
  ) as [Starter, Starter];
  expect(starterAfter(lead, next)).toEqual({ type: 'unknown' });
  expect(starterAfter(lead, eve)).toEqual({ ...lead, others: [user('eve')] });
  expect(starterAfter(lead, lead)).toEqual(lead);
  const many = Array.from({ length: 60 }, (_, index) => started(user(`eve-${index}`), null));
  expect(many.reduce<Starter>(starterAfter, { type: 'schedule' })).toEqual({ type: 'unknown' });
});

test.each<[string, Starter, readonly string[]]>([
  ['by the id of then', started(user('gone'), 'ben'), ['ben']],
  ['by credentials that are an approver’s now', started(user('ben'), 'old-ben'), ['ben']],
  ['by both, where the credentials went to another', started(user('ben'), 'ana'), ['ana', 'ben']],
  ['by earlier ones too', { ...started(user('eve'), null), others: [user('ben')] } as Starter, ['ben']],
  [
    'by any session of a role that names its sessions itself',
    started(session('Engineers', 'zed'), null),
    ['cleo'],
  ],
  [
    'by the mailbox alone',
    { ...started(user('gone'), 'old'), mailbox: mailboxHash('ben') } as Starter,
    ['ben'],
  ],
  ['by a principal in other letters', started(user('team/BEN'), null), ['ben']],
  [
    'by the session name of another listed role',
    started(session('AWSReservedSSO_View_2', 'Cleo@example.com'), null),
    ['cleo'],
  ],
  ['not by another session of IAM Identity Center', started(session(sso, 'john@example.com'), null), []],
])('an approver is a starter %s', (_, starter, expected) => {
  expect(approvers.filter(({ id }) => isStarter(starter, id, configuration)).map(({ id }) => id)).toEqual(
    expected,
  );
});

test.each<[string, Starter, readonly (readonly [string, (string | undefined)?, string?])[], number]>([
  ['the starter alone', started(user('ben'), 'ben'), [['ben']], 1],
  ['the starter and another', started(user('ben'), 'ben'), [['ben'], ['cleo']], 0],
  ['another alone', started(user('ben'), 'ben'), [['cleo']], 0],
  ['two who are both starters', started(user('ben'), 'ana'), [['ana'], ['ben']], 0],
  [
    'one person under two names',
    started(user('ben'), 'ben'),
    [
      ['ben', user('ben')],
      ['benny', user('ben')],
    ],
    1,
  ],
  [
    'one person by the credentials that are somebody else’s now',
    { type: 'unknown' },
    [['ana', user('ben')], ['ben']],
    1,
  ],
  [
    'the starter’s credentials under another name, which nobody has now',
    started(user('eve'), 'eve'),
    [['cleo', user('eve')]],
    1,
  ],
  [
    'one person by one mailbox under two ids',
    { type: 'unknown' },
    [
      ['deputy', undefined, 'ana'],
      ['ana', undefined, 'ana'],
    ],
    1,
  ],
  [
    'somebody whose id is another person’s now, and another',
    { type: 'unknown' },
    [['ana', undefined, 'ben'], ['cleo']],
    1,
  ],
  [
    'the starter by another id and mailbox',
    { ...started(user('gone'), 'old'), mailbox: mailboxHash('cleo') } as Starter,
    [['older', undefined, 'cleo']],
    1,
  ],
  ['credentials of a review that are tied to nobody, one person', started(user('eve'), null), [['ana']], 0],
  ['nobody known, one person', { type: 'unknown' }, [['ana']], 1],
  ['nobody known, two people', { type: 'unknown' }, [['ana'], ['ben']], 0],
])('missing approvals: %s', (_, starter, given, missing) => {
  const rule = { content: { requiredApprovals: 1 }, starter };
  expect(approvalsMissing(rule, approvalsOf(given), configuration)).toBe(missing);
});

/** Approvals by approver, his credentials and his mailbox, where he has them. */
function approvalsOf(given: readonly (readonly [string, (string | undefined)?, string?])[]): Approval[] {
  return given.map(([approverId, arn, email]): Approval => {
    const actor =
      arn === undefined
        ? ({ type: 'approver', id: approverId } as const)
        : ({ type: 'principal', id: arn } as const);
    const mailbox = email === undefined ? {} : { mailbox: mailboxHash(email) };
    return { approverId, actor, channel: 'iam', at: 0, accepted: [], ...mailbox };
  });
}

test.each<[string, Starter, readonly (readonly [string])[], number]>([
  ['credentials that are tied to nobody, one person', started(user('eve'), null), [['ana']], 1],
  ['credentials that are tied to nobody, two people', started(user('eve'), null), [['ana'], ['ben']], 0],
  ['credentials of a member account', started('arn:aws:iam::222222222222:role/Dev', null), [['cleo']], 1],
  [
    'a session of a role that names its sessions itself',
    started(session('Auditors', 'zed'), null),
    [['cleo']],
    1,
  ],
  [
    'a session of IAM Identity Center, and one whom it names otherwise',
    started(session(sso, 'john@example.com'), null),
    [['cleo']],
    0,
  ],
  [
    'a session of IAM Identity Center, and one whom it may name so',
    started(session(sso, 'john@example.com'), null),
    [['ana']],
    1,
  ],
  [
    'an approver by a link, who is known by no credentials',
    { ...started(user('ben'), 'ben'), others: ['approver/ben'] } as Starter,
    [['cleo']],
    0,
  ],
])('missing approvals of what is asked back: %s', (_, starter, given, missing) => {
  const rule = { content: { intent: 'give-back', requiredApprovals: 1 }, starter } as const;
  expect(approvalsMissing(rule, approvalsOf(given), configuration)).toBe(missing);
});

test('one Slack user is one person, whatever approver he was when he approved', () => {
  const rule = { content: { requiredApprovals: 2 }, starter: { type: 'schedule' } } as const;
  const inSlack = (approverId: string, slackUserId: string): Approval => {
    const actor = { type: 'approver', id: approverId, slackUserId } as const;
    return { approverId, actor, channel: 'slack', at: 0, accepted: [] };
  };
  const missing = (...approvals: readonly Approval[]) => approvalsMissing(rule, approvals, configuration);
  expect(missing(inSlack('ana', 'U1'), inSlack('ben', 'U2'))).toBe(0);
  expect(missing(inSlack('ana', 'U1'), inSlack('ben', 'U1'))).toBe(1);
});
