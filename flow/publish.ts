import type { Clock, EventBus, ReviewPorts, Topic } from '../adapters/ports.ts';
import type { StoredFinding, Stores } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { dayMilliseconds } from '../core/base/limits.ts';
import type { ChangeContent } from '../core/change/content/change.ts';
import { meaningOfIntent } from '../core/change/content/intents.ts';
import type { Failure } from '../core/change/life/events.ts';
import { compareFindings, type FindingNews } from '../core/finding/finding-life.ts';
import { placesIn } from '../core/finding/moves.ts';
import { withReports } from '../core/finding/seen-use.ts';
import { reviewEvents } from '../core/message/events/review-events.ts';
import { reviewMessage } from '../core/message/telling/review-message.ts';
import { noLongerDue } from '../core/review/ended-exemptions.ts';
import { memoryAfter } from '../core/review/evidence.ts';
import { answersOf } from '../core/review/outcome.ts';
import type { ReviewEvent } from '../core/review/review-event.ts';
import { resultOf } from '../core/review/review-result.ts';
import { removeUnrecorded } from './exemptions.ts';
import { giveWay } from './give-way.ts';
import { readHistory } from './history.ts';
import { type Proposed, proposeChanges, withoutTooLarge } from './propose-changes.ts';
import {
  type Continuing,
  type PartOptions,
  type ReviewOptions,
  type ReviewRun,
  runPart,
  runReview,
  seenBy,
} from './review.ts';
import { type SendReport, sendOutbox } from './send-outbox.ts';
import { type Watching, watchChanges } from './watch.ts';

/** What publishing needs. */
export interface PublishPorts {
  readonly stores: Stores;
  readonly bus: EventBus;
  readonly topic: Topic;
  readonly clock: Clock;
}

/** What a review had to say that was not known before. */
export interface Publication {
  readonly news: FindingNews;
  /** Changes that were proposed, revised or superseded, by id. */
  readonly changed: readonly string[];
  /** Applied changes of which the review saw something new, and those that nobody can watch. */
  readonly watched: Watching;
  /** Whether anybody was told anything: a review with nothing new is silent. */
  readonly silent: boolean;
  /** What could be sent at once; the rest is tried again later. */
  readonly sending: SendReport;
}

/**
 * Stores a review with its evidence, its findings and changes, then tells the world what is new.
 * What is to be said is stored before what it tells of, so a crash repeats a message at worst; sending is retried later.
 */
async function publish(ports: PublishPorts, reviewed: ReviewRun): Promise<PublishedReview> {
  const { stores, clock } = ports;
  const { decision, facts, request } = reviewed;
  const now = clock.now();
  const organizationId = facts.tree.id;
  const before = await stores.findings.listOpen(organizationId);
  const previous = await stores.reviews.latestReview(organizationId, request.scopeId);
  const { knowledge, policyIndex } = decision.judgement;
  const news = compareFindings(
    before.map(({ finding }) => finding),
    decision.findings,
    knowledge,
    policyIndex,
  );

  await storeEvidence(ports, reviewed);
  await removeUnrecorded(stores, organizationId, now);
  // Before a change that was undone by hand is proposed again, that it was undone is told.
  const watched = await watchChanges(stores, organizationId, seenBy(reviewed, clock.now()));
  const { changed, tooLarge } = await proposeChanges(ports, {
    tree: facts.tree,
    changes: decision.changes,
    configuration: request.configuration,
    starter: reviewed.starter,
    seen: seenBy(reviewed, clock.now()),
    closed: (content) => closed(reviewed, news, content),
  });
  const run = withRefused(reviewed, tooLarge);
  const { result } = run;
  const nothingNew =
    news.found.length === 0 &&
    news.resolved.length === 0 &&
    changed.length === 0 &&
    previous?.status === result.status;
  // An earlier attempt at this review was stopped after all was told: what it found is no news any more, and told once.
  const silent = nothingNew || (await stores.reviews.loadReview(result.reviewId)) !== null;
  if (!silent) {
    await stores.outbox.putEvents(reviewEvents(result, news, facts.tree, now), now);
    await stores.outbox.putMessage({ id: result.reviewId, ...reviewMessage(result, news, facts.tree) }, now);
  }
  await stores.reviews.saveReview(summaryOf(run), result);
  await storeFindings(ports, run, before, news);
  const sending = await sendOutbox(ports, [...changed, ...watched.noted]);
  return { run, publication: { news, changed, watched, silent, sending } };
}

/** The run as it is told: what could not be stored is refused. */
function withRefused(run: ReviewRun, tooLarge: Proposed['tooLarge']): ReviewRun {
  if (tooLarge.length === 0) return run;
  const { changes, findings, judgement, refusals } = withoutTooLarge(run.decision, tooLarge);
  const answers = answersOf(findings, changes, refusals);
  const decision = { ...run.decision, judgement, findings, changes, refusals, answers };
  return { ...run, decision, result: resultOf(decision, run.facts, run.request, run.result.metrics) };
}

