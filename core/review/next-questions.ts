import { chainOf, type OrganizationTree } from '../organization/organization.ts';
import { type Collection, isGivenUp, type Question, roundEnd } from './collection.ts';
import type { Judgement } from './judgement.ts';
import type { ReviewRequest } from './review-facts.ts';

/** A review that is under way: its answers, and what they amount to. */
export interface ReviewUnderWay {
  readonly collection: Collection;
  readonly judgement: Judgement;
  readonly request: ReviewRequest;
  /** No report is asked any more: the time, or the credentials, are over. */
  readonly hasEnded: boolean;
}

/**
 * What must be asked next, the one that decides most first; empty when the review can be decided. The questions of one
 * answer do not depend on each other.
 */
export function nextQuestions(underWay: ReviewUnderWay): readonly Question[] {
  const { collection, hasEnded, judgement, request } = underWay;
  const end = roundEnd(collection);
  if (end === 'moved') return [{ type: 'tree' }];
  if (end === 'calm' || isGivenUp(collection)) return [];
  const open = hasEnded ? [] : openReports(judgement, request);
  if (open.length > 0) return open.map((entityId) => ({ type: 'report', entityId }));
  return [{ type: 'parents' }];
}

/** The stages of a review: first what findings need, then what drafts need. A stage asks once those before it have no question. */
const stages = [reportsForFindings, reportsForDrafts] as const;

/** The entities whose reports are still open, the one that decides most first. */
export function openReports(judgement: Judgement, request: ReviewRequest): readonly string[] {
  for (const stage of stages) {
    const open = stage(judgement, request);
    if (open.length > 0) return open;
  }
  return [];
}

/**
 * The scope, then the highest entities that are still open, among them accounts that moved. These cannot decide each
 * other, so they are asked in one go. What lies below them waits, because their reports may conclude about it.
 */
function reportsForFindings(
  { detection: { openQuestions }, knowledge: { tree } }: Judgement,
  { scopeId }: ReviewRequest,
): readonly string[] {
  if (openQuestions.has(scopeId)) return [scopeId];
  return byMostOpen(highest(tree, openQuestions));
}

/** One at a time, the targets of the SCPs that would take the findings. */
function reportsForDrafts({ placement }: Judgement): readonly string[] {
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
