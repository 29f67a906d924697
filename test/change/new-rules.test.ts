import { expect, test } from '@jest/globals';
import type { ChangeContent } from '../../core/change/content/change.ts';
import { approvedStands } from '../../core/kinds/iam/approval-proof.ts';
import { noLockOut, owner } from '../../core/proof/identity/checks/care.ts';
import { permissionAge } from '../../core/proof/identity/checks/permission-age.ts';
import {
  type IdentityCheck,
  type IdentitySubject,
  runIdentityCheck,
} from '../../core/proof/identity/subject.ts';
import type { CheckResult } from '../../core/proof/verdict.ts';
import {
  arn,
  configured,
  daysAgo,
  goodEdit,
  managed,
  text,
  user,
} from '../proof/identity/good-identity-edit.ts';

const none = { ...goodEdit, grantedSince: new Map<string, number>() };
const young = {
  ...none,
  account: {
    ...none.account,
    users: [...none.account.users, user('cleo', { createdAt: daysAgo(30) })],
  },
};
const newerAlso = {
  ...none,
  account: {
    ...none.account,
    policies: none.account.policies.map((each) => ({
      ...each,
      versions: each.versions.map((version) => ({ ...version, createdAt: daysAgo(2) })),
    })),
  },
};
const untagged = {
  ...goodEdit,
  account: {
    ...goodEdit.account,
    policies: goodEdit.account.policies.map((each) => ({ ...each, tags: null })),
  },
};

const everything = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
const unreadAbove = {
  ...goodEdit,
  account: {
    ...goodEdit.account,
    users: [user('ana'), user('boss', { groups: [], attached: [arn('policy/Admin')] })],
    policies: [managed('Builders', text(['*'])), managed('Admin', everything)],
  },
  steps: goodEdit.steps.map((step) => ({ ...step, before: text(['*']) })),
  controls: { ...goodEdit.controls, levels: [[everything, null]] },
};

/** Why what was approved while the check was `ok` does not stand. */
function whyNot(check: IdentityCheck, now: IdentitySubject, was: Partial<CheckResult> = {}): string | null {
  const before = { name: check.name, verdict: 'ok', detail: 'as it was', ...was };
  const content = {
    kind: 'iam',
    steps: goodEdit.steps,
    certificate: { ok: true, checks: [before] },
    identity: {
      accountId: goodEdit.account.accountId,
      deleted: [],
      principals: ['user/ana', 'user/ben', 'user/cleo', 'group/builders'].map(arn),
      meant: null,
      evidence: [],
    },
    services: ['lex'],
    reportedArns: [],
  } as unknown as ChangeContent;
  const failure = approvedStands(content, {
    read: goodEdit.account,
    written: [],
    account: goodEdit.account,
    controls: goodEdit.controls,
    reports: [],
    certificate: { ok: true, checks: [runIdentityCheck(check, now)] },
  });
  return failure?.code ?? null;
}

test.each<[string, IdentityCheck, IdentitySubject]>([
  ['since when the bearers have it', permissionAge, none],
  ['the same with one who is young', permissionAge, young],
  [
    'an entry of breakGlass that may be mistyped',
    noLockOut,
    {
      ...goodEdit,
      configuration: configured({ breakGlass: [arn('user/bem')] }),
    },
  ],
  ['SCPs that were not read', noLockOut, unreadAbove],
  ['tags that were not read', owner, untagged],
])('what an earlier version proved stands, what this one proved does not: %s', (_, check, now) => {
  expect(runIdentityCheck(check, now).verdict).toBe('not-proven');
  expect(whyNot(check, now)).toBeNull();
  expect(whyNot(check, now, { code: 'PROVEN' })).toBe('PROOF_WEAKER');
});

test('whatever else is open as well is weaker than what was approved', () => {
  expect(whyNot(permissionAge, newerAlso)).toBe('PROOF_WEAKER');
});
