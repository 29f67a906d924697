import type { CallFailure, ReviewPorts } from '../adapters/ports.ts';
import type { Exemption } from '../core/base/configuration.ts';
import { nextReports } from '../core/review/next-reports.ts';
import type { ReviewFacts, ReviewRequest } from '../core/review/review-facts.ts';
import { afterSecondLook, movedBetween } from '../core/review/second-look.ts';
import { callFailureOf } from './apply-ports.ts';
import { askingEndOf, askUntilDecided } from './ask.ts';
import { BadEvent } from './bad-event.ts';
import { isLasting, type OrganizationSnapshot, readSnapshot, readTextsFor } from './organization-snapshot.ts';
import type { OnProgress } from './progress.ts';

/** What is known from earlier reviews and decisions; a dry run knows nothing. */
export type History = Pick<
  ReviewFacts,
  | 'moves'
  | 'movesKnownSince'
  | 'namespacesSeen'
  | 'namespacesSeenBefore'
  | 'openChanges'
  | 'suppressions'
  | 'appliedEdits'
> & {
  /** Exemptions that people decided on, beside those of the configuration. */
  readonly exemptions: readonly Exemption[];
  /** SCPs that changes of ours wrote, or may have written. */
  readonly writtenPolicyIds: readonly string[];
};

/** SCPs of changes that are open or may be in force: their texts are compared wherever they are attached. */
function policyIdsOf({ openChanges, writtenPolicyIds }: History): readonly string[] {
  return [...writtenPolicyIds, ...openChanges.flatMap(({ policyId }) => policyId ?? [])];
}

/** The history of a review that looks at no store. */
export const emptyHistory: History = {
  moves: new Map(),
  movesKnownSince: null,
  namespacesSeen: new Set(),
  namespacesSeenBefore: new Set(),
  openChanges: [],
  suppressions: [],
  appliedEdits: [],
  exemptions: [],
  writtenPolicyIds: [],
};

/** How often an organization that changes under the reports is asked again. */
const rereadRounds = 2;
/** Kept back of the life of the credentials, in milliseconds, beside the time that reading the organization took. The SDK renews what it can five minutes before the end: what ends within the longest reserve is not renewed. */
const reserve = { least: 15_000, most: 240_000 };

/** What bounds a collection; times are epoch milliseconds. */
export interface CollectOptions {
  /** Ends the asking: what is still open then is pending, never unused. */
  readonly deadline?: number;
  readonly onProgress?: OnProgress;
  /** When the reading of the tree began: a report made before it may be of another tree. */
  readonly treeReadAt?: number;
  /** Throws where the tree cannot be read again after the reports: for whoever stores or proposes. */
  readonly mustConfirm?: boolean;
}

/** What was read so far. */
interface Kept {
  facts: ReviewFacts;
}

/**
 * Asks report after report until nothing is open, then looks at the tree again: what moved meanwhile is forgotten and
 * asked anew. Where AWS refuses that look, what was read is answered as not confirmed: nothing of it may be proposed.
 */
export async function collect(
  ports: ReviewPorts,
  snapshot: OrganizationSnapshot,
  request: ReviewRequest,
  history: History,
  options: CollectOptions = {},
): Promise<ReviewFacts> {
  const kept: Kept = { facts: nothingAsked(snapshot, request, history, ports.clock.now()) };
  try {
    return await collectConfirmed(ports, request, { ...options, kept, policyIds: policyIdsOf(history) });
  } catch (error) {
    const failure = options.mustConfirm ? null : callFailureOf(error);
    if (failure === null || (isLasting(failure) && kept.facts.reports.length === 0)) throw error;
    return notConfirmed(kept.facts, failure, ports.clock.now(), options.onProgress);
  }
}

/** The facts of a review before its first report. `readAt` is epoch milliseconds. */
export function nothingAsked(
  snapshot: OrganizationSnapshot,
  request: ReviewRequest,
  history: History,
  readAt: number,
): ReviewFacts {
  const asked = {
    movesDuringReview: new Map(),
    reports: [],
    unsettledAccountIds: [],
    pendingEntityIds: [request.scopeId],
  };
  return { ...snapshot, ...history, ...asked, readAt };
}

/** What was read before a failure kept the tree from being read again. `readAt` is epoch milliseconds. */
export function notConfirmed(
  facts: ReviewFacts,
  failure: CallFailure,
  readAt: number,
  onProgress?: OnProgress,
): ReviewFacts {
  const { message: reason } = failure;
  const pending = facts.pendingEntityIds.length;
  const isNews = pending > 0 && facts.askingEnd === undefined;
  if (isNews) onProgress?.({ kind: 'asking-ended', pending, ...askingEndOf(failure) });
  onProgress?.({ kind: 'tree-not-confirmed', reason });
  return {
    ...facts,
    ...(isNews ? { askingEnd: askingEndOf(failure) } : {}),
    treeNotConfirmed: reason,
    readAt,
  };
}

async function collectConfirmed(
  ports: ReviewPorts,
  request: ReviewRequest,
  options: CollectOptions & { readonly kept: Kept; readonly policyIds: readonly string[] },
): Promise<ReviewFacts> {
  const deadline = options.deadline ?? Number.POSITIVE_INFINITY;
  const onProgress = options.onProgress ?? (() => undefined);
  const snapshotMilliseconds = ports.clock.now() - (options.treeReadAt ?? ports.clock.now());
  const reserveMilliseconds = Math.min(reserve.most, reserve.least + snapshotMilliseconds);
  const withTexts = (snapshot: OrganizationSnapshot) =>
    readTextsFor(ports, snapshot, { ...request, policyIds: options.policyIds }, deadline);
  let facts: ReviewFacts = { ...options.kept.facts, ...(await withTexts(options.kept.facts)) };
  onProgress({
    kind: 'organization-read',
    accounts: facts.tree.accounts.length,
    policies: facts.policies.length,
  });
  let notBefore: number | undefined;
  for (let round = 0; ; round += 1) {
    facts = await askUntilDecided(ports, facts, request, {
      deadline,
      reserveMilliseconds,
      onProgress,
      notBefore,
      treeReadAt: options.treeReadAt,
    });
    options.kept.facts = facts;
    const look = await ports.organization.readAccountParents();
    const moved = movedBetween(facts.tree, look);
    if (moved.accountIds.length === 0) break;
    onProgress({ kind: 'accounts-moved', accountIds: moved.accountIds });
    notBefore = ports.clock.now();
    const anew = await withTexts(await readSnapshot(ports));
    if (!anew.tree.entities.has(request.scopeId))
      throw new BadEvent(`scope: ${request.scopeId} left the organization during the review`);
    const isLast = round + 1 >= rereadRounds;
    facts = afterSecondLook(facts, look, anew, isLast);
    if (isLast) {
      facts = { ...facts, pendingEntityIds: nextReports(facts, request) };
      break;
    }
  }
  return { ...facts, readAt: ports.clock.now() };
}
