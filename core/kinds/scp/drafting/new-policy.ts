import { organizationsLimits } from '../../../base/limits.ts';
import type { Finding } from '../../../finding/finding.ts';
import { type Entity, ownPath } from '../../../organization/organization.ts';
import { newDenyPolicy } from '../../../policy/deny-statement.ts';
import { type Ownership, ownershipOf, ownershipSentence } from '../../../policy/foreign-policies.ts';
import type { ServiceControlPolicy } from '../../../policy/service-control-policy.ts';
import { denyRequest, largestFit, patchFor } from './draft.ts';
import { addRefusal, type Placing, type WithoutRoom } from './placing.ts';
import { describe } from './target-safety.ts';

/** Drafts a new SCP for what no existing one may take, if the entity has a free slot; else refuses and says what is missing. */
export function draftNewPolicy(placing: Placing, entity: Entity, findings: readonly Finding[]): void {
  const { configuration } = placing.request;
  const used = placing.policyIndex.attached.get(entity.id)?.length ?? 0;
  const slots = configuration.quotas.scpsPerTarget;
  if (used >= slots) {
    const detail = `all ${slots} SCP slots of ${describe(entity)} are in use: 1 slot is missing`;
    refuseForLackOfRoom(placing, entity, findings, detail);
    return;
  }
  const waiting = placing.request.openChanges.find(
    ({ policyId, targetIds }) => policyId === null && targetIds.includes(entity.id),
  );
  const offered = waiting
    ? findings.filter((finding) => !waiting.frozen && waiting.services.includes(finding.serviceNamespace))
    : findings;
  if (waiting && offered.length < findings.length) {
    const deferred = findings.filter((finding) => !offered.includes(finding));
    const detail = `the new SCP for ${describe(entity)} waits for the decision on ${waiting.id}; additions come in a later review`;
    addRefusal(placing, { code: 'DEFERRED', entity, findings: deferred, detail });
  }
  if (offered.length === 0) return;
  const { made: after, taken } = largestFit(offered, (some) => {
    const text = newPolicyText(placing, some);
    return text.ok ? text.value.text : null;
  });
  const left = offered.slice(taken.length);
  if (left.length > 0) {
    const refusal = newPolicyText(placing, offered);
    const missing = refusal.ok ? 0 : (refusal.reasons[0].missingCharacters ?? 0);
    const detail = `a new SCP for ${describe(entity)} has no room for these services: ${missing} characters are missing`;
    refuseForLackOfRoom(placing, entity, left, detail);
  }
  if (after === null || taken.length === 0) return;
  const policyName = freePolicyName(placing, entity);
  placing.policyNames.add(policyName);
  placing.drafts.set(`new:${entity.id}`, {
    kind: 'create-policy',
    policyId: null,
    policyName,
    targets: [{ id: entity.id, type: entity.type, name: entity.name, ...ownPath(entity) }],
    before: null,
    after,
    services: taken.map((finding) => finding.serviceNamespace).sort(),
    findings: taken,
    choice: [
      `No editable SCP reaches exactly the accounts of ${describe(entity)} with these services unused at all its targets.`,
      `A new SCP takes slot ${used + 1} of ${slots} there.`,
    ],
  });
  offerToOwner(placing, entity, taken, 'a new SCP is proposed for them instead');
}

function newPolicyText(placing: Placing, findings: readonly Finding[]): ReturnType<typeof newDenyPolicy> {
  return newDenyPolicy(
    denyRequest(
      placing,
      findings.map((finding) => finding.serviceNamespace),
    ),
  );
}

/** What is missing, and, as a refusal of its own, the edit for the owner of an SCP that has room but is not ours to change. */
function refuseForLackOfRoom(
  placing: Placing,
  entity: Entity,
  findings: readonly Finding[],
  detail: string,
): void {
  addRefusal(placing, { code: 'NO_CAPACITY', entity, findings, detail });
  let left = findings;
  for (const { missingCharacters, policy, services } of nearestFirst(placing, entity)) {
    const here = left.filter((finding) => services.includes(finding.serviceNamespace));
    left = left.filter((finding) => !here.includes(finding));
    const missing = `${describe(policy)} could take them, but ${missingCharacters} characters are missing in it`;
    const refusal = { code: 'NO_CAPACITY', entity, policyId: policy.id, detail: missing } as const;
    addRefusal(placing, { ...refusal, findings: here });
  }
  offerToOwner(placing, entity, findings, 'it has room for what has no slot here');
}

/** The edit for the owner of an SCP at the entity that is not ours to change; `instead` says what becomes of the services. A review makes as many such edits as changes at most. */
function offerToOwner(placing: Placing, entity: Entity, findings: readonly Finding[], instead: string): void {
  const foreign = foreignPolicyAt(placing, entity);
  if (!foreign) return;
  const edits = placing.refusals.filter((refusal) => refusal.patch !== undefined).length;
  if (edits >= placing.request.configuration.changesPerReview) return;
  const { ownership, policy } = foreign;
  const patch = (services: readonly string[]) => patchFor(placing, policy, services);
  const { taken } = largestFit(findings, (some) => patch(some.map(serviceOf)) ?? null);
  if (taken.length === 0) return;
  const why = `${ownershipSentence(policy, ownership)}; ${instead}`;
  const refusal = { code: 'FOREIGN_POLICY', entity, policyId: policy.id, detail: why } as const;
  addRefusal(placing, { ...refusal, findings: taken, patch });
}

/** The SCPs without room for something of an entity, that with the fewest missing characters first: for each service it alone is named. */
function nearestFirst({ withoutRoom }: Placing, entity: Entity): readonly WithoutRoom[] {
  return withoutRoom
    .filter(({ entityId }) => entityId === entity.id)
    .sort((one, other) => one.missingCharacters - other.missingCharacters);
}

function serviceOf({ serviceNamespace }: Finding): string {
  return serviceNamespace;
}

/** The first SCP at the entity that only its owner may edit, all of whose targets lie there. */
function foreignPolicyAt(
  { policyIndex, request }: Placing,
  entity: Entity,
): { readonly policy: ServiceControlPolicy; readonly ownership: Ownership } | null {
  for (const policyId of policyIndex.attached.get(entity.id) ?? []) {
    const policy = policyIndex.policies.get(policyId);
    if (!policy || policy.awsManaged || !policyIndex.documents.has(policyId)) continue;
    if (!policy.targets.every((target) => target.id === entity.id)) continue;
    const ownership = ownershipOf(policy, request.configuration, request.revertedChanges);
    if (ownership) return { policy, ownership };
  }
  return null;
}

/** `DenyUnusedServices-<entity name>`, with the entity's id, and a number besides, where another policy already has that name. Policy names take what AWS's pattern allows (letters, digits, most signs); we keep to letters, digits and dashes. */
function freePolicyName(placing: Placing, entity: Entity): string {
  const words = entity.name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || entity.id;
  const most = organizationsLimits.policyNameCharacters;
  const name = `DenyUnusedServices-${words}`.slice(0, most);
  if (!placing.policyNames.has(name)) return name;
  for (let count = 1; ; count += 1) {
    const end = `-${entity.id}${count === 1 ? '' : `-${count}`}`;
    const other = `${name.slice(0, most - end.length)}${end}`;
    if (!placing.policyNames.has(other)) return other;
  }
}
