import { expect, test } from '@jest/globals';
import { checksToAccept } from '../../core/change/content/acceptance.ts';
import type { Step } from '../../core/change/content/change.ts';
import { quarantinePolicy } from '../../core/identity/quarantine.ts';

const user = { type: 'user', name: 'ana' } as const;
const policyArn = 'arn:aws:iam::222222222222:policy/Broad';
const attachment = { type: 'policy-attachment', principal: user, policyArn } as const;
const detach: Step = { resource: attachment, before: 'attached', after: null };
const attachCopy: Step = {
  resource: { ...attachment, policyArn: `${policyArn}-narrowed` },
  before: null,
  after: 'attached',
};
const copyArn = `${policyArn}-narrowed`;
const makeCopy: Step = { resource: { type: 'managed-policy', arn: copyArn }, before: null, after: '{}' };
const copyForBen: Step = {
  ...attachCopy,
  resource: { ...attachment, policyArn: copyArn, principal: { type: 'user', name: 'ben' } },
};
const second: readonly Step[] = [
  { ...makeCopy, resource: { type: 'managed-policy', arn: `${copyArn}-2` } },
  { ...attachCopy, resource: { ...attachment, policyArn: `${copyArn}-2` } },
];
const otherGoes: Step = {
  ...detach,
  resource: { ...attachment, policyArn: 'arn:aws:iam::222222222222:policy/Second' },
};
const stop: Step = {
  resource: {
    type: 'inline-policy',
    principal: { type: 'role', name: 'forgotten' },
    name: quarantinePolicy.name,
  },
  before: null,
  after: quarantinePolicy.text,
};
const leave: Step = {
  resource: { type: 'membership', user: 'ana', group: 'builders' },
  before: 'member',
  after: null,
};
const inline = { type: 'inline-policy', principal: user, name: 'own' } as const;
const narrow: Step = {
  resource: { type: 'managed-policy', arn: policyArn },
  before: '{"old":1}',
  after: '{"new":1}',
};

test.each<[string, readonly Step[], boolean]>([
  ['somebody loses a policy', [detach], true],
  ['somebody leaves a group', [leave], true],
  ['an inline policy goes', [{ resource: inline, before: '{}', after: null }], true],
  ['a text is narrowed: what nobody can see stays in it', [narrow], false],
  ['a narrowed copy takes its place', [makeCopy, attachCopy, detach], false],
  ['a second copy takes its place', [...second, detach], false],
  [
    'another policy goes beside one whose copy takes its place',
    [makeCopy, attachCopy, detach, otherGoes],
    true,
  ],
  ['the copy goes to somebody else', [makeCopy, copyForBen, detach], true],
  ['an older policy of the name of a copy is attached', [attachCopy, detach], true],
  ['a role is stopped', [stop], true],
  ['somebody gets a policy', [attachCopy], false],
])('what nobody can see is accepted by name where %s', (_, steps, wanted) => {
  const check = { name: 'untracked-actions', verdict: 'not-proven', detail: 'iam:PassRole' } as const;
  const certificate = { ok: true, checks: [check] };
  const accepted = checksToAccept({ certificate, steps } as never, []);
  expect(accepted).toEqual(wanted ? ['untracked-actions'] : []);
  const proven = { ok: true, checks: [{ ...check, verdict: 'ok' }] };
  expect(checksToAccept({ certificate: proven, steps } as never, [])).toEqual([]);
});

const denial: Step = {
  resource: { type: 'policy-text', policyId: 'p-1' },
  before: '{}',
  after: '{}',
} as never;

test.each<[string, readonly Step[], boolean]>([
  ['an edit of IAM', [narrow], true],
  ['an edit of an SCP', [denial], false],
])('that nobody is locked out of it is accepted by name where it is not proven: %s', (_, steps, wanted) => {
  const checks = [{ name: 'no-lock-out', verdict: 'not-proven', detail: 'not every SCP was read' }];
  const accepted = checksToAccept({ certificate: { ok: true, checks }, steps } as never, []);
  expect(accepted).toEqual(wanted ? ['no-lock-out'] : []);
});
