import { chainOf, entityOf, type OrganizationTree } from '../organization/organization.ts';
import { type Collection, isGivenUp, isReadAfterAll, jobsIn, type Question, roundEnd } from './collection.ts';
import { accountsToAsk } from './ended-exemptions.ts';
import { isYoungEnough, targetsToRefresh } from './evidence.ts';
import type { Judgement } from './judgement.ts';
import type { ReviewFacts, ReviewRequest } from './review-facts.ts';
import { sourceQuestions } from './source-questions.ts';

/** A review that is under way: its answers, and what they amount to. */
export interface ReviewUnderWay extends Judged {
  readonly facts: ReviewFacts;
  readonly collection: Collection;
  /** No report is asked any more: the time, the budget, or the credentials, are over. */
  readonly hasEnded: boolean;
  /** The organization is being read again, or was read too long ago to decide by it. */
  readonly mustRead: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What was judged, and of what. */
export interface Judged {
  readonly judgement: Judgement;
  readonly request: ReviewRequest;
  readonly facts: Pick<ReviewFacts, 'reusedEntityIds' | 'waitingSince' | 'reports'>;
}

/**
 * What must be asked next, the one that decides most first; empty when the review can be decided. The questions of one
 * answer do not depend on each other.
 */
export function nextQuestions(underWay: ReviewUnderWay): readonly Question[] {
  const { collection, hasEnded, mustRead } = underWay;
  const end = roundEnd(collection);
  if (end === 'moved') return [{ type: 'tree' }];
  if (end === 'calm' || isGivenUp(collection)) return mustRead ? [{ type: 'tree' }] : [];
  const open = hasEnded ? [] : reportsToAsk(underWay, jobsIn(collection));
  if (open.length > 0) return open.map((entityId) => ({ type: 'report', entityId }));
  const stale = hasEnded ? [] : reportsToRefresh(underWay, underWay.now);
  if (stale.length > 0) return stale.map((entityId) => ({ type: 'report', entityId, fresh: true }));
  const ended = hasEnded ? [] : accountsOfExemptions(underWay);
  if (ended.length > 0) return ended.map((entityId) => ({ type: 'report', entityId, fresh: true }));
  const ofSources = hasEnded ? [] : sourceQuestions(underWay);
  if (ofSources.length > 0) return ofSources;
  if (mustRead) return [{ type: 'tree' }];
  return isReadAfterAll(collection) ? [] : [{ type: 'parents' }];
}

/** Within the budget of jobs, after all that findings need. */
function accountsOfExemptions({ collection, facts, request }: ReviewUnderWay): readonly string[] {
  const left = (request.jobBudget ?? Number.POSITIVE_INFINITY) - jobsIn(collection);
  return accountsToAsk(facts, request).slice(0, Math.max(0, left));
}

/** A review that must end early keeps one in so many of its jobs for the targets of drafts: findings alone change nothing. */
const keptForDrafts = 5;
/** So many parts of what is open are asked before it is judged again, because nobody asks meanwhile. */
const parts = 20;

/** The entities whose reports are asked in one go, the one that decides most first, after so many jobs. */
export function reportsToAsk(judged: Judged, jobsDone = 0): readonly string[] {
  const { jobBudget } = judged.request;
  const forDrafts = reportsForDrafts(judged.judgement);
  const all = batchForFindings(judged);
  if (jobBudget === undefined) return all.length > 0 ? all : forDrafts;
  const left = jobBudget - jobsDone - (forDrafts.length === 0 ? 0 : Math.ceil(jobBudget / keptForDrafts));
  const forFindings = all.slice(0, Math.max(0, left));
  return forFindings.length > 0 ? forFindings : forDrafts.length > 0 ? forDrafts : all;
}

/** The entities that are open as far as is known: what lies below one of them is no better known. */
export function openReports({
  judgement,
  request,
}: Pick<Judged, 'judgement' | 'request'>): readonly string[] {
  const { detection, knowledge } = judgement;
  if (detection.openQuestions.has(request.scopeId)) return [request.scopeId];
  const open = byWorth(judgement, highest(knowledge.tree, detection.openQuestions));
  return open.length > 0 ? open : reportsForDrafts(judgement);
}

/**
 * The scope; then what waits longest since an earlier review could not ask it. Then of the highest entities that are
 * still open, among them accounts that moved, those worth most. These cannot decide each other, so they are asked in one
 * go, up to where what lies below one of them may be worth more.
 */
function batchForFindings({ facts: { waitingSince }, judgement, request }: Judged): readonly string[] {
  const { openQuestions, worth } = judgement.detection;
  const { tree } = judgement.knowledge;
  if (openQuestions.has(request.scopeId)) return [request.scopeId];
  const since = (id: string): number => waitingSince?.get(id) ?? 0;
  const waiting = byWorth(
    judgement,
    [...openQuestions.keys()].filter((id) => since(id) > 0),
  );
  if (waiting.length > 0) return waiting.sort((one, other) => since(one) - since(other));
  const order = byWorth(judgement, highest(tree, openQuestions));
  let below = 0;
  const end = order.findIndex((id, index) => {
    if ((worth.get(id) ?? 0) < below && index >= order.length / parts) return true;
    below = Math.max(below, mostBelow(tree, id, openQuestions.get(id) ?? 0, request.depth));
    return false;
  });
  return end === -1 ? order : order.slice(0, end);
}

/**
 * Reports of earlier reviews that do not suffice: one that grows too old, and those on which a draft rests. The targets of
 * a change that is about to be proposed are asked freshly.
 */
function reportsToRefresh(
  { facts: { reports, reusedEntityIds = new Set() }, judgement, request }: Judged,
  now: number,
): readonly string[] {
  if (reusedEntityIds.size === 0) return [];
  const { tree } = judgement.knowledge;
  const { reportFreshnessHours } = request.configuration;
  const toRefresh = new Set<string>();
  for (const report of reports)
    if (
      report.status === 'completed' &&
      reusedEntityIds.has(report.entityId) &&
      !isYoungEnough(report.completedAt, now, reportFreshnessHours)
    )
      toRefresh.add(report.entityId);
  for (const { targets } of judgement.placement.drafts)
    for (const id of targetsToRefresh(tree, { reports, reusedEntityIds }, targets)) toRefresh.add(id);
  return [...toRefresh];
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

function byWorth({ detection: { worth } }: Judgement, ids: string[]): string[] {
  return ids.sort((one, other) => (worth.get(other) ?? 0) - (worth.get(one) ?? 0));
}
