import { randomBytes } from 'node:crypto';
import type { CollectionStore } from '../adapters/collection-ports.ts';
import type { ReviewPorts } from '../adapters/ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { type StartedBy, type Starter, starterOf } from '../core/change/life/starter.ts';
import type { CompletedReport } from '../core/finding/access-report.ts';
import type { Seen } from '../core/kinds/kind.ts';
import { dollarsOf } from '../core/review/dollars.ts';
import { mayBeUsedAgain, surroundingsOf } from '../core/review/evidence.ts';
import { judge } from '../core/review/judgement.ts';
import { instantsOf, leastAnswer } from '../core/review/reserve.ts';
import { type ReviewDecision, review } from '../core/review/review.ts';
import { type ReviewEvent, requestOf } from '../core/review/review-event.ts';
import type { ReviewFacts, ReviewRequest } from '../core/review/review-facts.ts';
import { type ReviewResult, resultOf } from '../core/review/review-result.ts';
import { leaseMilliseconds, mayGoOn } from '../core/review/running.ts';
import { callFailureOf } from './apply-ports.ts';
import { BadEvent } from './bad-event.ts';
import { collect, emptyHistory, type History, notConfirmed, nothingAsked } from './collect.ts';
import { type Further, isLeft, noting, unlessFurther } from './coming-further.ts';
import {
  type OrganizationSnapshot,
  partitionOf,
  readSnapshot,
  readSnapshotOrTree,
  type SnapshotRead,
} from './organization-snapshot.ts';
import type { OnProgress } from './progress.ts';
import { firstReading, notKept, readingTook, withPages } from './reading.ts';

/** A review as it ran: what was asked, read and decided, and the result that people and programs get. */
export interface ReviewRun {
  readonly request: ReviewRequest;
  readonly starter: Starter;
  /** Epoch milliseconds: everything was read after it. */
  readonly startedAt: number;
  /** Reports that this run was given, failed ones included. */
  readonly reportsAsked: number;
  readonly facts: ReviewFacts;
  readonly decision: ReviewDecision;
  readonly result: ReviewResult;
}

/** What a run shows of changes that were proposed before. `now` in epoch milliseconds. */
export function seenBy({ decision, facts, request, startedAt }: ReviewRun, now: number): Seen {
  const { moves, policies, reports, tree } = facts;
  const { knowledge, policyIndex } = decision.judgement;
  const allowed = { knowledge, policyIndex, allowedBefore: facts.allowedBefore, asOf: request.asOf };
  return {
    review: 'organization',
    tree,
    moves,
    policies,
    reports,
    knowledge,
    allowed,
    readSince: startedAt,
    now,
  };
}

/** What a review may be given beside its event. */
export interface ReviewOptions {
  /** When the function is stopped (epoch ms): no report is waited for in the time that the rest takes. */
  readonly endsAt?: number;
  readonly onProgress?: OnProgress;
  readonly reviewId?: string;
  /** Throws where the tree cannot be read again after the reports: for whoever stores or proposes. Else the result is partial and proposes nothing. */
  readonly mustConfirm?: boolean;
  /** How it came to run; whoever's credentials it runs with started it where nothing is said. */
  readonly startedBy?: StartedBy;
  /** Where answers are kept as they arrive; a review that starts again under its id asks none of them twice. A dry run has them in memory alone. */
  readonly collections?: CollectionStore;
  /** Waits for what comes before a report, until an instant (epoch ms) at most; answers whether it had to. */
  readonly giveWay?: (until: number) => Promise<boolean>;
  /** A report of an earlier review, or null where it is not kept; absent: none is used again. */
  readonly loadReport?: (reviewId: string, entityId: string) => Promise<CompletedReport | null>;
  /** Told after each answer how many reports are done, and how many are open as far as is known. */
  readonly onCount?: (counts: { readonly done: number; readonly open: number }) => Promise<void>;
  /** What earlier reviews know, asked for once the organization is known; a dry run leaves it out. */
  readonly readHistory?: (snapshot: OrganizationSnapshot, request: ReviewRequest) => Promise<History>;
}

/** What a review is told that may go on in another run. */
export interface PartOptions extends ReviewOptions {
  readonly reviewId: string;
  /** Where its time runs out before everything was read and asked, it decides nothing, and another run goes on. */
  readonly mayContinue?: boolean | undefined;
  /** When it began, in an earlier run of it where there was one (epoch ms). */
  readonly begunAt?: number | undefined;
  /** The run before came no further: it is the last one, unless its time went to apply or to a reading that came further. */
  readonly isLast?: boolean | undefined;
}

/** A review whose time ran out before it could decide: another run goes on, with this many reports open as far as is known. `inVain`: this one came no further. */
export interface Continuing {
  readonly continuing: { readonly reviewId: string; readonly pending: number; readonly inVain?: true };
}

/** Runs one review: read, decide, answer. It writes nothing. Throws `BadEvent`, or `AwsRefusal` where AWS refuses a read. */
export async function runReview(
  ports: ReviewPorts,
  event: ReviewEvent,
  configuration: Configuration,
  options: ReviewOptions = {},
): Promise<ReviewRun> {
  const reviewId = options.reviewId ?? newReviewId(ports.clock.now());
  const run = await runPart(ports, event, configuration, { ...options, reviewId, mayContinue: false });
  if ('continuing' in run) throw new Error(`${reviewId} stopped, and nobody goes on with it`);
  return run;
}

