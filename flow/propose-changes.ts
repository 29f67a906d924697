import type { Clock } from '../adapters/ports.ts';
import type { Stores } from '../adapters/store-ports.ts';
import { canonicalJson } from '../core/base/canonical-json.ts';
import type { Configuration } from '../core/base/configuration.ts';
import type { Refusal } from '../core/base/refusal.ts';
import type { ChangeContent } from '../core/change/content/change.ts';
import { digestMismatch } from '../core/change/content/digest.ts';
import { subjectOf } from '../core/change/content/subject.ts';
import { decisionLimits } from '../core/change/deciding/decision-fields.ts';
import {
  type ProposalContext,
  proposalEvent,
  revisedFor,
  supersededEvent,
} from '../core/change/deciding/proposal.ts';
import type { Failure } from '../core/change/life/events.ts';
import { type ChangeRecord, notUnderstood } from '../core/change/life/life.ts';
import type { Starter } from '../core/change/life/starter.ts';
import { appendEvents, beginChange, type StoredChange } from '../core/change/life/stored-change.ts';
import { concerns } from '../core/kinds/concerns.ts';
import type { Seen } from '../core/kinds/kind.ts';
import { watchingOf } from '../core/kinds/watching.ts';
import type { OrganizationTree } from '../core/organization/organization.ts';
import { readStarters, type Starters } from './proposal-starter.ts';
import { writersOf } from './writers-of.ts';

/** What proposing needs. */
export interface ProposePorts {
  readonly stores: Pick<Stores, 'changes'>;
  readonly clock: Clock;
}

/** What a review of any kind proposes, and what it saw. */
export interface Proposing {
  readonly tree: OrganizationTree;
  /** What it drafted and proved. */
  readonly changes: readonly ChangeContent[];
  readonly configuration: Configuration;
  readonly starter: Starter;
  readonly seen: Seen;
  /** Why nothing of an open change is to be done any more, or null. */
  closed(content: ChangeContent): Failure | null;
}

/** What became of what a review drafted. */
export interface Proposed {
  /** Changes that were proposed, revised or ended, by id. */
  readonly changed: readonly string[];
  /** Drafts that are too long to be stored with room for what comes after: none of them is open. */
  readonly tooLarge: readonly TooLarge[];
}

interface TooLarge extends Pick<Refusal, 'detail' | 'services'> {
  readonly changeId: string;
  readonly code: 'TOO_LARGE';
}

/**
 * Proposes or revises what a review drafted, then ends open changes that it no longer stands behind. A draft that is too
 * long for the store is refused, and the others go on. Who started what led to them is read before anything is written,
 * and once more afterwards. Of two reviews that run at the same time, the one that writes last sees the other.
 */
export async function proposeChanges(ports: ProposePorts, run: Proposing): Promise<Proposed> {
  const { clock, stores } = ports;
  const starters = await startersNow(ports, run);
  const changed: string[] = [];
  const tooLarge: TooLarge[] = [];
  for (const content of run.changes) {
    const loaded = await stores.changes.load(content.id);
    // The version that wrote it goes on with it.
    if (loaded && notUnderstood(loaded.record) !== null) continue;
    const starter = await starters.with(content, run.starter);
    // Dated when it is written: whoever started something before that is behind it.
    const written =
      loaded?.record.state.status === 'applied' ? await writersOf(stores.changes, loaded.record) : [];
    const context = contextOf(run, clock, written.slice(1));
    const stored = loaded && endIfAltered(loaded, loaded.record.content, context);
    const event = proposalEvent(content, stored?.record ?? null, { ...context, starter });
    if (!event) continue;
    const proposed = stored ? appendEvents(stored, [event]) : beginChange([event]);
    if (stores.changes.roomIn(proposed) < decisionLimits.roomBytes) {
      tooLarge.push(refusedAsTooLarge(content));
      // What is open is no longer what the review stands behind: nobody is to approve it.
      if (loaded?.record.state.status === 'proposed')
        await saveOrGiveWay(stores, endAsTooLarge(loaded, content, context), loaded.version, changed);
      continue;
    }
    const next = endIfAltered(proposed, content, context);
    if (stored) await saveOrGiveWay(stores, next, stored.version, changed);
    else if ((await stores.changes.create(next)) === 'created') changed.push(content.id);
  }
  await addLateStarters(ports, run, changed);
  return { changed: [...changed, ...(await supersedeChanges(ports, run))], tooLarge };
}

