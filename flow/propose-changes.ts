import type { Clock } from '../adapters/ports.ts';
import type { Stores } from '../adapters/store-ports.ts';
import { canonicalJson } from '../core/base/canonical-json.ts';
import type { ChangeContent } from '../core/change/content/change.ts';
import { baseDigest, digestMismatch } from '../core/change/content/digest.ts';
import { editOf } from '../core/change/content/edit.ts';
import {
  type ProposalContext,
  proposalEvent,
  revisedFor,
  supersededEvent,
} from '../core/change/deciding/proposal.ts';
import type { Failure } from '../core/change/life/events.ts';
import { notUnderstood } from '../core/change/life/life.ts';
import { appendEvents, beginChange, type StoredChange } from '../core/change/life/stored-change.ts';
import type { FindingNews } from '../core/finding/finding-life.ts';
import { useBelow } from '../core/finding/knowledge.ts';
import { readStarters, type Starters } from './proposal-starter.ts';
import type { ReviewRun } from './review.ts';

/** What proposing needs. */
export interface ProposePorts {
  readonly stores: Pick<Stores, 'changes'>;
  readonly clock: Clock;
}

/**
 * Proposes or revises what a review drafted, then ends open changes that it no longer stands behind; answers the ids of
 * what was written. Who started what led to them is read before anything is written, and once more afterwards: of two
 * reviews that run at the same time, the one that writes last sees the other.
 */
export async function proposeChanges(
  ports: ProposePorts,
  run: ReviewRun,
  news: FindingNews,
): Promise<readonly string[]> {
  const { clock, stores } = ports;
  const starters = await startersNow(ports, run);
  const changed: string[] = [];
  for (const content of run.decision.changes) {
    const loaded = await stores.changes.load(content.id);
    // The version that wrote it goes on with it.
    if (loaded && notUnderstood(loaded.record) !== null) continue;
    const starter = await starters.with(content, run.starter);
    // Dated when it is written: whoever started something before that is behind it.
    const context = contextOf(run, clock);
    const stored = loaded && endIfAltered(loaded, loaded.record.content, context);
    const event = proposalEvent(content, stored?.record ?? null, { ...context, starter });
    if (!event) continue;
    const proposed = stored ? appendEvents(stored, [event]) : beginChange([event]);
    const next = endIfAltered(proposed, content, context);
    if (stored) await saveOrGiveWay(stores, next, stored.version, changed);
    else if ((await stores.changes.create(next)) === 'created') changed.push(content.id);
  }
  await addLateStarters(ports, run, changed);
  return [...changed, ...(await supersedeChanges(ports, run, news))];
}

/** Ends an open change whose content is not what its digest says: nobody is to approve it. */
function endIfAltered(change: StoredChange, content: ChangeContent, context: ProposalContext): StoredChange {
  const altered = change.record.state.status === 'proposed' ? digestMismatch(content) : null;
  if (altered === null) return change;
  return appendEvents(change, [supersededEvent(change.record, altered.code, altered.detail, context)]);
}

function startersNow({ clock, stores }: ProposePorts, { facts, request }: ReviewRun): Promise<Starters> {
  return readStarters(stores.changes, facts.tree.id, request.configuration, clock.now());
}

/** Whoever started a review of the same that proposed something since this one looked counts here as well. What was decided already is judged once more when it is applied. */
async function addLateStarters(ports: ProposePorts, run: ReviewRun, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { clock, stores } = ports;
  const starters = await startersNow(ports, run);
  for (const id of ids) {
    // A lost race may have been a message that was sent: the starter must not be forgotten for it.
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const stored = await stores.changes.load(id);
      if (stored?.record.state.status !== 'proposed') break;
      const { record } = stored;
      const starter = await starters.with(record.content, record.starter);
      if (canonicalJson(starter) === canonicalJson(record.starter)) break;
      const detail = 'somebody else started a review of the same at the same time';
      const event = revisedFor(record, starter, detail, contextOf(run, clock));
      if ((await stores.changes.save(appendEvents(stored, [event]), stored.version)) === 'saved') break;
    }
  }
}

/** How often a lost race is judged again on what won; what is lost then is judged once more when it is applied. */
const attempts = 20;

/** Ends open changes that this review no longer stands behind. Their SCP has another text or other targets now, somebody used what they would deny, or nothing of it is an open finding any more. */
async function supersedeChanges(
  { stores, clock }: ProposePorts,
  run: ReviewRun,
  news: FindingNews,
): Promise<readonly string[]> {
  const decided = new Set(run.decision.changes.map((change) => change.id));
  const changed: string[] = [];
  for (const { id, organizationId } of await stores.changes.listByStatus(['proposed'])) {
    if (decided.has(id) || organizationId !== run.facts.tree.id) continue;
    const stored = await stores.changes.load(id);
    if (stored?.record.state.status !== 'proposed' || notUnderstood(stored.record) !== null) continue;
    const { content } = stored.record;
    const reason = digestMismatch(content) ?? staleness(run, content) ?? closed(news, content);
    if (reason === null) continue;
    const event = supersededEvent(stored.record, reason.code, reason.detail, contextOf(run, clock));
    await saveOrGiveWay(stores, appendEvents(stored, [event]), stored.version, changed);
  }
  return changed;
}

/** Somebody who decided meanwhile goes first: the next review sees what he did. */
async function saveOrGiveWay(
  stores: ProposePorts['stores'],
  change: StoredChange,
  version: number,
  changed: string[],
): Promise<void> {
  if ((await stores.changes.save(change, version)) === 'saved') changed.push(change.record.id);
}

function staleness({ decision, facts }: ReviewRun, content: ChangeContent): Failure | null {
  const { knowledge } = decision.judgement;
  const { policyId, policyName } = editOf(content);
  if (policyId !== null) {
    const policy = facts.policies.find(({ id }) => id === policyId);
    if (!policy) return { code: 'POLICY_GONE', detail: `${policyName} (${policyId}) no longer exists` };
    // What was not read says nothing; an SCP that is attached nowhere is never read.
    const isKnown = policy.text !== null || policy.targets.length === 0;
    const targetIds = policy.targets.map((target) => target.id);
    if (isKnown && baseDigest(policy.text ?? '', targetIds) !== content.baseDigest) {
      return {
        code: 'BASE_CHANGED',
        detail: `the text or the targets of ${policyName} are no longer those that were read`,
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
