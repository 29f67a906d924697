import type { CallFailure, ReviewPorts } from '../adapters/ports.ts';
import type { Exemption } from '../core/base/configuration.ts';
import { type Collection, isOfLastRound, newCollection } from '../core/review/collection.ts';
import { type EvidenceMemory, noMemory } from '../core/review/evidence.ts';
import { judge } from '../core/review/judgement.ts';
import type { ReviewFacts, ReviewRequest } from '../core/review/review-facts.ts';
import { callFailureOf } from './apply-ports.ts';
import { askUntilDecided } from './ask.ts';
import { askingEndOf } from './ask-report.ts';
import type { CollectedInRun, Collecting, EarlierReport, OnAnswer } from './collecting.ts';
import type { Further } from './coming-further.ts';
import { isLasting, type OrganizationSnapshot } from './organization-snapshot.ts';
import type { OnProgress } from './progress.ts';
import { type FirstReading, notKept } from './reading.ts';

/** What is known from earlier reviews and decisions; a dry run knows nothing. */
export type History = Pick<
  ReviewFacts,
  | 'moves'
  | 'movesKnownSince'
  | 'movesUnseen'
  | 'namespacesSeen'
  | 'namespacesSeenBefore'
  | 'seenUse'
  | 'remembered'
  | 'allowedBefore'
  | 'askedBefore'
  | 'waitingSince'
  | 'openChanges'
  | 'suppressions'
  | 'standingExemptions'
  | 'keptExemptions'
  | 'appliedEdits'
> & {
  /** Exemptions that people decided on, beside those of the configuration. */
  readonly exemptions: readonly Exemption[];
  /** What earlier reviews leave for this one. */
  readonly evidence: EvidenceMemory;
  /** SCPs that changes of ours wrote, or may have written. */
  readonly writtenPolicyIds: readonly string[];
};

/** The history of a review that looks at no store. */
export const emptyHistory: History = {
  moves: new Map(),
  movesKnownSince: null,
  movesUnseen: null,
  namespacesSeen: new Set(),
  namespacesSeenBefore: new Set(),
  openChanges: [],
  suppressions: [],
  appliedEdits: [],
  exemptions: [],
  evidence: noMemory,
  writtenPolicyIds: [],
};

/** Kept back of the life of the credentials, in milliseconds, beside the time that reading the organization took. The SDK renews what it can five minutes before the end: what ends within the longest reserve is not renewed. */
const reserve = { least: 15_000, most: 240_000 };

const noEarlierReport: EarlierReport = () => Promise.resolve(null);

/** What bounds a collection; times are epoch milliseconds. */
export interface CollectOptions {
  /** Ends the asking: what is still open then is pending, never unused. */
  readonly deadline?: number;
  /** Ends the look at the parents, and the reading of what moved: without them nothing may be proposed. */
  readonly lookUntil?: number;
  /** The latest that a look at the parents begins where another run follows. Absent: none follows. */
  readonly lookBy?: number;
  /** The latest that such a run judges. */
  readonly judgeBy?: number;
  /** The reading that the organization is from; absent: nothing of it is kept. */
  readonly first?: FirstReading;
  /** Whether this run came further. */
  readonly further?: Further;
  /** It is the last one, since the one before came no further; unless its time goes to apply. */
  readonly isLast?: boolean;
  readonly onProgress?: OnProgress;
  /** When the reading of the tree began: a report made before it may be of another tree. */
  readonly treeReadAt: number;
  /** SCPs whose texts are read wherever they are attached. */
  readonly policyIds: readonly string[];
  /** Throws where the tree cannot be read again after the reports: for whoever stores or proposes. */
  readonly mustConfirm?: boolean;
  /** The report of an entity that an earlier review had; absent: none is used again. */
  readonly earlierReport?: EarlierReport | undefined;
  /** When the review began, where an earlier run of it did (epoch ms). */
  readonly startedAt?: number;
  /** The answers of this review that an earlier run of it was given. */
  readonly collection?: Collection | null;
  /** Waits for what comes before a report, as `AskOptions` has it. */
  readonly giveWay?: ((until: number) => Promise<boolean>) | undefined;
  /** Called with each answer as it arrives, before the next question. */
  readonly onAnswer?: OnAnswer;
}

/**
 * Carries out question after question until core has no further one, from the organization as it was read. Reports are
 * asked first, then the parents of all accounts: what moved meanwhile is asked anew. Where AWS refuses that look, what was
 * read is answered as not confirmed: nothing of it may be proposed.
 */
export async function collect(
  ports: ReviewPorts,
  start: ReviewFacts,
  request: ReviewRequest,
  options: CollectOptions,
): Promise<CollectedInRun> {
  const snapshotMilliseconds = ports.clock.now() - options.treeReadAt;
  const { first = notKept, onProgress = () => undefined, policyIds } = options;
  const collection = options.collection ?? newCollection(request);
  const collecting: Collecting = {
    ports,
    request,
    policyIds,
    onAnswer: options.onAnswer,
    start,
    known: start,
    asking: {
      deadline: options.deadline ?? Number.POSITIVE_INFINITY,
      lookUntil: options.lookUntil ?? Number.POSITIVE_INFINITY,
      reserveMilliseconds: Math.min(reserve.most, reserve.least + snapshotMilliseconds),
      onProgress,
      giveWay: options.giveWay,
      treeReadAt: options.treeReadAt,
    },
    collection,
    earlierReport: options.earlierReport ?? noEarlierReport,
    further: options.further ?? { hasCome: false, asksReports: false },
    isLast: options.isLast ?? false,
    first,
    isKept: first.isKept && isOfLastRound(collection, start.tree),
    reading: null,
    lookBy: options.lookBy ?? null,
    judgeBy: options.judgeBy ?? Number.POSITIVE_INFINITY,
    startedAt: options.startedAt ?? options.treeReadAt,
    end: undefined,
    judged: null,
  };
  try {
    const { facts, judgement } = await askUntilDecided(collecting);
    return { facts: { ...facts, readAt: ports.clock.now() }, judgement };
  } catch (error) {
    const { known } = collecting;
    const failure = options.mustConfirm ? null : callFailureOf(error);
    if (failure === null || (isLasting(failure) && known.reports.length === 0)) throw error;
    return notConfirmed(known, request, failure, ports.clock.now(), onProgress);
  }
}

/** The facts of a review before its first report. `readAt` is epoch milliseconds. */
export function nothingAsked(
  known: OrganizationSnapshot & History & Partial<ReviewFacts>,
  request: ReviewRequest,
  readAt: number,
): ReviewFacts {
  const asked = { movesDuringReview: new Map(), reports: [], movedAgainAccountIds: [] };
  return { ...known, ...asked, pendingEntityIds: [request.scopeId], readAt };
}

/** What was read before a failure kept the tree from being read again. `readAt` is epoch milliseconds. */
export function notConfirmed(
  known: ReviewFacts,
  request: ReviewRequest,
  failure: CallFailure,
  readAt: number,
  onProgress: OnProgress = () => undefined,
): CollectedInRun {
  const { message: reason } = failure;
  const pending = known.pendingEntityIds.length;
  const isNews = pending > 0 && known.askingEnd === undefined;
  if (isNews) onProgress({ kind: 'asking-ended', pending, ...askingEndOf(failure) });
  onProgress({ kind: 'tree-not-confirmed', reason });
  const askingEnd = isNews ? { askingEnd: askingEndOf(failure) } : {};
  const facts = { ...known, ...askingEnd, treeNotConfirmed: reason, readAt };
  return { facts, judgement: judge(facts, request) };
}
