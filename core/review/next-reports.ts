import { dayMilliseconds } from '../base/limits.ts';
import { type Detection, detect } from '../finding/detect.ts';
import { buildKnowledge, type Knowledge } from '../finding/knowledge.ts';
import { type Placement, place } from '../kinds/scp/place.ts';
import { chainOf, type OrganizationTree } from '../organization/organization.ts';
import { revertedChanges } from '../policy/foreign-policies.ts';
import { indexPolicies, type PolicyIndex } from '../policy/policy-index.ts';
import type { ReviewFacts, ReviewRequest } from './review-facts.ts';

/** What the facts so far amount to: read by the review's decision and by the question of what to ask next. */
export interface Judgement {
  readonly knowledge: Knowledge;
  readonly policyIndex: PolicyIndex;
  readonly detection: Detection;
  readonly placement: Placement;
}

/** Judges the facts read so far: conclusions from reports, findings, and where each would be denied. */
export function judge(facts: ReviewFacts, request: ReviewRequest): Judgement {
  const { tree, reports, moves } = facts;
  const cutOff = request.asOf - request.thresholdDays * dayMilliseconds;
  const knowledge = buildKnowledge({ tree, reports, cutOff, moves });
  const policyIndex = indexPolicies(tree, facts.policies);
  const detection = detect(knowledge, policyIndex, { ...request, ...facts });
  // Observing means findings only: nothing is drafted, so no target is asked for its sake. Nor is anything drafted where accounts may have moved unseen.
  const isObserved = request.configuration.mode === 'observe' || facts.treeNotConfirmed !== undefined;
  const toPlace = isObserved ? [] : detection.findings;
  const placement = place(toPlace, knowledge, policyIndex, {
    ...request,
    openChanges: facts.openChanges,
    suppressions: facts.suppressions,
    revertedChanges: revertedChanges(facts.appliedEdits, facts.policies),
  });
  return { knowledge, policyIndex, detection, placement };
}

/**
 * The entities whose reports are needed next, the one that decides most first; empty when everything is decided.
 * First what findings need: the scope, then the highest entities that are still open, among them accounts that moved. These
 * cannot decide each other, so they are asked in one go; what lies below them waits, because their reports may conclude about it.
 * Then, one at a time, targets of the SCPs that would take the findings.
 */
export function nextReports(facts: ReviewFacts, request: ReviewRequest): readonly string[] {
  const { detection, placement } = judge(facts, request);
  if (detection.openQuestions.has(request.scopeId)) return [request.scopeId];
  if (detection.openQuestions.size > 0) return byMostOpen(highest(facts.tree, detection.openQuestions));
  return byMostOpen(placement.openQuestions).slice(0, 1);
}

/** The open entities that lie below no other open one. */
function highest(
  tree: OrganizationTree,
  openQuestions: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const isLower = (id: string): boolean =>
    chainOf(tree, id).some((entity) => entity.id !== id && openQuestions.has(entity.id));
  return new Map([...openQuestions].filter(([id]) => !isLower(id)));
}

function byMostOpen(openQuestions: ReadonlyMap<string, number>): readonly string[] {
  return [...openQuestions].sort(([, a], [, b]) => b - a).map(([entityId]) => entityId);
}
