import type { ChangeContent } from '../content/change.ts';
import { unknownIntent } from '../content/intents.ts';
import { type EventEffect, eventEffects } from './event-effects.ts';
import type { Approval, Asker, ChangeEvent, ChangeEventType } from './events.ts';
import { mayHaveWritten } from './journal.ts';
import { type Starter, starterAfter } from './starter.ts';
import { type ChangeState, endedStatuses } from './state.ts';
import { approvalsIn } from './state-parts.ts';

/** A change as its history tells it: nothing here is stored that `replay` could not make again. */
export interface ChangeRecord {
  readonly id: string;
  readonly revision: number;
  /** What the current revision would do. */
  readonly content: ChangeContent;
  readonly state: ChangeState;
  /** Who started the review that the current revision comes from, with whoever of those before may not approve alone. */
  readonly starter: Starter;
  /** Paths of the targets when this revision was proposed, by target id. */
  readonly targetPaths: Readonly<Record<string, string>>;
  /** Everything that ever happened, oldest first; the sequence of an event is its place, from 1. */
  readonly history: readonly ChangeEvent[];
}

/** Whether an event may happen to a change now; null means that there is no change yet. Asked of what is added, never of what was stored. */
export function mayHappen(record: ChangeRecord | null, event: ChangeEvent): boolean {
  if (record === null) return event.type === 'proposed' && event.content.revision === event.revision;
  const last = record.history.at(-1);
  if ((last && event.at < last.at) || notUnderstood(record) !== null) return false;
  const effect = effectOf(event);
  const { status } = record.state;
  if (effect.in === 'never' || (effect.in !== 'always' && !effect.in.includes(status))) return false;
  if (effect.unless?.(record.state, event, record)) return false;
  if (event.type !== 'proposed' && event.type !== 'revised') return event.revision === record.revision;
  const next = record.revision + 1;
  return event.revision === next && event.content.revision === next && event.content.id === record.id;
}

/** The change after one more event. Throws if the event may not happen now: a refusal is decided before, by `decide` and its neighbours. */
export function evolve(record: ChangeRecord | null, event: ChangeEvent): ChangeRecord {
  if (mayHappen(record, event)) return fold(record, event);
  const where =
    record === null
      ? 'a change that does not exist'
      : `${record.id} (${record.state.status}, revision ${record.revision})`;
  const why = record === null ? null : notUnderstood(record);
  throw new Error(
    `event ${event.type} of revision ${event.revision} may not happen to ${where}${why === null ? '' : `: ${why}`}`,
  );
}

/** The change after one more event of its history, whatever today's rules say of it. */
function fold(record: ChangeRecord | null, event: ChangeEvent): ChangeRecord {
  const history = [...(record?.history ?? []), event];
  if (event.type === 'proposed' || event.type === 'revised') {
    const { content, revision, starter, targetPaths } = event;
    const state = effectOf(event).to(record?.state ?? notYet, event, { content, history });
    const isFirst = event.type === 'proposed' && event.starter.type !== 'stale';
    return {
      id: content.id,
      revision,
      content,
      state,
      targetPaths,
      history,
      starter: isFirst ? event.starter : starterAfter(record?.starter ?? { type: 'stale' }, starter),
    };
  }
  if (record === null)
    throw new Error(`a history starts with a proposal; this one starts with ${nameOf(event)}`);
  const targetPaths = event.type === 'targets-moved' ? event.targetPaths : record.targetPaths;
  return { ...record, state: effectOf(event).to(record.state, event, record), targetPaths, history };
}

/** No proposal looks at the state before it. */
const notYet: ChangeState = { status: 'expired', expiredAt: 0 };

function effectOf<Type extends ChangeEventType>({ type }: { readonly type: Type }): EventEffect<Type> {
  return eventEffects[type];
}

function nameOf(event: ChangeEvent): string {
  return event.type === 'unknown' ? event.name : event.type;
}

/** Why nothing may be decided on a change or written for it: its history holds events of a later version of this software. Null: it does not. */
export function notUnderstood({ history }: Pick<ChangeRecord, 'history'>): string | null {
  const names = new Set(history.flatMap(unknownIn));
  if (names.size === 0) return null;
  return `its history holds events that this version does not know (${[...names].sort().join(', ')}): deploy the version that wrote them, or a later one`;
}

/** An event that is not known, or a proposal for what is not, by the name that a later version gave it. */
function unknownIn(event: ChangeEvent): readonly string[] {
  if (event.type === 'unknown') return [event.name];
  if (event.type !== 'proposed' && event.type !== 'revised') return [];
  const intent = unknownIntent(event.content);
  return intent === null ? [] : [`proposed for ${intent}`];
}

/** When the next thing happens to a change (epoch ms). Now, or with its last event where the clock of another function was ahead, since a history never runs backwards. */
export function nextInstant({ history }: Pick<ChangeRecord, 'history'>, now: number): number {
  return Math.max(now, history.at(-1)?.at ?? now);
}

/** The change that a history tells: a plain fold that asks no rules. Throws for a history that does not start with a proposal. */
export function replay(events: readonly ChangeEvent[]): ChangeRecord {
  let record: ChangeRecord | null = null;
  for (const event of events) record = fold(record, event);
  if (record === null) throw new Error('a history starts with a proposal; this one is empty');
  return record;
}

/** Whether the change's current revision has ended, so that it may be proposed again as the next one. A failed apply that wrote something, or may have, has not: it can still be rolled back. */
export function hasEnded({ state }: ChangeRecord): boolean {
  if (state.status === 'apply-failed') return !mayHaveWritten(state.journal);
  return endedStatuses.includes(state.status);
}

/** Who asked for the current revision without being an approver for it, or null. */
export function askerOf({ history }: Pick<ChangeRecord, 'history'>): Asker | null {
  const proposed = history.findLast((event) => event.type === 'proposed');
  return proposed?.type === 'proposed' ? (proposed.asker ?? null) : null;
}

/** Approvals of the current revision, empty where there are none. */
export function approvalsOf(record: ChangeRecord): readonly Approval[] {
  return approvalsIn(record.state);
}
