import type { Configuration } from '../../../base/configuration.ts';
import { rememberedFor } from '../../../base/remembered.ts';
import { matchesGlob } from '../../../finding/exemptions.ts';
import { type Coverage, coverageOf, covers, reachesOutside } from '../../../organization/coverage.ts';
import {
  chainOf,
  type Entity,
  isWithin,
  lowestCommonEntity,
  type OrganizationTree,
} from '../../../organization/organization.ts';
import { ourDeniedServices } from '../../../policy/deny-statement.ts';
import { ownershipOf, ownershipSentence, type RevertedChange } from '../../../policy/foreign-policies.ts';
import type { PolicyIndex } from '../../../policy/policy-index.ts';
import {
  isRead,
  type ReadPolicy,
  type ServiceControlPolicy,
} from '../../../policy/service-control-policy.ts';
import { policyCharacters } from '../../../policy/size.ts';

/** Why an SCP is looked at for an entity, best first. */
export type CandidateRank = 'asked-for' | 'attached' | 'inside';

/** An SCP that reaches every ACTIVE account of an entity, and how well it fits. */
export interface Candidate {
  readonly policy: ReadPolicy;
  readonly rank: CandidateRank;
  /** How many of the entity's open services its own Allow statements name. */
  readonly namedServices: number;
}

/** What stands against editing an SCP at all, before any service is looked at. */
export type EditObstacle = {
  readonly code:
    | 'FOREIGN_POLICY'
    | 'MALFORMED_POLICY'
    | 'ROOT_NOT_ALLOWED'
    | 'POLICY_NOT_RELEVANT'
    | 'EVIDENCE_MISSING';
  readonly why: string;
};

/** What decides which SCPs may be edited at all. */
export interface EditRules {
  readonly configuration: Configuration;
  readonly revertedChanges: readonly RevertedChange[];
}

const rankOrder: readonly CandidateRank[] = ['asked-for', 'attached', 'inside'];

/** The SCPs that reach all ACTIVE accounts of an entity and may be edited, in the order in which they are tried. */
export function candidatesFor(
  policyIndex: PolicyIndex,
  rules: EditRules,
  entity: Entity,
  services: readonly string[],
  askedFor: string | undefined,
): readonly Candidate[] {
  const candidates: Candidate[] = [];
  const { byId, near } = editableIn(policyIndex)(rules);
  const asked = byId.get(askedFor ?? '') ?? [];
  for (const each of new Set([...(near.get(entity.id) ?? []), ...asked])) {
    const rank = rankOf(policyIndex, each, entity, askedFor);
    if (rank === null) continue;
    const { policy } = each;
    candidates.push({ policy, rank, namedServices: countNamedServices(policyIndex, policy.id, services) });
  }
  return candidates.sort((a, b) => compareCandidates(policyIndex, a, b));
}

type Editable = PolicyReach<ReadPolicy>;

/** The SCPs that nothing stands against, by their ids, and those near an entity: attached to it, or all of whose targets lie inside. */
const editableIn = rememberedFor((policyIndex: PolicyIndex) =>
  rememberedFor((rules: EditRules) => {
    const editable = [...policyIndex.policies.values()]
      .filter((policy) => isRead(policy))
      .filter((policy) => obstacleTo(policyIndex, rules, policy) === null)
      .map((policy): Editable => policyReach(policyIndex, policy));
    const near = new Map<string, Editable[]>();
    for (const each of editable)
      for (const id of entitiesNear(policyIndex.tree, each.policy))
        near.set(id, [...(near.get(id) ?? []), each]);
    return { near, byId: new Map(editable.map((each) => [each.policy.id, [each]])) };
  }),
);

function entitiesNear(tree: OrganizationTree, { targets }: ReadPolicy): ReadonlySet<string> {
  const ids = targets.flatMap(({ id }) => (tree.entities.has(id) ? id : []));
  const around =
    ids.length < targets.length || ids.length === 0 ? [] : chainOf(tree, lowestCommonEntity(tree, ids).id);
  return new Set([...ids, ...around.map(({ id }) => id)]);
}