/** The same, as far as the time of one run allows. */
export async function runPart(
  ports: ReviewPorts,
  event: ReviewEvent,
  configuration: Configuration,
  options: PartOptions,
): Promise<ReviewRun | Continuing> {
  const { collections, mayContinue = false, reviewId } = options;
  const startedAt = ports.clock.now();
  const endsAt = options.endsAt ?? Number.POSITIVE_INFINITY;
  ports.limit?.(endsAt - leastAnswer);
  const collection = (await collections?.load(reviewId)) ?? null;
  const now = collection?.event.asOf ?? options.begunAt ?? startedAt;
  // The next one begins a while after the end of this one.
  const isYoung = mayContinue && mayGoOn(now, endsAt + leaseMilliseconds, configuration);
  const isLast = isYoung && options.isLast === true;
  const continues = isYoung && !isLast;
  const within = event.scope ?? configuration.scope;
  const further: Further = { hasCome: false, asksReports: false };
  const own = { reviewId, asOf: now, configuration };
  const first =
    mayContinue && collections
      ? await firstReading(noting(collections, further), own, collection, ports.clock.now)
      : notKept;
  const mayLeave = isLast ? further : null;
  const [snapshot, { arn: callerArn }] = await Promise.all([
    unlessFurther(mayLeave, readWhatCanBe(withPages(ports, first.pages), within, { ...options, continues })),
    ports.caller.identity(),
  ]);
  const goOn = (pending: number): Continuing => ({
    continuing: { reviewId, pending, ...(further.hasCome ? {} : { inVain: true }) },
  });
  if (snapshot === 'time') return goOn(1);
  const treeReadAt = Math.min(startedAt, first.pages?.begunAt ?? startedAt);
  const requested = requestOf(event, configuration, snapshot.tree, { reviewId, now });
  if (!requested.ok) throw new BadEvent(requested.reasons[0].detail);
  const history = options.readHistory ? await options.readHistory(snapshot, requested.value) : emptyHistory;
  const exemptions = [...configuration.exemptions, ...history.exemptions];
  const request: ReviewRequest = { ...requested.value, configuration: { ...configuration, exemptions } };
  const partition = partitionOf(callerArn);
  const starter = starterOf(options.startedBy ?? { type: 'caller' }, callerArn, configuration);
  const startedWith = starter.type === 'principal' ? { startedWith: starter.arn } : {};
  const known = { ...snapshot, ...history, partition, decidedExemptions: history.exemptions, ...startedWith };
  const start = nothingAsked(known, request, treeReadAt);
  const { loadReport } = options;
  const earlierReport =
    loadReport &&
    (async (facts: ReviewFacts, entityId: string) => {
      const note = history.evidence.notes.get(entityId);
      const surroundings = note ? surroundingsOf(facts.tree, facts.policies, entityId) : null;
      const isUsable =
        note !== undefined && mayBeUsedAgain(note, surroundings, ports.clock.now(), configuration);
      return isUsable ? loadReport(note.reviewId, entityId) : null;
    });
  let reportsAsked = 0;
  const collected =
    snapshot.failure === null
      ? await unlessFurther(
          mayLeave,
          collect(ports, start, request, {
            ...options,
            ...instantsOf(snapshot.tree, {
              endsAt,
              readMilliseconds: readingTook(first, ports.clock.now() - startedAt),
              continues,
            }),
            treeReadAt,
            policyIds: policyIdsOf(history),
            collection,
            earlierReport,
            first,
            further,
            isLast,
            startedAt: now,
            onAnswer: async (answer, counts) => {
              if (answer.type === 'report' && !answer.reused) reportsAsked += 1;
              await options.collections?.keep(request, answer);
              await options.onCount?.(counts);
            },
          }),
        )
      : notConfirmed(start, request, snapshot.failure, ports.clock.now(), options.onProgress);
  if (collected === 'time') return goOn(1);
  const { facts } = collected;
  if (isLeft({ continues, isLast }, facts.askingEnd)) return goOn(facts.pendingEntityIds.length);
  const decision = review(facts, request, collected.judgement ?? judge(facts, request));
  const metrics = {
    reportJobs: ports.meter.reportJobs(),
    apiCalls: ports.meter.calls(),
    ...dollarsOf(ports.meter.calls(), ports.trail.scannedBytes()),
    throttled: ports.meter.throttled(),
    durationMs: ports.clock.now() - startedAt,
  };
  return {
    request,
    reportsAsked,
    starter,
    startedAt: treeReadAt,
    facts,
    decision,
    result: resultOf(decision, facts, request, metrics),
  };
}

/** SCPs of changes that are open or may be in force: their texts are compared wherever they are attached. */
function policyIdsOf({ openChanges, writtenPolicyIds }: History): readonly string[] {
  return [...writtenPolicyIds, ...openChanges.flatMap(({ policyId }) => policyId ?? [])];
}

async function readWhatCanBe(
  ports: ReviewPorts,
  scope: string | null | undefined,
  { continues, endsAt, mustConfirm }: ReviewOptions & { readonly continues: boolean },
): Promise<SnapshotRead | 'time'> {
  const isWhole = !scope || scope.startsWith('r-');
  const textsUntil = isWhole ? (endsAt ?? Number.POSITIVE_INFINITY) - leastAnswer : undefined;
  if (!mustConfirm) return readSnapshotOrTree(ports, textsUntil);
  try {
    return { ...(await readSnapshot(ports, textsUntil)), failure: null };
  } catch (error) {
    if (continues && callFailureOf(error)?.kind === 'time') return 'time';
    throw error;
  }
}

/** An id for a review: sorts by start, unique without asking anybody. */
export function newReviewId(startedAt: number): string {
  const time = new Date(startedAt).toISOString().replace(/[-:]/g, '').replace(/\..*/, 'z').toLowerCase();
  return `rev-${time}-${randomBytes(3).toString('hex')}`;
}
