import { listAt } from '../base/lists.ts';
import type { FindingResult } from './finding-result.ts';
import type { ReviewResult } from './review-result.ts';

/** What of two results is compared. */
export type Compared = Pick<
  ReviewResult,
  | 'asOf'
  | 'entities'
  | 'findings'
  | 'organizationId'
  | 'reviewId'
  | 'scope'
  | 'status'
  | 'thresholdDays'
  | 'totals'
>;

/** One unused service at one entity, as one of the two reviews found it. */
export type Pair = Pick<
  FindingResult,
  'entityId' | 'entityPath' | 'kind' | 'lastAccessedAt' | 'serviceName' | 'serviceNamespace' | 'status'
>;

/** What a later review found beside an earlier one. */
export interface Comparison {
  readonly earlier: Side;
  readonly later: Side;
  /** Unused now, and not unused there before. */
  readonly new: readonly Pair[];
  /** Unused before, and judged not to be now: used again, denied since, or not listed by AWS any more. */
  readonly gone: readonly Pair[];
  /** Unused in both, at the same entity or at one above. */
  readonly open: readonly Pair[];
  /** Unused before; the later review did not judge that entity, so nobody knows. */
  readonly unknown: readonly Pair[];
}

/** One of the two reviews. `asOf` in ISO format. */
export interface Side {
  readonly reviewId: string;
  readonly asOf: string;
  readonly scope: string;
  readonly status: ReviewResult['status'];
  readonly thresholdDays: number;
  readonly found: number;
  readonly proposed: number;
}

/** Compares two results of one organization. A finding of an entity holds for all that lies below it, so the later review may have it higher up. */
export function compareReviews(earlier: Compared, later: Compared): Comparison {
  const [before, after] = [byService(earlier), byService(later)];
  const judged = new Set(later.entities.filter(({ report }) => isJudged(report)).map(({ id }) => id));
  const gone: Pair[] = [];
  const open: Pair[] = [];
  const unknown: Pair[] = [];
  for (const pair of earlier.findings.map(pairOf)) {
    if (isCovered(pair, after)) open.push(pair);
    else if (judged.has(pair.entityId)) gone.push(pair);
    else unknown.push(pair);
  }
  return {
    earlier: sideOf(earlier),
    later: sideOf(later),
    new: later.findings.map(pairOf).filter((pair) => !isCovered(pair, before)),
    gone,
    open,
    unknown,
  };
}

function isJudged(report: Compared['entities'][number]['report']): boolean {
  return 'services' in report || 'inferred' in report;
}

function byService({ findings }: Compared): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  for (const { entityPath, serviceNamespace } of findings) listAt(paths, serviceNamespace).push(entityPath);
  return paths;
}

/** Whether the service is unused there: at the entity itself, or at one above it. */
function isCovered(
  { entityPath, serviceNamespace }: Pair,
  found: ReadonlyMap<string, readonly string[]>,
): boolean {
  const paths = found.get(serviceNamespace) ?? [];
  return paths.some((path) => entityPath === path || entityPath.startsWith(`${path}/`));
}

function sideOf({ asOf, reviewId, scope, status, thresholdDays, totals }: Compared): Side {
  const { found, outcomes } = totals;
  return {
    reviewId,
    asOf,
    status,
    thresholdDays,
    found,
    scope: scope.shortPath ?? scope.name,
    proposed: outcomes.proposed,
  };
}

function pairOf(finding: FindingResult): Pair {
  const { entityId, entityPath, kind, lastAccessedAt, serviceName, serviceNamespace, status } = finding;
  return { entityId, entityPath, kind, lastAccessedAt, serviceName, serviceNamespace, status };
}
