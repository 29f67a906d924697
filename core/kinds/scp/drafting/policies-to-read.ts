import type { Configuration } from '../../../base/configuration.ts';
import { chainOf, entityOf, type OrganizationTree } from '../../../organization/organization.ts';
import { indexPolicies } from '../../../policy/policy-index.ts';
import { isRead, type ServiceControlPolicy } from '../../../policy/service-control-policy.ts';
import { obstacleTo } from './candidates.ts';

/** What a review looks at. */
export interface ReadingWish {
  readonly scopeId: string;
  /** The SCP that the caller wants the denials in. */
  readonly policyId?: string;
  /** SCPs of open and applied changes, wherever they are attached. */
  readonly policyIds: readonly string[];
  readonly configuration: Configuration;
}

/**
 * The SCPs whose texts a review needs, of those known so far: on the chain of the scope and below it, the one asked for,
 * and those of changes. For each SCP with a target in scope that may be edited, also those on the chains of all its
 * targets and below them. The proof compares every account that an edit reaches under its real chain. Asked again once
 * more texts and tags are known, until none of them is unread.
 */
export function policiesToRead(
  tree: OrganizationTree,
  policies: readonly ServiceControlPolicy[],
  { configuration, policyId, policyIds, scopeId }: ReadingWish,
): readonly string[] {
  const inScope = below(tree, [scopeId]);
  const policyIndex = indexPolicies(tree, policies);
  const candidates = policies.filter(
    (policy) =>
      isRead(policy) &&
      (policy.id === policyId || policy.targets.some(({ id }) => inScope.has(id))) &&
      obstacleTo(policyIndex, { configuration, revertedChanges: [] }, policy) === null,
  );
  const targetIds = candidates.flatMap(({ targets }) => targets.map(({ id }) => id));
  const named = [...policyIds, ...(policyId === undefined ? [] : [policyId])];
  return policiesAround(tree, policies, [scopeId, ...targetIds], named);
}

/** The ids of the SCPs that bind any account below one of the entities, and of those named, as far as they are attached somewhere. */
export function policiesAround(
  tree: OrganizationTree,
  policies: readonly ServiceControlPolicy[],
  entityIds: readonly string[],
  policyIds: readonly string[],
): readonly string[] {
  const around = new Set<string>();
  for (const id of entityIds)
    if (tree.entities.has(id)) for (const above of chainOf(tree, id)) around.add(above.id);
  for (const id of below(tree, entityIds)) around.add(id);
  const named = new Set(policyIds);
  return policies
    .filter(
      ({ id, targets }) => targets.length > 0 && (named.has(id) || targets.some((on) => around.has(on.id))),
    )
    .map(({ id }) => id);
}

/** The entities and everything below them. */
function below(tree: OrganizationTree, entityIds: readonly string[]): ReadonlySet<string> {
  const found = new Set(entityIds.filter((id) => tree.entities.has(id)));
  // What is added to a set while it is walked is walked too.
  for (const id of found) for (const childId of entityOf(tree, id).childIds) found.add(childId);
  return found;
}
