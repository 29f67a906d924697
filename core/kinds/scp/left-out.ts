import type { Finding } from '../../finding/finding.ts';
import { type Entity, isWithin } from '../../organization/organization.ts';
import { deniedEverywhere, standingAt } from '../../policy/policy-index.ts';
import { addRefusal, type Placing } from './placing.ts';

/** What people decided against is not proposed again before the time they set, in this SCP or another. */
export function leaveOutSuppressed(placing: Placing, entity: Entity, wanted: readonly Finding[]): Finding[] {
  const { tree } = placing.knowledge;
  const overlaps = (id: string): boolean =>
    tree.entities.has(id) && (isWithin(tree, id, entity.id) || isWithin(tree, entity.id, id));
  return wanted.filter((finding) => {
    const decision = placing.request.suppressions.find(
      ({ services, targetIds, until }) =>
        until > placing.request.asOf &&
        services.includes(finding.serviceNamespace) &&
        targetIds.some(overlaps),
    );
    if (!decision) return true;
    const until = new Date(decision.until).toISOString().slice(0, 10);
    const detail = `${decision.changeId}: ${decision.why}; not proposed again before ${until}`;
    addRefusal(placing, { code: 'DEFERRED', entity, findings: [finding], detail });
    return false;
  });
}

/** A finding at the root covers entities whose own SCPs already keep the service out: there is nothing to deny, and a deny would only get in the way of allowing it one day. */
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
        deniedEverywhere(placing.policyIndex, service)(entity.id));
    (isShut ? shut : allowed).push(finding);
  }
  if (shut.length > 0) {
    const detail = 'its SCPs do not allow these services, so there is nothing to deny';
    addRefusal(placing, { code: 'POLICY_NOT_RELEVANT', entity, findings: shut, detail });
  }
  return allowed;
}