/** What a review decided, with the drafts that are too long to be stored among its refusals. */
export function withoutTooLarge<
  Decision extends { readonly changes: readonly ChangeContent[]; readonly refusals: readonly object[] },
>(decision: Decision, tooLarge: readonly TooLarge[]): Decision {
  const ids = new Set(tooLarge.map(({ changeId }) => changeId));
  const refusals = tooLarge.map(({ changeId: _, ...refusal }) => refusal);
  return {
    ...decision,
    changes: decision.changes.filter(({ id }) => !ids.has(id)),
    refusals: [...decision.refusals, ...refusals],
  };
}

function refusedAsTooLarge(content: ChangeContent): TooLarge {
  const name = subjectOf(content).listedName;
  const detail = `"${name}" is not proposed: with its evidence and the texts that it writes it is too long to be stored; review fewer principals at once, or exempt some of its services`;
  return { changeId: content.id, code: 'TOO_LARGE', services: content.services, detail };
}

function endAsTooLarge(change: StoredChange, content: ChangeContent, context: ProposalContext): StoredChange {
  const { code, detail } = refusedAsTooLarge(content);
  return appendEvents(change, [supersededEvent(change.record, code, detail, context)]);
}

/** Ends an open change whose content is not what its digest says: nobody is to approve it. */
function endIfAltered(change: StoredChange, content: ChangeContent, context: ProposalContext): StoredChange {
  const altered = change.record.state.status === 'proposed' ? digestMismatch(content) : null;
  if (altered === null) return change;
  return appendEvents(change, [supersededEvent(change.record, altered.code, altered.detail, context)]);
}

function startersNow({ clock, stores }: ProposePorts, { configuration, tree }: Proposing): Promise<Starters> {
  return readStarters(stores.changes, tree.id, configuration, clock.now());
}

/** Whoever started a review of the same that proposed something since this one looked counts here as well. What was decided already is judged once more when it is applied. */
async function addLateStarters(ports: ProposePorts, run: Proposing, ids: readonly string[]): Promise<void> {
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

/** Ends open changes that this review no longer stands behind: by what their kind says of what it saw, or because nothing of them is an open finding any more. */
async function supersedeChanges({ stores, clock }: ProposePorts, run: Proposing): Promise<readonly string[]> {
  const decided = new Set(run.changes.map((change) => change.id));
  const changed: string[] = [];
  for (const listed of await stores.changes.listByStatus(['proposed'])) {
    const { id } = listed;
    if (decided.has(id) || listed.organizationId !== run.tree.id || !concerns(run.seen, listed)) continue;
    const stored = await stores.changes.load(id);
    if (stored?.record.state.status !== 'proposed' || notUnderstood(stored.record) !== null) continue;
    const { content } = stored.record;
    const reason =
      digestMismatch(content) ?? watchingOf(content).outdated(content, run.seen) ?? run.closed(content);
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

/** `written`: the other changes that wrote the same as the one that is proposed again. */
function contextOf(
  { configuration, seen, starter, tree }: Proposing,
  clock: Clock,
  written: readonly ChangeRecord[] = [],
): ProposalContext {
  return {
    tree,
    actor: { type: 'system', id: 'review' },
    now: clock.now(),
    linkHours: configuration.linkHours,
    undoneWords: (record) => watchingOf(record.content).undoneWords(record, seen, written),
    starter,
  };
}
