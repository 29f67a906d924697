import type { Finding } from '../access/finding.ts';
import type { Knowledge } from '../access/knowledge.ts';
import { type Entity, entityOf, isWithin } from '../access/organization.ts';
import type { Refusal, RefusalCode } from '../refusal.ts';
import { type Candidate, candidatesFor, obstacleTo, rankOf } from './candidates.ts';
import { openChangeOf, patchFor, putInto } from './draft.ts';
import { activeExemptions } from './exemptions.ts';
import { draftNewPolicy } from './new-policy.ts';
import {
  addRefusal,
  type PlacementRequest,
  type Placing,
  type PolicyDraft,
  refuseUnread,
} from './placing.ts';
import { deniedEverywhere, type PolicyBook, standingAt } from './policy-book.ts';
import type { PolicyTarget, ServiceControlPolicy } from './service-control-policy.ts';
import { safetyAt, type TargetSafety } from './target-safety.ts';

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
  book: PolicyBook,
  request: PlacementRequest,
): Placement {
  const exemptions = activeExemptions(knowledge.tree, request.configuration.exemptions, request.asOf);
  const placing: Placing = {
    knowledge,
    book,
    request,
    exemptions,
    drafts: new Map(),
    refusals: [],
    refusalIndexes: new Map(),
    openQuestions: new Map(),
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
    for (const id of splits ? entity.childIds : [entity.id]) {
      const { firstAccount, endAccount } = entityOf(tree, id);
      if (firstAccount === endAccount) continue;
      groups.set(id, [...(groups.get(id) ?? []), finding]);
    }
  }
  return groups;
}

function placeAt(placing: Placing, entity: Entity, wanted: readonly Finding[]): void {
  const { book, request } = placing;
  if (refuseUnread(placing, entity, [entity], wanted)) return;
  const services = wanted.map((finding) => finding.serviceNamespace);
  const undecided = leaveOutWhatIsPutOff(placing, entity, [...wanted].sort(byServiceNamespace));
  let remaining = leaveOutWhatIsNotAllowed(placing, entity, undecided);
  for (const candidate of candidatesFor(book, request.configuration, entity, services, request.policyId)) {
    if (remaining.length === 0) return;
    remaining = offer(placing, entity, candidate, remaining);
  }
  if (remaining.length > 0) draftNewPolicy(placing, entity, remaining);
}

/** What people decided against is not proposed again before the time they set, in this SCP or another. */
function leaveOutWhatIsPutOff(placing: Placing, entity: Entity, wanted: readonly Finding[]): Finding[] {
  const { tree } = placing.knowledge;
  const overlaps = (id: string): boolean =>
    tree.entities.has(id) && (isWithin(tree, id, entity.id) || isWithin(tree, entity.id, id));
  return wanted.filter((finding) => {
    const decision = placing.request.putOff.find(
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
function leaveOutWhatIsNotAllowed(placing: Placing, entity: Entity, wanted: readonly Finding[]): Finding[] {
  const allowed: Finding[] = [];
  const shut: Finding[] = [];
  for (const finding of wanted) {
    const service = finding.serviceNamespace;
    const isShut =
      finding.entityId !== entity.id &&
      (!standingAt(placing.book, entity.id, service).listed ||
        deniedEverywhere(placing.book, service)(entity.id));
    (isShut ? shut : allowed).push(finding);
  }
  if (shut.length > 0) {
    const detail = 'its SCPs do not allow these services, so there is nothing to deny';
    addRefusal(placing, { code: 'POLICY_NOT_RELEVANT', entity, findings: shut, detail });
  }
  return allowed;
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
    const verdict = judge(placing, candidate, finding.serviceNamespace);
    if (verdict === 'open') {
      // Holds where the asking ended before the report came: else the next judgement knows it.
      const detail = `${policy.name} (${policy.id}) could take it, but a target's report is still missing`;
      const missing = { code: 'EVIDENCE_MISSING', entity, policyId: policy.id, findings: [finding] } as const;
      addRefusal(placing, { ...missing, detail });
      continue;
    }
    if (verdict !== 'safe') {
      addRefusal(placing, {
        code: verdict.code,
        entity,
        policyId: policy.id,
        findings: [finding],
        detail: verdict.why,
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

function judge(
  placing: Placing,
  { policy }: Candidate,
  service: string,
): 'safe' | 'open' | { readonly code: RefusalCode; readonly why: string } {
  const toAsk: string[] = [];
  for (const target of policy.targets) {
    const safety = safetyOf(placing, target, service);
    if (safety.kind === 'blocked')
      return { code: safety.code, why: `${policy.name} was not chosen: ${safety.why}` };
    if (safety.kind === 'open') toAsk.push(safety.ask);
  }
  for (const id of toAsk) placing.openQuestions.set(id, (placing.openQuestions.get(id) ?? 0) + 1);
  return toAsk.length > 0 ? 'open' : 'safe';
}

function safetyOf(
  { exemptions, knowledge, request }: Placing,
  target: PolicyTarget,
  service: string,
): TargetSafety {
  return safetyAt(knowledge, exemptions, target, service, request.configuration.youngAccounts);
}

/** Says why the SCP that the caller asked for cannot be used; the search goes on without it. */
function refuseAskedForPolicy(placing: Placing, open: readonly Finding[]): void {
  const { book, request } = placing;
  if (request.policyId === undefined) return;
  const policy = book.policies.get(request.policyId);
  const services = [...new Set(open.map((finding) => finding.serviceNamespace))].sort();
  const entities = groupByDraftingEntity(placing, open).keys();
  if (!policy) {
    const detail = `policyId: there is no SCP ${request.policyId} in this organization`;
    placing.refusals.push({ code: 'POLICY_NOT_RELEVANT', policyId: request.policyId, detail });
    return;
  }
  const obstacle = obstacleTo(book, request.configuration, policy);
  if (obstacle) {
    const patch =
      obstacle.code === 'FOREIGN_POLICY' && !policy.awsManaged
        ? safePatch(placing, policy, services)
        : undefined;
    placing.refusals.push({
      code: obstacle.code,
      policyId: policy.id,
      services,
      detail: obstacle.why,
      ...(patch ? { patch } : {}),
    });
    return;
  }
  const reaches = [...entities].some(
    (id) => rankOf(book, policy, entityOf(book.tree, id), policy.id) !== null,
  );
  if (reaches) return;
  const detail = `${policy.name} (${policy.id}) does not reach all accounts of any entity with findings`;
  placing.refusals.push({ code: 'POLICY_NOT_RELEVANT', policyId: policy.id, services, detail });
}

/** A patch is put to use by somebody else, unproved: it holds only what is known unused at every target. */
function safePatch(
  placing: Placing,
  policy: ServiceControlPolicy,
  services: readonly string[],
): Refusal['patch'] {
  const safe = services.filter((service) =>
    policy.targets.every((target) => safetyOf(placing, target, service).kind === 'safe'),
  );
  return safe.length > 0 && policy.targets.length > 0 ? patchFor(placing, policy, safe) : undefined;
}

function byServiceNamespace(a: Finding, b: Finding): number {
  return a.serviceNamespace < b.serviceNamespace ? -1 : 1;
}
