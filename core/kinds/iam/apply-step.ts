import type { Step } from '../../change/content/change.ts';
import { identityResource } from '../../change/content/identity-content.ts';
import { nounOf } from '../../change/content/resource-types.ts';
import type { Judge, Judgement, Write } from '../../change/engine/next-action.ts';
import type { IdentityResource } from '../../identity/identity-step.ts';
import { resourceKey } from '../../identity/identity-values.ts';
import { type LiveIdentities, liveValue } from './live.ts';

/** Why a change is stale: what a person approved is not what would happen. */
type StaleCode = 'TEXT_CHANGED' | 'ATTACHMENT_CHANGED' | 'MEMBERSHIP_CHANGED' | 'POLICY_GONE' | 'NAME_TAKEN';

/** Judges steps that are applied: every value must be exactly the one that was shown, or already the one that is wanted. */
export function judgeApply(live: LiveIdentities): Judge {
  return (step, { isOurs }) => {
    const value = liveValue(live, step.resource);
    const resource = identityResource(step.resource);
    // What has the name and was never sent by us is somebody else's, even with the same text.
    if (isMade(step) && value !== null && !isOurs)
      return stale('NAME_TAKEN', `${wordsFor(resource)} exists already`);
    if (value === step.after) return { verdict: 'done', told: null };
    if (value === step.before && live.gone.length > 0) {
      const detail = `${wordsFor(resource)} stays: ${live.gone.join(', ')} is not there any more, which was to stand in its place`;
      return stale(changedCode(resource), detail);
    }
    if (value === step.before) return { verdict: 'write', write: writeOf(step, step.before), told: null };
    if (value === null) return stale(goneCode(resource), `${wordsFor(resource)} is not there any more`);
    return stale(changedCode(resource), `somebody changed ${wordsFor(resource)} since it was read`);
  };
}

/** A step as it is sent over what stands there now. A policy that is still to be made is written over nothing: AWS takes no name twice. */
export function writeOf({ after, resource: of }: Step, before: string | null): Write {
  const resource = identityResource(of);
  const isNew = resource.type === 'managed-policy' && before === null;
  return { resource, before, after, existingId: isNew ? null : resourceKey(resource) };
}

/** A resource as a sentence names it. */
export function wordsFor(resource: IdentityResource): string {
  switch (resource.type) {
    case 'managed-policy':
      return `${nounOf(resource)} ${nameIn(resource.arn)}`;
    case 'inline-policy':
      return `${nounOf(resource)} ${resource.name} of ${resource.principal.type} ${resource.principal.name}`;
    case 'policy-attachment':
      return `${nounOf(resource)} of ${nameIn(resource.policyArn)} to ${resource.principal.type} ${resource.principal.name}`;
    case 'membership':
      return `${nounOf(resource)} of user ${resource.user} in group ${resource.group}`;
  }
}

function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function isMade({ before, resource: { type } }: Step): boolean {
  return before === null && (type === 'managed-policy' || type === 'inline-policy');
}

function goneCode({ type }: IdentityResource): StaleCode {
  return type === 'managed-policy' ? 'POLICY_GONE' : changedCode({ type });
}

function changedCode({ type }: Pick<IdentityResource, 'type'>): StaleCode {
  if (type === 'membership') return 'MEMBERSHIP_CHANGED';
  return type === 'policy-attachment' ? 'ATTACHMENT_CHANGED' : 'TEXT_CHANGED';
}

function stale(code: StaleCode, detail: string): Judgement {
  return { verdict: 'stop', failure: { code, detail } };
}
