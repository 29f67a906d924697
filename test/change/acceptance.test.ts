import { expect, test } from '@jest/globals';
import { checksToAccept } from '../../core/change/content/acceptance.ts';
import type { Step } from '../../core/change/content/change.ts';

const user = { type: 'user', name: 'ana' } as const;
const policyArn = 'arn:aws:iam::222222222222:policy/Broad';
const attachment = { type: 'policy-attachment', principal: user, policyArn } as const;
const detach: Step = { resource: attachment, before: 'attached', after: null };
const attachCopy: Step = {
  resource: { ...attachment, policyArn: `${policyArn}-narrowed` },
  before: null,
  after: 'attached',
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
  ['a narrowed copy takes its place', [attachCopy, detach], false],
  ['somebody gets a policy', [attachCopy], false],
])('what nobody can see is accepted by name where %s', (_, steps, wanted) => {
  const check = { name: 'untracked-actions', verdict: 'not-proven', detail: 'iam:PassRole' } as const;
  const certificate = { ok: true, checks: [check] };
  const accepted = checksToAccept({ certificate, steps } as never, []);
  expect(accepted).toEqual(wanted ? ['untracked-actions'] : []);
  const proven = { ok: true, checks: [{ ...check, verdict: 'ok' }] };
  expect(checksToAccept({ certificate: proven, steps } as never, [])).toEqual([]);
});
