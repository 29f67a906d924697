import { listAt } from '../../../base/lists.ts';
import type { Refusal } from '../../../base/refusal.ts';
import { activeExemptions } from '../../../finding/exemptions.ts';
import type { Finding } from '../../../finding/finding.ts';
import type { Knowledge } from '../../../finding/knowledge.ts';
import { type Entity, entityOf } from '../../../organization/organization.ts';
import type { PolicyIndex } from '../../../policy/policy-index.ts';
import type { PolicyTarget, ServiceControlPolicy } from '../../../policy/service-control-policy.ts';
import { type Candidate, candidatesFor, obstacleTo, policyReach, rankOf } from './candidates.ts';
import { coveredParts, refuseAllowedLately, refuseUncovered, refuseYoung } from './covered-parts.ts';
import { openChangeOf, putInto } from './draft.ts';
import { leaveOutWhatWasPutBack, refuseObstacle } from './foreign-edit.ts';
import { decidedAgainst, leaveOutSuppressed, leaveOutWhatIsNotAllowed } from './left-out.ts';
import { draftNewPolicy } from './new-policy.ts';
import {
  addRefusal,
  type PlacementRequest,
  type Placing,
  type PolicyDraft,
  refuseUnread,
  safetyGiven,
  type Verdict,
} from './placing.ts';
import { describe, safetyAt } from './target-safety.ts';

/** Where every open finding goes. */
export interface Placement {
  readonly drafts: readonly PolicyDraft[];
  readonly refusals: readonly Refusal[];
  /** Services whose safety hangs on the report of a target that was not asked yet, by target. Not empty: the drafts are provisional. */
  readonly openQuestions: ReadonlyMap<string, number>;
}

/** Chooses the SCP for each open finding: an existing one whose every target is known unused, else a new one, else a refusal that says why. */
export function place(
  findings: readonly Finding[],
  knowledge: Knowledge,
  policyIndex: PolicyIndex,
  request: PlacementRequest,
): Placement {
  const exemptions = activeExemptions(knowledge.tree, request.configuration.exemptions, request.asOf);
  const placing: Placing = {
    knowledge,
    policyIndex,
    request,
    given: safetyGiven(exemptions, knowledge, policyIndex, request),
    drafts: new Map(),
    policyNames: new Set([...policyIndex.policies.values()].map(({ name }) => name)),
    refusals: [],
    refusalIndexes: new Map(),
    openQuestions: new Map(),
    verdicts: new Map(),
    withoutRoom: [],
  };
  const open = findings.filter((finding) => finding.status === 'open');
  if (open.length > 0) refuseAskedForPolicy(placing, open);
  for (const [entityId, wanted] of groupByDraftingEntity(placing, open)) {
    placeAt(placing, entityOf(knowledge.tree, entityId), wanted);
  }
  return {
    drafts: [...placing.drafts.values()],
    refusals: placing.refusals,
    openQuestions: placing.openQuestions,
  };
}

/** The findings to be drafted at each entity: the finding's own, or each entity below the root where nothing may be attached to the root itself. */
function groupByDraftingEntity(
  placing: Placing,
  open: readonly Finding[],
): ReadonlyMap<string, readonly Finding[]> {
  const { tree } = placing.knowledge;
  const groups = new Map<string, Finding[]>();
  for (const finding of open) {
    const entity = entityOf(tree, finding.entityId);
    const splits = entity.type === 'root' && !placing.request.configuration.placement.root;
    for (const whole of splits ? entity.childIds.map((id) => entityOf(tree, id)) : [entity]) {
      const parts = coveredParts(placing, whole, finding.serviceNamespace);
      if (!parts.includes(whole)) {
        refuseUncovered(placing, whole, [finding]);
        refuseAllowedLately(placing, whole, finding);
      }
      for (const part of parts) {
        if (refuseYoung(placing, part, [finding])) continue;
        listAt(groups, part.id).push(finding);
      }
    }
  }
  return groups;
}

function placeAt(placing: Placing, entity: Entity, wanted: readonly Finding[]): void {
  const { policyIndex, request } = placing;
  if (refuseUnread(placing, entity, [entity], wanted)) return;
  const services = wanted.map((finding) => finding.serviceNamespace);
  const undecided = leaveOutSuppressed(placing, entity, [...wanted].sort(byServiceNamespace));
  const allowed = leaveOutWhatIsNotAllowed(placing, entity, undecided);
  let remaining: readonly Finding[] = leaveOutWhatWasPutBack(placing, entity, allowed);
  for (const candidate of candidatesFor(policyIndex, request, entity, services, request.policyId)) {
    if (remaining.length === 0) return;
    remaining = offer(placing, entity, candidate, remaining);
  }
  const safe = leaveOutWhatIsNotSafe(placing, entity, remaining);
  if (safe.length > 0) draftNewPolicy(placing, entity, safe);
}

/** A finding of the root is drafted at the entities below it: what is not known to be unused at one of them is refused there. */
function leaveOutWhatIsNotSafe(placing: Placing, entity: Entity, wanted: readonly Finding[]): Finding[] {
  return wanted.filter((finding) => {
    const verdict = judge(placing, [entity], finding.serviceNamespace);
    if (verdict.kind === 'safe') return true;
    askFor(placing, verdict);
    const refusal =
      verdict.kind === 'open'
        ? { code: 'EVIDENCE_MISSING' as const, detail: `the report of ${describe(entity)} is still missing` }
        : { code: verdict.code, detail: verdict.why };
    addRefusal(placing, { entity, findings: [finding], ...refusal });
    return false;
  });
}