/** A review that ran, and what was published of it. */
export interface PublishedReview {
  readonly run: ReviewRun;
  readonly publication: Publication;
}

/** Runs a review with all that earlier ones know, then publishes what is new. */
export async function reviewAndPublish(
  ports: ReviewPorts & PublishPorts,
  event: ReviewEvent,
  configuration: Configuration,
  options: ReviewOptions,
): Promise<PublishedReview> {
  return publish(ports, await runReview(ports, event, configuration, asPublished(ports, options)));
}

/** The same as far as the time of one run allows: what a schedule does. It publishes nothing where another run goes on. */
export async function reviewAndPublishOrGoOn(
  ports: ReviewPorts & PublishPorts,
  event: ReviewEvent,
  configuration: Configuration,
  options: PartOptions,
): Promise<PublishedReview | Continuing> {
  const run = await runPart(ports, event, configuration, asPublished(ports, options));
  return 'continuing' in run ? run : publish(ports, run);
}

function asPublished<Options extends ReviewOptions>(
  ports: ReviewPorts & PublishPorts,
  options: Options,
): Options & ReviewOptions {
  return {
    ...options,
    mustConfirm: true,
    collections: ports.stores.collections,
    giveWay: (until) => giveWay(ports, until),
    readHistory: (snapshot, request) => readHistory(ports.stores, snapshot, request),
    // Whatever asked for a review because something was stale wants to know how it is now.
    ...(options.startedBy?.type === 'stale' ? {} : { loadReport: ports.stores.reviews.loadReport }),
  };
}

/** Exempted, protected or denied by others: a change none of whose findings is left has nothing to do. */
function closed({ decision }: ReviewRun, news: FindingNews, content: ChangeContent): Failure | null {
  if (meaningOfIntent(content).answers === 'ended-exemptions') return noLongerDue(content, decision.ends);
  if (content.findingIds.length === 0) return null;
  const resolved = content.findingIds.map((id) => news.resolved.find(({ finding }) => finding.id === id));
  if (resolved.some((resolution) => !resolution || resolution.successors.length > 0)) return null;
  const reasons = [...new Set(resolved.map((resolution) => resolution?.reason))].join(', ');
  return { code: 'NO_LONGER_OPEN', detail: `none of its findings is open any more: ${reasons}` };
}

async function storeEvidence(
  { stores, clock }: PublishPorts,
  { decision, facts, request, result }: ReviewRun,
): Promise<void> {
  const expiresAt = clock.now() + request.configuration.evidenceDays * dayMilliseconds;
  const completed = facts.reports.flatMap((report) => (report.status === 'completed' ? [report] : []));
  const now = placesIn(facts.tree);
  const before = [...facts.movesDuringReview].flatMap(([id, places]) =>
    [...places].map((place) => [id, place] as const),
  );
  await stores.reviews.saveReports(result.reviewId, completed, expiresAt);
  const services = [...new Set(completed.flatMap(({ rows }) => [...rows.keys()]))];
  await stores.seasons.change(facts.tree.id, services, (seen, service) =>
    withReports(seen, completed, service),
  );
  const open = facts.askingEnd === undefined ? [] : [...decision.judgement.detection.openQuestions.keys()];
  const seenAt = { ...request, reviewId: result.reviewId, now: clock.now() };
  await stores.evidence.change(facts.tree.id, (before) => memoryAfter(before, facts, open, seenAt));
  await stores.reviews.saveTree(result.reviewId, [...now, ...before], expiresAt);
}

async function storeFindings(
  { stores, clock }: PublishPorts,
  { facts, result }: ReviewRun,
  before: readonly StoredFinding[],
  news: FindingNews,
): Promise<void> {
  const at = clock.now();
  const firstSeen = new Map(before.map(({ finding, firstSeenAt }) => [finding.id, firstSeenAt]));
  await stores.findings.put(
    news.current.map((finding) => ({
      organizationId: facts.tree.id,
      finding,
      firstSeenAt: firstSeen.get(finding.id) ?? at,
      lastSeenAt: at,
      reviewId: result.reviewId,
    })),
  );
  await stores.findings.resolve(
    facts.tree.id,
    news.resolved.map(({ finding, reason, successors }) => ({ id: finding.id, reason, successors, at })),
  );
}

function summaryOf({ facts, request, result }: ReviewRun): Parameters<Stores['reviews']['saveReview']>[0] {
  const namespaces = new Set<string>();
  for (const report of facts.reports) {
    if (report.status === 'completed') for (const namespace of report.rows.keys()) namespaces.add(namespace);
  }
  return {
    id: result.reviewId,
    organizationId: facts.tree.id,
    scopeId: request.scopeId,
    asOf: request.asOf,
    thresholdDays: request.thresholdDays,
    status: result.status,
    namespaces: [...namespaces].sort(),
  };
}
