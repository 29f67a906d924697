import { dayMilliseconds } from '../base/limits.ts';
import { type Detection, detect } from '../finding/detect.ts';
import { buildKnowledge, type Knowledge } from '../finding/knowledge.ts';
import { seasonsAt } from '../finding/season.ts';
import { type Placement, place } from '../kinds/scp/drafting/place-findings.ts';
import { revertedChanges } from '../kinds/scp/watching/put-back.ts';
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
  const { tree, reports, moves, remembered = new Map(), seenUse = new Map() } = facts;
  const cutOff = request.asOf - request.thresholdDays * dayMilliseconds;
  const seasons = seasonsAt(seenUse, request.asOf);
  const knowledge = buildKnowledge({ tree, reports, cutOff, moves, remembered, seasons });
  const policyIndex = indexPolicies(tree, facts.policies);
  const detection = detect(knowledge, policyIndex, { ...request, ...facts });
  // Observing means findings only: nothing is drafted, so no target is asked for its sake. Nor is anything drafted where accounts may have moved unseen.
  const isObserved = request.configuration.mode === 'observe' || facts.treeNotConfirmed !== undefined;
  const toPlace = isObserved ? [] : detection.findings;
  const placement = place(toPlace, knowledge, policyIndex, {
    ...request,
    allowedBefore: facts.allowedBefore,
    partition: facts.partition,
    regions: facts.regions,
    spend: facts.spend,
    trail: facts.trail,
    openChanges: facts.openChanges,
    suppressions: facts.suppressions,
    revertedChanges: revertedChanges(facts.appliedEdits, facts.policies),
  });
  return { knowledge, policyIndex, detection, placement };
}
