import type { Clock, EventBus, ReviewPorts, Topic } from '../adapters/ports.ts';
import type { StoredFinding, Stores } from '../adapters/store-ports.ts';
import { compareFindings, type FindingNews } from '../core/access/finding-life.ts';
import { useBelow } from '../core/access/knowledge.ts';
import type { ChangeContent } from '../core/change/change.ts';
import { baseDigest } from '../core/change/digest.ts';
import type { Failure } from '../core/change/events.ts';
import { type ProposalContext, proposalEvent, supersededEvent } from '../core/change/proposal.ts';
import { appendEvents, beginChange, type StoredChange } from '../core/change/stored-change.ts';
import type { Configuration } from '../core/configuration.ts';
import { dayMilliseconds } from '../core/limits.ts';
import { reviewEvents } from '../core/message/review-events.ts';
import { reviewMessage } from '../core/message/review-message.ts';
import type { ReviewEvent } from '../core/review-event.ts';
import { readHistory } from './history.ts';
import { proposalStarter } from './proposal-starter.ts';
import { type ReviewOptions, type ReviewRun, runReview } from './review.ts';
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
export async function publish(ports: PublishPorts, run: ReviewRun): Promise<Publication> {
  const { stores, clock } = ports;
  const { decision, facts, request, result } = run;
  const now = clock.now();
  const organizationId = facts.tree.id;
  const before = await stores.findings.listOpen(organizationId);
  const previous = await stores.reviews.latestReview(organizationId, request.scopeId);
  const { knowledge, book } = decision.judgement;
  const news = compareFindings(
    before.map(({ finding }) => finding),
    decision.findings,
    knowledge,
    book,
  );

  await storeEvidence(ports, run);
  // Before a change that was undone by hand is proposed again, that it was undone is told.
  const watched = await watchChanges(ports, run);
  const changed = [...(await proposeChanges(ports, run)), ...(await supersedeChanges(ports, run, news))];
  const silent =
    news.found.length === 0 &&
    news.resolved.length === 0 &&
    changed.length === 0 &&
    previous?.status === result.status;
  if (!silent) {
    await stores.outbox.putEvents(reviewEvents(result, news, facts.tree, now), now);
    await stores.outbox.putMessage({ id: result.reviewId, ...reviewMessage(result, news, facts.tree) }, now);
  }
  await storeFindings(ports, run, before, news);
  await stores.reviews.saveReview(summaryOf(run), result);
  return { news, changed, watched, silent, sending: await sendOutbox(ports, [...changed, ...watched.noted]) };
}

/** A review that ran, and what was published of it. */
export interface PublishedReview {
  readonly run: ReviewRun;
  readonly publication: Publication;
}

/** Runs a review with all that earlier ones know, then publishes what is new: what a schedule does. */
export async function reviewAndPublish(
  ports: ReviewPorts & PublishPorts,
  event: ReviewEvent,
  configuration: Configuration,
  options: ReviewOptions,
): Promise<PublishedReview> {
  const run = await runReview(ports, event, configuration, {
    ...options,
    mustConfirm: true,
    readHistory: (ground, request) => readHistory(ports.stores, ground, request),
  });
  return { run, publication: await publish(ports, run) };
}

