import type { IdentityResource, IdentityStep } from '../../identity/identity-step.ts';
import type { ChangeContent, Resource } from './change.ts';
import type { IdentityPart } from './identity-part.ts';

/** What a change of kind `iam` says of its account. Throws for another kind: that is a bug. */
export function identityPartOf({ id, identity }: Pick<ChangeContent, 'id' | 'identity'>): IdentityPart {
  if (identity === undefined) throw new Error(`${id} is no change of an account's IAM`);
  return identity;
}

/** The steps as those of an account's IAM. Throws where one writes something else: that is a bug. */
export function identityStepsOf({ steps }: Pick<ChangeContent, 'steps'>): readonly IdentityStep[] {
  return steps.map(({ resource, before, after }) => ({
    resource: identityResource(resource),
    before,
    after,
  }));
}

/** A resource as that of an account's IAM. Throws where it is something else: that is a bug. */
export function identityResource(resource: Resource): IdentityResource {
  if (resource.type !== 'policy-text' && resource.type !== 'attachment') return resource;
  throw new Error(`a step writes ${resource.type}: it is no step of an account's IAM`);
}
