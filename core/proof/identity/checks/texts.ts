import { list } from '../../../base/counted.ts';
import { identityLimits } from '../../../base/limits.ts';
import type { AccountIdentities, Principal } from '../../../identity/account-identities.ts';
import { policyOf, principalOf } from '../../../identity/account-lookup.ts';
import { resourceKey, valueIn } from '../../../identity/identity-values.ts';
import { policyCharacters } from '../../../policy/size.ts';
import { checkSyntax } from '../../../policy/syntax.ts';
import { fails, holds } from '../../subject.ts';
import { effectOf } from '../losses.ts';
import type { IdentityCheck, IdentitySubject } from '../subject.ts';
import { unreadTexts } from '../texts.ts';

/** Every step starts from what was read, and AWS would take every text that is written, and every one that is deleted if it came back. */
export const syntax: IdentityCheck = {
  name: 'syntax',
  check: (subject) => {
    const { account, steps } = subject;
    if (steps.length === 0) return fails('there is no step');
    const keys = steps.map(({ resource }) => resourceKey(resource));
    const twice = keys.find((key, index) => keys.indexOf(key) !== index);
    if (twice !== undefined) return fails(`${twice} would be written twice`);
    for (const { resource, before, after } of steps) {
      if (valueIn(account, resource) !== before)
        return fails(`${resourceKey(resource)} is not what the edit starts from`);
      if (before === after) return fails(`${resourceKey(resource)} would not change`);
      if (resource.type !== 'managed-policy' && resource.type !== 'inline-policy') continue;
      const problems = checkSyntax(after ?? before ?? '', { characters: Number.POSITIVE_INFINITY });
      if (problems.length === 0) continue;
      const why = list(problems.map(({ detail }) => detail));
      return fails(
        after === null ? `${resourceKey(resource)} could not be put back once it is deleted: ${why}` : why,
      );
    }
    // A policy that the steps make is there afterwards alone, one that they delete before alone.
    const { after, losses } = effectOf(subject);
    const touched = losses.map(({ principal }) => principal);
    const unread = [...new Set([account, after].flatMap((state) => unreadTexts(state, touched)))];
    if (unread.length > 0) return fails(`the text of ${list(unread)} was not read`);
    return holds('every step starts from what was read; AWS takes the texts after');
  },
};

/** Texts, versions, attachments and policies are within the quotas of the account while the steps run and after them. */
export const quotas: IdentityCheck = {
  name: 'quotas',
  check: (subject) => {
    const { account, steps } = subject;
    const over =
      firstOf(steps, (step) => policyOverQuota(account, step)) ??
      firstOf(steps, (step) => principalOverQuota(subject, step));
    if (over !== null) return fails(over);
    return holds(
      account.quotas === null
        ? "texts and attachments are within AWS's default quotas; the account's own could not be read"
        : 'texts, versions, attachments and policies are within the quotas of the account',
    );
  },
};

type IdentityStep = IdentitySubject['steps'][number];

/** What is said of the first step of which something is said, or null. */
function firstOf(steps: readonly IdentityStep[], said: (step: IdentityStep) => string | null): string | null {
  for (const step of steps) {
    const words = said(step);
    if (words !== null) return words;
  }
  return null;
}

/** Why a managed policy would be too large, or one too many; null: it would not. */
function policyOverQuota(
  account: IdentitySubject['account'],
  { after, before, resource }: IdentityStep,
): string | null {
  if (resource.type !== 'managed-policy') return null;
  const limits = account.quotas;
  const characters = limits?.policyCharacters ?? identityLimits.policyCharacters;
  const size = withoutWhiteSpace(after ?? before ?? '');
  if (size > characters)
    return `the text of ${resource.arn} has ${size} characters, ${characters} are allowed${after === null ? ': it could not be put back once it is deleted' : ''}`;
  if (after === null || limits === null || policyOf(account, resource.arn)) return null;
  return limits.policiesInUse >= limits.policies
    ? `the account has ${limits.policiesInUse} of ${limits.policies} policies already`
    : null;
}

/** Why the inline policies or the attachments of a user, group or role would be too many; null: they would not. */
function principalOverQuota(
  subject: IdentitySubject,
  { after: written, resource }: IdentityStep,
): string | null {
  const { account } = subject;
  if (resource.type === 'inline-policy') {
    // What is deleted must have room where it was, so that it can be put back.
    const bearer = principalOf(written === null ? account : effectOf(subject).after, resource.principal);
    const size = (bearer?.inline ?? []).reduce((sum, { text }) => sum + withoutWhiteSpace(text), 0);
    const most = inlineCharacters(account, resource.principal.type);
    if (size > most)
      return `the inline policies of ${resource.principal.name} have ${size} of ${most} characters`;
  }
  if (resource.type === 'policy-attachment') {
    const { count, most } = attachments(subject, resource.principal);
    if (count > most)
      return `${resource.principal.name} would have ${count} policies attached, ${most} are allowed`;
  }
  return null;
}

/** The most attachments of a principal at any time: what is granted is attached before anything is detached. */
function attachments(
  { account, steps }: IdentitySubject,
  name: { readonly type: Principal['type']; readonly name: string },
): { readonly count: number; readonly most: number } {
  const added = steps.filter(
    ({ resource, after }) =>
      resource.type === 'policy-attachment' &&
      after !== null &&
      resource.principal.type === name.type &&
      resource.principal.name === name.name,
  ).length;
  const { quotas } = account;
  const mostByType = {
    user: quotas?.attachedPoliciesPerUser,
    group: quotas?.attachedPoliciesPerGroup,
    role: quotas?.attachedPoliciesPerRole,
  };
  const now = principalOf(account, name)?.attached.length ?? 0;
  return { count: now + added, most: mostByType[name.type] ?? identityLimits.attachedPolicies };
}

function inlineCharacters({ quotas }: AccountIdentities, type: Principal['type']): number {
  const byType = {
    user: quotas?.userInlineCharacters,
    group: quotas?.groupInlineCharacters,
    role: quotas?.roleInlineCharacters,
  };
  return byType[type] ?? identityLimits.inlineCharacters[type];
}

/** White space does not count in policies of IAM (IAM User Guide, "IAM and AWS STS quotas"). */
function withoutWhiteSpace(text: string): number {
  return policyCharacters(text.replace(/\s/g, ''));
}
