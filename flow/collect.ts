import type { ReviewPorts } from '../adapters/ports.ts';
import type { AccessReport } from '../core/access/access-report.ts';
import { buildTree, entityOf, type OrganizationTree } from '../core/access/organization.ts';
import type { Exemption } from '../core/configuration.ts';
import { accessReportLimits } from '../core/limits.ts';
import { nextReports } from '../core/next-reports.ts';
import type { ReviewFacts, ReviewRequest } from '../core/review-facts.ts';
import { afterSecondLook, movedBetween } from '../core/second-look.ts';
import { BadEvent } from './bad-event.ts';

/** What is known from earlier reviews and decisions; a dry run knows nothing. */
export type History = Pick<
  ReviewFacts,
  | 'moves'
  | 'movesKnownSince'
  | 'namespacesSeen'
  | 'namespacesSeenBefore'
  | 'openChanges'
  | 'putOff'
  | 'revertedChanges'
> & {
  /** Exemptions that people decided on, beside those of the configuration. */
  readonly exemptions: readonly Exemption[];
};

/** The history of a review that looks at no store. */
export const noHistory: History = {
  moves: new Map(),
  movesKnownSince: null,
  namespacesSeen: new Set(),
  namespacesSeenBefore: new Set(),
  openChanges: [],
  putOff: [],
  revertedChanges: [],
  exemptions: [],
};

/** What is said while a review runs, for a terminal or a log. */
export type Progress =
  | { readonly kind: 'organization-read'; readonly accounts: number; readonly policies: number }
  | { readonly kind: 'report-started'; readonly entityId: string; readonly name: string }
  | {
      readonly kind: 'report-ended';
      readonly entityId: string;
      readonly name: string;
      readonly report: AccessReport;
    }
  | { readonly kind: 'accounts-moved'; readonly accountIds: readonly string[] };

/** A listener for progress. */
export type OnProgress = (progress: Progress) => void;

/** The organization as it stands before the first report. */
export interface Ground {
  readonly tree: OrganizationTree;
  readonly policies: ReviewFacts['policies'];
  readonly trustedServicePrincipals: ReviewFacts['trustedServicePrincipals'];
}

/** How often an organization that changes under the reports is asked again. */
const settlingRounds = 2;

/** Reads tree, SCPs and trusted services side by side. */
export async function readGround(ports: ReviewPorts): Promise<Ground> {
  const [facts, policies, trustedServicePrincipals] = await Promise.all([
    ports.organization.readTree(),
    ports.organization.readPolicies(),
    ports.organization.readTrustedServices(),
  ]);
  return { tree: buildTree(facts), policies, trustedServicePrincipals };
}

/**
 * Asks report after report until nothing is open, then looks at the tree again: what moved meanwhile is forgotten and
 * asked anew. `deadline` (epoch ms) ends the asking: what is still open then is pending, never unused. `treeReadAt`
 * (epoch ms) is when the reading of the tree began: a report made before it may be of another tree.
 */
export async function collect(
  ports: ReviewPorts,
  ground: Ground,
  request: ReviewRequest,
  history: History,
  options: {
    readonly deadline?: number;
    readonly onProgress?: OnProgress;
    readonly treeReadAt?: number;
  } = {},
): Promise<ReviewFacts> {
  const deadline = options.deadline ?? Number.POSITIVE_INFINITY;
  const onProgress = options.onProgress ?? (() => undefined);
  let facts: ReviewFacts = {
    ...ground,
    ...history,
    movesDuringReview: new Map(),
    reports: [],
    unsettledAccountIds: [],
    readAt: ports.clock.now(),
    pendingEntityIds: [],
  };
  onProgress({
    kind: 'organization-read',
    accounts: facts.tree.accounts.length,
    policies: facts.policies.length,
  });
  let notBefore: number | undefined;
  for (let round = 0; ; round += 1) {
    facts = await askUntilDecided(ports, facts, request, {
      deadline,
      onProgress,
      notBefore,
      treeReadAt: options.treeReadAt,
    });
    const look = await ports.organization.readAccountParents();
    const moved = movedBetween(facts.tree, look);
    if (moved.accountIds.length === 0) break;
    onProgress({ kind: 'accounts-moved', accountIds: moved.accountIds });
    notBefore = ports.clock.now();
    const anew = await readGround(ports);
    if (!anew.tree.entities.has(request.scopeId))
      throw new BadEvent(`scope: ${request.scopeId} left the organization during the review`);
    const isLast = round + 1 >= settlingRounds;
    facts = afterSecondLook(facts, look, anew, isLast);
    if (isLast) {
      facts = { ...facts, pendingEntityIds: nextReports(facts, request) };
      break;
    }
  }
  return { ...facts, readAt: ports.clock.now() };
}

async function askUntilDecided(
  ports: ReviewPorts,
  start: ReviewFacts,
  request: ReviewRequest,
  options: {
    readonly deadline: number;
    readonly onProgress: OnProgress;
    readonly notBefore: number | undefined;
    readonly treeReadAt: number | undefined;
  },
): Promise<ReviewFacts> {
  let facts = start;
  for (;;) {
    const open = nextReports(facts, request);
    if (open.length === 0) return { ...facts, pendingEntityIds: [] };
    for (const [index, entityId] of open.entries()) {
      if (ports.clock.now() >= options.deadline) return { ...facts, pendingEntityIds: open.slice(index) };
      const { id, path, shortPath: name } = entityOf(facts.tree, entityId);
      options.onProgress({ kind: 'report-started', entityId, name });
      let report = await ports.reports.report({ id, path }, options.notBefore);
      if (isOlderThanTree(report, options.treeReadAt))
        report = await ports.reports.report({ id, path }, options.treeReadAt);
      options.onProgress({ kind: 'report-ended', entityId, name, report });
      facts = { ...facts, reports: [...facts.reports, report] };
    }
  }
}

/** How far AWS's clock may be behind ours before a new job looks old, in milliseconds. */
const clockTolerance = 2_000;

/**
 * AWS hands a job of the last minute out again. One that is older than the tree may not count an account that came since.
 * A job that looks older than any that is handed out again was made by a clock that differs from ours, and is new.
 */
function isOlderThanTree(report: AccessReport, treeReadAt: number | undefined): boolean {
  if (treeReadAt === undefined || report.status === 'failed') return false;
  const age = treeReadAt - report.createdAt;
  const oldest = accessReportLimits.reuseMilliseconds + accessReportLimits.jobBoundMilliseconds;
  return age > clockTolerance && age < oldest;
}
