import { isoDay } from '../../../base/iso-time.ts';
import type { RefusalCode } from '../../../base/refusal.ts';
import type { Finding } from '../../../finding/finding.ts';
import { type Entity, isWithin } from '../../../organization/organization.ts';
import { deniedEverywhere, standingAt } from '../../../policy/policy-index.ts';
import { addRefusal, type Placing } from './placing.ts';

/** What people decided against is not proposed again before the time they set, in this SCP or another. */
export function leaveOutSuppressed(
  placing: Placing,
  entity: Entity,
  wanted: readonly Finding[],
): readonly Finding[] {
  if (placing.request.suppressions.length === 0) return wanted;
  return wanted.filter((finding) => {
    const detail = suppressionAt(placing, entity.id, finding.serviceNamespace);
    if (detail === null) return true;
    addRefusal(placing, { code: 'DEFERRED', entity, findings: [finding], detail });
    return false;
  });
}

/** Why people do not want a service denied at an entity now, or null. */
function suppressionAt(placing: Placing, entityId: string, service: string): string | null {
  const decision = suppressionsOf(placing, service).find(({ targetIds }) =>
    overlaps(placing, targetIds, entityId),
  );
  if (!decision) return null;
  const until = isoDay(decision.until);
  return `${decision.changeId}: ${decision.why}; not proposed again before ${until}`;
}

/** What people decided against for a service anywhere. */
function suppressionsOf({ request: { asOf, suppressions } }: Placing, service: string) {
  return suppressions.filter(({ services, until }) => until > asOf && services.includes(service));
}

/** What people decided against at another target of an SCP keeps the SCP from taking the service for all of them. */
export function decidedAgainst(
  placing: Placing,
  targets: readonly { readonly id: string }[],
  service: string,
): { readonly code: RefusalCode; readonly why: string } | null {
  const { revertedChanges, suppressions } = placing.request;
  if (revertedChanges.length === 0 && suppressions.length === 0) return null;
  const taken = revertedChanges.filter(({ services }) => services.includes(service));
  // An SCP may have thousands of targets, and most services were never decided against.
  if (taken.length === 0 && suppressionsOf(placing, service).length === 0) return null;
  for (const { id } of targets) {
    const suppression = suppressionAt(placing, id, service);
    if (suppression !== null) return { code: 'DEFERRED', why: suppression };
    const reverted = taken.find(({ targetIds }) => overlaps(placing, targetIds, id));
    if (reverted)
      return {
        code: 'FOREIGN_POLICY',
        why: `somebody took ${service} back there after ${reverted.changeId}`,
      };
  }
  return null;
}

function overlaps({ knowledge: { tree } }: Placing, targetIds: readonly string[], entityId: string): boolean {
  return targetIds.some(
    (id) =>
      tree.entities.has(id) &&
      tree.entities.has(entityId) &&
      (isWithin(tree, id, entityId) || isWithin(tree, entityId, id)),
  );
}

/** A finding at the root covers entities whose own SCPs already keep the service out. There is nothing to deny, and a deny would only get in the way of allowing it one day. */
export function leaveOutWhatIsNotAllowed(
  placing: Placing,
  entity: Entity,
  wanted: readonly Finding[],
): Finding[] {
  const allowed: Finding[] = [];
  const shut: Finding[] = [];
  for (const finding of wanted) {
    const service = finding.serviceNamespace;
    const isShut =
      finding.entityId !== entity.id &&
      (!standingAt(placing.policyIndex, entity.id, service).listed ||
        deniedEverywhere(placing.policyIndex, service)(entity));
    (isShut ? shut : allowed).push(finding);
  }
  if (shut.length > 0) {
    const detail = 'its SCPs do not allow these services, so there is nothing to deny';
    addRefusal(placing, { code: 'POLICY_NOT_RELEVANT', entity, findings: shut, detail });
  }
  return allowed;
}