async function storeEvidence(
  { stores, clock }: PublishPorts,
  { facts, request, result }: ReviewRun,
): Promise<void> {
  const expiresAt = clock.now() + request.configuration.evidenceDays * dayMilliseconds;
  const completed = facts.reports.flatMap((report) => (report.status === 'completed' ? [report] : []));
  const parents = new Map<string, string>();
  for (const { id, parentId, type } of facts.tree.entities.values()) {
    if (type === 'account' && parentId !== null) parents.set(id, parentId);
  }
  await stores.reviews.saveReports(result.reviewId, completed, expiresAt);
  await stores.reviews.saveTree(result.reviewId, parents, expiresAt);
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

async function proposeChanges({ stores, clock }: PublishPorts, run: ReviewRun): Promise<readonly string[]> {
  const context = contextOf(run, clock);
  const changed: string[] = [];
  for (const content of run.decision.changes) {
    const stored = await stores.changes.load(content.id);
    const starter = stored
      ? run.starter
      : await proposalStarter(stores.changes, content, run.starter, context.now);
    const event = proposalEvent(content, stored?.record ?? null, { ...context, starter });
    if (!event) continue;
    if (stored) await saveOrGiveWay(stores, appendEvents(stored, [event]), stored.version, changed);
    else if ((await stores.changes.create(beginChange([event]))) === 'created') changed.push(content.id);
  }
  return changed;
}

/** Ends open changes that this review no longer stands behind: their SCP has another text or other targets now, somebody used what they would deny, or nothing of it is an open finding any more. */
async function supersedeChanges(
  { stores, clock }: PublishPorts,
  run: ReviewRun,
  news: FindingNews,
): Promise<readonly string[]> {
  const decided = new Set(run.decision.changes.map((change) => change.id));
  const changed: string[] = [];
  for (const { id, organizationId } of await stores.changes.listByStatus(['proposed'])) {
    if (decided.has(id) || organizationId !== run.facts.tree.id) continue;
    const stored = await stores.changes.load(id);
    if (stored?.record.state.status !== 'proposed') continue;
    const reason = staleness(run, stored.record.content) ?? closed(news, stored.record.content);
    if (reason === null) continue;
    const event = supersededEvent(stored.record, reason.code, reason.detail, contextOf(run, clock));
    await saveOrGiveWay(stores, appendEvents(stored, [event]), stored.version, changed);
  }
  return changed;
}

/** Somebody who decided meanwhile goes first: the next review sees what he did. */
async function saveOrGiveWay(
  stores: Stores,
  change: StoredChange,
  version: number,
  changed: string[],
): Promise<void> {
  if ((await stores.changes.save(change, version)) === 'saved') changed.push(change.record.id);
}

function staleness({ decision, facts }: ReviewRun, content: ChangeContent): Failure | null {
  const { knowledge } = decision.judgement;
  if (content.policyId !== null) {
    const policy = facts.policies.find(({ id }) => id === content.policyId);
    if (!policy)
      return { code: 'POLICY_GONE', detail: `${content.policyName} (${content.policyId}) no longer exists` };
    // What was not read says nothing; an SCP that is attached nowhere is never read.
    const isKnown = policy.text !== null || policy.targets.length === 0;
    const targetIds = policy.targets.map((target) => target.id);
    if (isKnown && baseDigest(policy.text ?? '', targetIds) !== content.baseDigest) {
      return {
        code: 'BASE_CHANGED',
        detail: `the text or the targets of ${content.policyName} are no longer those that were read`,
      };
    }
  }
  for (const target of content.targets) {
    if (!facts.tree.entities.has(target.id))
      return { code: 'TARGET_GONE', detail: `${target.name} (${target.id}) no longer exists` };
    for (const service of content.services) {
      const use = useBelow(knowledge, target.id, service);
      if (use.kind !== 'used') continue;
      const detail = `${target.name} (${target.id}) used ${service} on ${new Date(use.at).toISOString().slice(0, 10)}`;
      return { code: 'USED_AGAIN', detail };
    }
  }
  return null;
}

/** Exempted, protected or denied by others: a change none of whose findings is left has nothing to do. */
function closed(news: FindingNews, content: ChangeContent): Failure | null {
  const resolved = content.findingIds.map((id) => news.resolved.find(({ finding }) => finding.id === id));
  if (resolved.some((resolution) => !resolution || resolution.successors.length > 0)) return null;
  const reasons = [...new Set(resolved.map((resolution) => resolution?.reason))].join(', ');
  return { code: 'NO_LONGER_OPEN', detail: `none of its findings is open any more: ${reasons}` };
}

function contextOf({ facts, request, startedAt, starter }: ReviewRun, clock: Clock): ProposalContext {
  return {
    tree: facts.tree,
    actor: { type: 'system', id: 'review' },
    now: clock.now(),
    linkHours: request.configuration.linkHours,
    policyIds: new Set(facts.policies.map(({ id }) => id)),
    readSince: startedAt,
    starter,
  };
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