/** What stands against editing an SCP, or null. */
export function obstacleTo(
  policyIndex: PolicyIndex,
  { configuration, revertedChanges }: EditRules,
  policy: ServiceControlPolicy,
): EditObstacle | null {
  const ownership = ownershipOf(policy, configuration, revertedChanges);
  if (ownership) return { code: 'FOREIGN_POLICY', why: ownershipSentence(policy, ownership) };
  const isEditable = configuration.editablePolicies.some(
    (pattern) => matchesGlob(pattern, policy.name) || matchesGlob(pattern, policy.id),
  );
  if (!isEditable)
    return { code: 'FOREIGN_POLICY', why: `editablePolicies does not allow ${policy.name} (${policy.id})` };
  const malformed = policyIndex.malformed.find(({ policyId }) => policyId === policy.id);
  if (malformed)
    return { code: 'MALFORMED_POLICY', why: `${policy.name} (${policy.id}): ${malformed.detail}` };
  if (!configuration.placement.root && policy.targets.some((target) => target.type === 'root')) {
    return {
      code: 'ROOT_NOT_ALLOWED',
      why: `${policy.name} (${policy.id}) is attached to the root; set placement.root to allow that`,
    };
  }
  if (policy.targets.length === 0)
    return { code: 'POLICY_NOT_RELEVANT', why: `${policy.name} (${policy.id}) is attached nowhere` };
  if (!isRead(policy))
    return { code: 'EVIDENCE_MISSING', why: `the text of ${policy.name} (${policy.id}) was not read` };
  return null;
}

/** How an SCP relates to an entity, or null if it does not reach all of its ACTIVE accounts. */
export function rankOf(
  policyIndex: PolicyIndex,
  { policy, reach }: PolicyReach,
  entity: Entity,
  askedFor: string | undefined,
): CandidateRank | null {
  const isAttached = policyIndex.attached.get(entity.id)?.includes(policy.id) ?? false;
  // Most SCPs have targets elsewhere, and their accounts tell it at once.
  if (policy.id !== askedFor && !isAttached && reachesOutside(reach, entity)) return null;
  if (!covers(reach, entity)) return null;
  if (policy.id === askedFor) return 'asked-for';
  if (isAttached) return 'attached';
  const allInside = policy.targets.every(
    ({ id }) => policyIndex.tree.entities.has(id) && isWithin(policyIndex.tree, id, entity.id),
  );
  return allInside ? 'inside' : null;
}

/** An SCP with the accounts below all of its targets. */
interface PolicyReach<Policy extends ServiceControlPolicy = ServiceControlPolicy> {
  readonly policy: Policy;
  readonly reach: Coverage;
}

/** An SCP with its reach. */
export function policyReach<Policy extends ServiceControlPolicy>(
  { tree }: PolicyIndex,
  policy: Policy,
): PolicyReach<Policy> {
  const targets = policy.targets.flatMap(({ id }) => tree.entities.get(id) ?? []);
  return { policy, reach: coverageOf(tree, targets) };
}

function countNamedServices(policyIndex: PolicyIndex, policyId: string, services: readonly string[]): number {
  const named = new Set<string>();
  for (const statement of policyIndex.documents.get(policyId)?.statements ?? []) {
    if (statement.effect !== 'Allow' || statement.actions.kind !== 'action') continue;
    for (const pattern of statement.actions.patterns) named.add(pattern.split(':')[0]?.toLowerCase() ?? '');
  }
  return services.filter((service) => named.has(service)).length;
}

function compareCandidates(policyIndex: PolicyIndex, a: Candidate, b: Candidate): number {
  const holdsOurs = ({ policy }: Candidate): number => {
    const document = policyIndex.documents.get(policy.id);
    return document && ourDeniedServices(document).length > 0 ? 1 : 0;
  };
  return (
    rankOrder.indexOf(a.rank) - rankOrder.indexOf(b.rank) ||
    b.namedServices - a.namedServices ||
    holdsOurs(b) - holdsOurs(a) ||
    a.policy.targets.length - b.policy.targets.length ||
    policyCharacters(a.policy.text) - policyCharacters(b.policy.text) ||
    (a.policy.name < b.policy.name ? -1 : 1)
  );
}
