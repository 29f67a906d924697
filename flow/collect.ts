import type { ReviewPorts, Waiting } from '../adapters/ports.ts';
import type { AccessReport } from '../core/access/access-report.ts';
import { buildTree, chainOf, entityOf, type OrganizationTree } from '../core/access/organization.ts';
import type { Exemption } from '../core/configuration.ts';
import { accessReportLimits } from '../core/limits.ts';
import { nextReports } from '../core/next-reports.ts';
import type { ReviewFacts, ReviewRequest } from '../core/review-facts.ts';
import { BadEvent } from './bad-event.ts';

/** What is known from earlier reviews and decisions; a dry run knows nothing. */
export type History = Pick<
  ReviewFacts,
  'movedAccountIds' | 'movesKnownSince' | 'namespacesSeenBefore' | 'openChanges' | 'putOff'
> & {
  /** Exemptions that people decided on, beside those of the configuration. */
  readonly exemptions: readonly Exemption[];
};

/** The history of a review that looks at no store. */
export const noHistory: History = {
  movedAccountIds: [],
  movesKnownSince: null,
  namespacesSeenBefore: new Set(),
  openChanges: [],
  putOff: [],
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
  | { readonly kind: 'accounts-moved'; readonly accountIds: readonly string[] }
  | ({ readonly kind: 'waiting' } & Waiting);

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
    const moved = await findMoved(ports, facts.tree);
    if (moved.accountIds.length === 0) break;
    onProgress({ kind: 'accounts-moved', accountIds: moved.accountIds });
    notBefore = ports.clock.now();
    const anew = await readGround(ports);
    const { tree } = anew;
    if (!tree.entities.has(request.scopeId))
      throw new BadEvent(`scope: ${request.scopeId} left the organization during the review`);
    // Compared tree with tree: between the look at the parents and this reading more may have moved.
    const between = movedBetween(facts.tree, parentsIn(tree));
    const unknown = entitiesTouched(facts.tree, tree, moved, between);
    const isLast = round + 1 >= settlingRounds;
    facts = {
      ...facts,
      ...anew,
      reports: facts.reports.flatMap((report) => settle(report, unknown, isLast)),
      unsettledAccountIds: isLast
        ? both(moved, between).accountIds.filter((id) => tree.entities.has(id))
        : [],
    };
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
      const { id, name, path } = entityOf(facts.tree, entityId);
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

interface Moved {
  readonly accountIds: readonly string[];
  /** Parents that an account left or came to. */
  readonly parentIds: readonly string[];
}

async function findMoved(ports: ReviewPorts, tree: OrganizationTree): Promise<Moved> {
  return movedBetween(tree, await ports.organization.readAccountParents());
}

function parentsIn(tree: OrganizationTree): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  for (const { id, parentId, type } of tree.entities.values())
    if (type === 'account' && parentId !== null) parents.set(id, parentId);
  return parents;
}

function both(one: Moved, other: Moved): Moved {
  return {
    accountIds: [...new Set([...one.accountIds, ...other.accountIds])],
    parentIds: [...new Set([...one.parentIds, ...other.parentIds])],
  };
}

function movedBetween(tree: OrganizationTree, parents: ReadonlyMap<string, string>): Moved {
  const accountIds = new Set<string>();
  const parentIds = new Set<string>();
  for (const entity of tree.entities.values()) {
    if (entity.type !== 'account' || parents.get(entity.id) === entity.parentId) continue;
    accountIds.add(entity.id);
    for (const id of [entity.parentId, parents.get(entity.id)]) if (id) parentIds.add(id);
  }
  for (const [accountId, parentId] of parents) {
    if (tree.entities.has(accountId)) continue;
    accountIds.add(accountId);
    parentIds.add(parentId);
  }
  return { accountIds: [...accountIds], parentIds: [...parentIds] };
}

/** The accounts that moved and everything above their old and new places. */
function entitiesTouched(
  before: OrganizationTree,
  after: OrganizationTree,
  ...moves: readonly Moved[]
): ReadonlySet<string> {
  const moved = moves.reduce(both);
  const touched = new Set(moved.accountIds);
  for (const tree of [before, after]) {
    for (const parentId of moved.parentIds) {
      if (!tree.entities.has(parentId)) continue;
      for (const entity of chainOf(tree, parentId)) touched.add(entity.id);
    }
  }
  return touched;
}

/** A report whose entity was touched is forgotten, to be asked again; in the last round it stays unknown. */
function settle(
  report: AccessReport,
  touched: ReadonlySet<string>,
  isLast: boolean,
): readonly AccessReport[] {
  if (!touched.has(report.entityId)) return [report];
  if (!isLast) return [];
  const message = 'accounts moved below it while the reports ran, twice in a row';
  return [{ status: 'failed', entityId: report.entityId, failure: { code: 'MOVED_ACCOUNT', message } }];
}
