import type { Refusal } from '../../../base/refusal.ts';
import type { Finding } from '../../../finding/finding.ts';
import { type Entity, isWithin } from '../../../organization/organization.ts';
import { ownershipOf, ownershipSentence } from '../../../policy/foreign-policies.ts';
import { takesAway } from '../../../policy/policy-index.ts';
import type { ServiceControlPolicy } from '../../../policy/service-control-policy.ts';
import { denialOf } from '../../../policy/standing.ts';
import type { EditObstacle } from './candidates.ts';
import { largestFit, patchFor } from './draft.ts';
import { addRefusal, type Placing } from './placing.ts';
import { safetyAt } from './target-safety.ts';

/** What somebody took back from an SCP of his is not denied there again by another SCP. He gets the edit as a patch, of the services that are known unused at every target of the SCP. */
export function leaveOutWhatWasPutBack(
  placing: Placing,
  entity: Entity,
  wanted: readonly Finding[],
): readonly Finding[] {
  const { tree } = placing.knowledge;
  const { configuration, revertedChanges } = placing.request;
  let left = wanted;
  for (const change of revertedChanges) {
    const policy = placing.policyIndex.policies.get(change.policyId);
    const ownership = policy ? ownershipOf(policy, configuration, revertedChanges) : null;
    if (!policy || !ownership) continue;
    const isHere = change.targetIds.some(
      (id) => tree.entities.has(id) && (isWithin(tree, id, entity.id) || isWithin(tree, entity.id, id)),
    );
    const here = isHere
      ? left.filter(({ serviceNamespace }) => change.services.includes(serviceNamespace))
      : [];
    const safe = here.filter(({ serviceNamespace }) => isSafe(placing, policy, serviceNamespace));
    const detail = ownershipSentence(policy, ownership);
    const refusal = { code: 'FOREIGN_POLICY', entity, policyId: policy.id, detail } as const;
    const patch = (services: readonly string[]) => patchFor(placing, policy, services);
    addRefusal(placing, { ...refusal, findings: safe, patch });
    const others = here.filter((finding) => !safe.includes(finding));
    const unsafe = `${detail}; there is no patch: they are used or unknown at one of its targets`;
    addRefusal(placing, { ...refusal, findings: others, detail: unsafe });
    left = left.filter((finding) => !here.includes(finding));
  }
  return left;
}

/** Why an SCP that was asked for is not edited. For somebody else's SCP the services that a patch may deny stand apart from those that it may not. */
export function refuseObstacle(
  placing: Placing,
  policy: ServiceControlPolicy,
  { code, why }: EditObstacle,
  services: readonly string[],
): readonly Refusal[] {
  const refusal = { code, policyId: policy.id, detail: why };
  if (code !== 'FOREIGN_POLICY' || policy.awsManaged || policy.targets.length === 0)
    return [{ ...refusal, services }];
  const document = placing.policyIndex.documents.get(policy.id);
  const safe = services.filter(
    (service) => isSafe(placing, policy, service) && !(document && takesAway(denialOf(document, service))),
  );
  const { made: patch, taken: fitting } = largestFit(safe, (some) =>
    some.length === 0 ? null : (patchFor(placing, policy, some) ?? null),
  );
  if (!patch) return [{ ...refusal, services }];
  const others = services.filter((service) => !fitting.includes(service));
  const detail = `${why}; the patch leaves these out: used, unknown or denied at its targets, or without room`;
  return [
    { ...refusal, services: fitting, patch },
    ...(others.length > 0 ? [{ ...refusal, services: others, detail }] : []),
  ];
}

// A patch is put to use by somebody else, unproved: it holds only what is known unused at every target.
function isSafe(placing: Placing, policy: ServiceControlPolicy, service: string): boolean {
  const { given } = placing;
  return policy.targets.every((target) => safetyAt(given, target, service).kind === 'safe');
}
