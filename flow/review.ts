import { randomBytes } from 'node:crypto';
import type { CollectionStore } from '../adapters/collection-ports.ts';
import type { ReviewPorts } from '../adapters/ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { parseJsonFile } from '../core/base/json-file.ts';
import { type StartedBy, type Starter, starterOf } from '../core/change/life/starter.ts';
import type { CompletedReport } from '../core/finding/access-report.ts';
import type { Seen } from '../core/kinds/kind.ts';
import { type EvidenceMemory, mayBeUsedAgain, surroundingsOf } from '../core/review/evidence.ts';
import { dollarsOf } from '../core/review/planned-calls.ts';
import { instantsOf, leastAnswer } from '../core/review/reserve.ts';
import { type ReviewDecision, review } from '../core/review/review.ts';
import { parseReviewEvent, type ReviewEvent, requestOf } from '../core/review/review-event.ts';
import type { ReviewFacts, ReviewRequest } from '../core/review/review-facts.ts';
import { type ReviewResult, resultOf } from '../core/review/review-result.ts';
import { mayGoOn } from '../core/review/running.ts';
import { BadEvent } from './bad-event.ts';
import { collect, emptyHistory, type History, notConfirmed, nothingAsked } from './collect.ts';
import {
  type OrganizationSnapshot,
  readSnapshot,
  readSnapshotOrTree,
  type SnapshotRead,
} from './organization-snapshot.ts';
import type { OnProgress } from './progress.ts';

/** A review as it ran: what was asked, read and decided, and the result that people and programs get. */
export interface ReviewRun {
  readonly request: ReviewRequest;
  readonly starter: Starter;
  /** Epoch milliseconds: everything was read after it. */
  readonly startedAt: number;
  /** Reports that this run was given, failed ones included. */
  readonly reportsAsked: number;
  /** The same, with reports of earlier reviews and what sources answered: how far it has come. */
  readonly answered: number;
  readonly facts: ReviewFacts;
  /** What earlier reviews left for it. */
  readonly evidence: EvidenceMemory;
  readonly decision: ReviewDecision;
  readonly result: ReviewResult;
}

/** What a run shows of changes that were proposed before. `now` in epoch milliseconds. */
export function seenBy({ decision, facts, request, startedAt }: ReviewRun, now: number): Seen {
  const { moves, policies, reports, tree } = facts;
  const { knowledge, policyIndex } = decision.judgement;
  const allowed = { knowledge, policyIndex, allowedBefore: facts.allowedBefore, asOf: request.asOf };
  return {
    ...{ review: 'organization', tree, moves, policies, reports, knowledge, allowed },
    ...{ readSince: startedAt, now },
  };
}

/** What a review may be given beside its event. */
export interface ReviewOptions {
  /** When the function is stopped (epoch ms): no report is waited for in the time that the rest takes. */
  readonly endsAt?: number;
  /** Where its time runs out before everything was asked, it decides nothing, and another run goes on. */
  readonly mayContinue?: boolean;
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

/** Reads the event, throwing `BadEvent` for one that cannot be carried out. */
export function readReviewEvent(input: unknown, configuration: Configuration, now: number): ReviewEvent {
  const parsed = parseReviewEvent(eventIn(input), configuration, now);
  if (!parsed.ok) throw new BadEvent(parsed.reasons.map((reason) => reason.detail).join('\n'));
  return parsed.value;
}

/** The framework hands on as a text whatever it cannot parse: an event with a byte order mark in front. */
function eventIn(input: unknown): unknown {
  if (typeof input !== 'string' || !input.startsWith('\uFEFF')) return input;
  try {
    return parseJsonFile(input);
  } catch (error) {
    throw new BadEvent(`event: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Runs one review: read, decide, answer. It writes nothing. Throws `BadEvent`, or `AwsRefusal` where AWS refuses a read. */
export async function runReview(
  ports: ReviewPorts,
  event: ReviewEvent,
  configuration: Configuration,
  options: ReviewOptions = {},
): Promise<ReviewRun> {
  const startedAt = ports.clock.now();
  const endsAt = options.endsAt ?? Number.POSITIVE_INFINITY;
  ports.limit?.(endsAt - leastAnswer);
  const [snapshot, { arn: callerArn }] = await Promise.all([
    readWhatCanBe(ports, event.scope ?? configuration.scope, options),
    ports.caller.identity(),
  ]);
  const reviewId = options.reviewId ?? newReviewId(startedAt);
  const collection = (await options.collections?.load(reviewId)) ?? null;
  const now = collection?.event.asOf ?? startedAt;
  const requested = requestOf(event, configuration, snapshot.tree, { reviewId, now });
  if (!requested.ok) throw new BadEvent(requested.reasons[0].detail);

  const history = options.readHistory ? await options.readHistory(snapshot, requested.value) : emptyHistory;
  const exemptions = [...configuration.exemptions, ...history.exemptions];
  const request: ReviewRequest = { ...requested.value, configuration: { ...configuration, exemptions } };
  const [, partition = ''] = callerArn.split(':');
  const starter = starterOf(options.startedBy ?? { type: 'caller' }, callerArn, configuration);
  const startedWith = starter.type === 'principal' ? { startedWith: starter.arn } : {};
  const known = { ...snapshot, ...history, partition, decidedExemptions: history.exemptions, ...startedWith };
  const start = nothingAsked(known, request, startedAt);
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
  let answered = 0;
  let reportsAsked = 0;
  const continues = (options.mayContinue ?? false) && mayGoOn(now, endsAt, configuration);
  const { facts, judgement } =
    snapshot.failure === null
      ? await collect(ports, start, request, {
          ...options,
          ...instantsOf(snapshot.tree, {
            endsAt,
            readMilliseconds: ports.clock.now() - startedAt,
            continues,
          }),
          ...{ treeReadAt: startedAt, policyIds: policyIdsOf(history), collection, earlierReport },
          startedAt: collection?.event.asOf ?? startedAt,
          onAnswer: async (answer, counts) => {
            if (answer.type !== 'tree' && answer.type !== 'parents') answered += 1;
            if (answer.type === 'report' && !answer.reused) reportsAsked += 1;
            await options.collections?.keep(request, answer);
            await options.onCount?.(counts);
          },
        })
      : notConfirmed(start, request, snapshot.failure, ports.clock.now(), options.onProgress);
  const decision = review(facts, request, judgement);
  const metrics = {
    reportJobs: ports.meter.reportJobs(),
    apiCalls: ports.meter.calls(),
    ...dollarsOf(ports.meter.calls(), ports.trail.scannedBytes()),
    throttled: ports.meter.throttled(),
    durationMs: ports.clock.now() - startedAt,
  };
  return {
    request,
    ...{ answered, reportsAsked },
    evidence: history.evidence,
    starter,
    startedAt,
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
  { endsAt, mustConfirm }: ReviewOptions,
): Promise<SnapshotRead> {
  const isWhole = !scope || scope.startsWith('r-');
  const textsUntil = isWhole ? (endsAt ?? Number.POSITIVE_INFINITY) - leastAnswer : undefined;
  if (mustConfirm) return { ...(await readSnapshot(ports, textsUntil)), failure: null };
  return readSnapshotOrTree(ports, textsUntil);
}

/** An id for a review: sorts by start, unique without asking anybody. */
export function newReviewId(startedAt: number): string {
  const time = new Date(startedAt).toISOString().replace(/[-:]/g, '').replace(/\..*/, 'z').toLowerCase();
  return `rev-${time}-${randomBytes(3).toString('hex')}`;
}
