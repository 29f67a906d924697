import type { ChangeStore, ChangeTrace } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { dayMilliseconds, functionMilliseconds } from '../core/base/limits.ts';
import type { ChangeContent } from '../core/change/content/change.ts';
import { subjectOf } from '../core/change/content/subject.ts';
import { mayHaveLedTo, startersIn } from '../core/change/life/led-to.ts';
import { askerOf, type ChangeRecord, notUnderstood } from '../core/change/life/life.ts';
import { namesSomebody, type Starter, starterAfter } from '../core/change/life/starter.ts';

/** For how long who started something is remembered, in milliseconds. */
function memory({ evidenceDays, rejectionDays }: Configuration): number {
  return Math.max(evidenceDays, rejectionDays) * dayMilliseconds;
}

/** Who started what led to a change, from all changes that there are. */
export interface Starters {
  /** Whoever of those before may not approve this content alone, together with who started this review. */
  with(content: ChangeContent, starter: Starter): Promise<Starter>;
}

/**
 * Looks at every change of the organization that anything happened to within `evidenceDays`, whatever became of it. Its
 * services may stand in another SCP now, or under another id; who started it may not approve the rest of it alone. Only
 * what names somebody and may be about the same is loaded. `now` in epoch milliseconds.
 */
export async function readStarters(
  changes: ChangeStore,
  organizationId: string,
  configuration: Configuration,
  now: number,
): Promise<Starters> {
  const traces = await changes.listTraces(organizationId, now - memory(configuration));
  const named = traces.filter(({ starter }) => starter === null || namesSomebody(starter));
  const loaded = new Map<string, ChangeRecord | null | 'unreadable'>();
  return {
    with: async (content, starter) => {
      let whole = starter;
      for (const trace of named) {
        if (!mayBeAbout(content, trace)) continue;
        const record = loaded.get(trace.id) ?? (await loadRecord(changes, trace.id));
        loaded.set(trace.id, record);
        // Whoever started what cannot be read may be anybody.
        if (record === 'unreadable') return { type: 'unknown' };
        if (record && mayHaveLedTo(content, record))
          whole = withPast(whole, startersIn(record, undefined, content));
      }
      return whole;
    },
  };
}

/** An event is dated before it is written: by so much at most, since a function runs no longer (AWS Lambda quotas), in milliseconds. */
const lagMilliseconds = functionMilliseconds;

/**
 * Who started what led to the current revision of a change, read anew. What was proposed at the same moment, or was not
 * yet to be seen when this revision was made, counts as well. To what somebody asked back who is no approver he led alone.
 */
export async function startersBehind(
  changes: ChangeStore,
  record: ChangeRecord,
  configuration: Configuration,
): Promise<Starter> {
  if (askerOf(record) !== null) return record.starter;
  const made = record.history.findLast(({ type }) => type === 'proposed' || type === 'revised')?.at ?? 0;
  const since = made - memory(configuration);
  let whole = withPast(record.starter, startersIn(record, undefined, record.content));
  for (const trace of await changes.listTraces(record.content.organizationId, since)) {
    const { id, starter } = trace;
    if (id === record.id || (starter !== null && !namesSomebody(starter))) continue;
    if (!mayBeAbout(record.content, trace)) continue;
    const other = await loadRecord(changes, id);
    if (other === 'unreadable') return { type: 'unknown' };
    if (other && mayHaveLedTo(record.content, other))
      whole = withPast(whole, startersIn(other, made + lagMilliseconds, record.content));
  }
  return whole;
}

function withPast(starter: Starter, past: Starter): Starter {
  return namesSomebody(past) ? starterAfter(past, starter) : starter;
}

/** What the index tells: a change without an SCP yet may have made this one, and an item of before tells nothing. */
function mayBeAbout(content: ChangeContent, trace: ChangeTrace): boolean {
  if (trace.id === content.id || trace.policyId === null) return true;
  if (subjectOf(content).resourceIds.includes(trace.policyId)) return true;
  return trace.namespaces?.some((namespace) => content.services.includes(namespace)) ?? true;
}

async function loadRecord(changes: ChangeStore, id: string): Promise<ChangeRecord | null | 'unreadable'> {
  try {
    const record = (await changes.load(id))?.record ?? null;
    return record !== null && notUnderstood(record) !== null ? 'unreadable' : record;
  } catch {
    return 'unreadable';
  }
}
