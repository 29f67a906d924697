import { chainOf, entityOf, type OrganizationTree } from '../organization/organization.ts';
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

/** So many parts of what is open are asked before it is judged again, because nobody asks meanwhile. */
const parts = 20;

/**
 * The scope, then of the highest entities that are still open, among them accounts that moved, those worth most. These
 * cannot decide each other, so they are asked in one go, up to where what lies below one of them may be worth more.
 */
function reportsForFindings(
  { detection: { openQuestions, worth }, knowledge: { tree } }: Judgement,
  { depth, scopeId }: ReviewRequest,
): readonly string[] {
  if (openQuestions.has(scopeId)) return [scopeId];
  const worthOf = (id: string): number => worth.get(id) ?? 0;
  const order = highest(tree, openQuestions).sort((one, other) => worthOf(other) - worthOf(one));
  let below = 0;
  const end = order.findIndex((id, index) => {
    if (worthOf(id) < below && index >= order.length / parts) return true;
    below = Math.max(below, mostBelow(tree, id, openQuestions.get(id) ?? 0, depth));
    return false;
  });
  return end === -1 ? order : order.slice(0, end);
}

/** The most that the report of a child can be worth, once that of its parent is there: every open service at every account. */
function mostBelow(
  tree: OrganizationTree,
  entityId: string,
  openServices: number,
  depth: ReviewRequest['depth'],
): number {
  const accounts = entityOf(tree, entityId).childIds.map((id) => {
    const { endAccount, firstAccount, type } = entityOf(tree, id);
    return type === 'ou' || depth === 'account' ? endAccount - firstAccount : 0;
  });
  return openServices * Math.max(0, ...accounts);
}

/** One at a time, the targets of the SCPs that would take the findings. */
function reportsForDrafts({ placement }: Judgement): readonly string[] {
  return byMostOpen(placement.openQuestions).slice(0, 1);
}

/** The open entities that lie below no other open one. */
function highest(tree: OrganizationTree, openQuestions: ReadonlyMap<string, number>): string[] {
  const isLower = (id: string): boolean =>
    chainOf(tree, id).some((entity) => entity.id !== id && openQuestions.has(entity.id));
  return [...openQuestions.keys()].filter((id) => !isLower(id));
}

function byMostOpen(openQuestions: ReadonlyMap<string, number>): readonly string[] {
  return [...openQuestions].sort(([, a], [, b]) => b - a).map(([entityId]) => entityId);
}