/** Offers findings to one SCP: it takes what is safe and fits; what it leaves is returned, what waits for a report or a decision is not. */
function offer(
  placing: Placing,
  entity: Entity,
  candidate: Candidate,
  offered: readonly Finding[],
): Finding[] {
  const { policy } = candidate;
  if (refuseUnread(placing, entity, policy.targets, offered)) return [...offered];
  const waiting = openChangeOf(placing, policy);
  const safe: Finding[] = [];
  const left: Finding[] = [];
  const deferred: Finding[] = [];
  for (const finding of offered) {
    const { serviceNamespace } = finding;
    const verdict = verdictOn(placing, policy, serviceNamespace);
    if (verdict.kind === 'open') {
      askFor(placing, verdict);
      // Stays if the review stopped asking before the report came; otherwise the next judgement has the report.
      const detail = `${policy.name} (${policy.id}) could take it, but a target's report is still missing`;
      const missing = { code: 'EVIDENCE_MISSING', entity, policyId: policy.id, findings: [finding] } as const;
      addRefusal(placing, { ...missing, detail });
      continue;
    }
    if (verdict.kind === 'blocked') {
      addRefusal(placing, {
        code: verdict.code,
        entity,
        policyId: policy.id,
        findings: [finding],
        detail: `${policy.name} was not chosen: ${verdict.why}`,
      });
      left.push(finding);
    } else if (waiting && (waiting.frozen || !waiting.services.includes(finding.serviceNamespace)))
      deferred.push(finding);
    else safe.push(finding);
  }
  if (waiting && deferred.length > 0) {
    const detail = `${policy.name} (${policy.id}) waits for the decision on ${waiting.id}; additions come in a later review`;
    addRefusal(placing, { code: 'DEFERRED', entity, policyId: policy.id, findings: deferred, detail });
  }
  if (safe.length === 0) return left;
  const taken = putInto(placing, entity, candidate, safe);
  return [...left, ...safe.filter((finding) => !taken.has(finding.serviceNamespace))].sort(
    byServiceNamespace,
  );
}

/** Whether an SCP may take a service. Each entity that it reaches offers its own findings, so the answer is remembered. */
function verdictOn(placing: Placing, policy: ServiceControlPolicy, service: string): Verdict {
  const verdicts = placing.verdicts.get(policy.id) ?? new Map<string, Verdict>();
  placing.verdicts.set(policy.id, verdicts);
  const verdict =
    verdicts.get(service) ??
    unlessOverruled(placing, policy, service) ??
    judge(placing, policy.targets, service);
  verdicts.set(service, verdict);
  return verdict;
}

/** What was decided against for an SCP's targets; an exact id in `editablePolicies` overrules what somebody put back. */
function unlessOverruled(placing: Placing, policy: ServiceControlPolicy, service: string): Verdict | null {
  const against = decidedAgainst(placing, policy.targets, service);
  const isNamed = placing.request.configuration.editablePolicies.includes(policy.id);
  return against === null || (against.code === 'FOREIGN_POLICY' && isNamed)
    ? null
    : { kind: 'blocked', ...against };
}

function judge(placing: Placing, targets: readonly PolicyTarget[], service: string): Verdict {
  const ask: string[] = [];
  for (const target of targets) {
    const safety = safetyAt(placing.given, target, service);
    if (safety.kind === 'blocked') return safety;
    if (safety.kind === 'open') ask.push(safety.ask);
  }
  return ask.length > 0 ? { kind: 'open', ask } : { kind: 'safe' };
}

function askFor({ openQuestions }: Placing, verdict: Verdict): void {
  for (const id of verdict.kind === 'open' ? verdict.ask : [])
    openQuestions.set(id, (openQuestions.get(id) ?? 0) + 1);
}

/** Says why the SCP that the caller asked for cannot be used; the search goes on without it. */
function refuseAskedForPolicy(placing: Placing, open: readonly Finding[]): void {
  const { policyIndex, request } = placing;
  if (request.policyId === undefined) return;
  const policy = policyIndex.policies.get(request.policyId);
  const services = [...new Set(open.map((finding) => finding.serviceNamespace))].sort();
  const entities = groupByDraftingEntity(placing, open).keys();
  if (!policy) {
    const detail = `policyId: there is no SCP ${request.policyId} in this organization`;
    placing.refusals.push({ code: 'POLICY_NOT_RELEVANT', policyId: request.policyId, detail });
    return;
  }
  const obstacle = obstacleTo(policyIndex, request, policy);
  if (obstacle) {
    placing.refusals.push(...refuseObstacle(placing, policy, obstacle, services));
    return;
  }
  const reach = policyReach(policyIndex, policy);
  const reaches = [...entities].some(
    (id) => rankOf(policyIndex, reach, entityOf(policyIndex.tree, id), policy.id) !== null,
  );
  if (reaches) return;
  const detail = `${policy.name} (${policy.id}) does not reach all accounts of any entity with findings`;
  placing.refusals.push({ code: 'POLICY_NOT_RELEVANT', policyId: policy.id, services, detail });
}

function byServiceNamespace(a: Finding, b: Finding): number {
  return a.serviceNamespace < b.serviceNamespace ? -1 : 1;
}
