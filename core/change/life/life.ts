import type { ChangeContent } from '../content/change.ts';
import type { Approval, ChangeEvent, ChangeEventType } from './events.ts';
import { mayHaveWritten } from './journal.ts';
import { nextState } from './next-state.ts';
import { type Starter, starterAfter } from './starter.ts';
import type { ChangeState, ChangeStatus } from './state.ts';

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

const ended: readonly ChangeStatus[] = [
  'rejected',
  'snoozed',
  'expired',
  'superseded',
  'cancelled',
  'rolled-back',
  'apply-failed',
];

// What may happen in which state. Everything else is a bug of the caller and throws.
const possible: Readonly<Record<ChangeEventType, readonly ChangeStatus[] | 'always'>> = {
  // Applied and then undone by hand: the same edit may be asked for again.
  proposed: [...ended, 'applied'],
  revised: ['proposed'],
  notified: 'always',
  'notify-failed': 'always',
  'reminder-sent': ['proposed'],
  noted: 'always',
  'approval-recorded': ['proposed'],
  approved: ['proposed'],
  rejected: ['proposed'],
  snoozed: ['proposed'],
  'services-exempted': ['proposed'],
  'exemption-lifted': 'always',
  expired: ['proposed'],
  superseded: ['proposed', 'approved', 'applying', 'interrupted', 'snoozed'],
  // Applying may be held up before its first write: by a freeze, or by AWS.
  cancelled: ['approved', 'applying'],
  'apply-started': ['approved'],
  'step-sending': ['applying'],
  'step-done': ['applying'],
  'step-refused': ['applying'],
  applied: ['applying'],
  'apply-failed': ['approved', 'applying'],
  interrupted: ['applying', 'rolling-back'],
  resumed: ['interrupted'],
  'roll-back-requested': ['applied', 'apply-failed', 'interrupted'],
  'roll-back-step-sending': ['rolling-back'],
  'roll-back-step-done': ['rolling-back'],
  'roll-back-step-refused': ['rolling-back'],
  'roll-back-failed': ['rolling-back'],
  'rolled-back': ['rolling-back'],
  'drift-detected': ['applied'],
  'denied-access-observed': ['applied'],
};

/** Whether an event may happen to a change now; null means that there is no change yet. */
export function mayHappen(record: ChangeRecord | null, event: ChangeEvent): boolean {
  if (record === null) return event.type === 'proposed' && event.content.revision === event.revision;
  const last = record.history.at(-1);
  if (last && event.at < last.at) return false;
  const states = possible[event.type];
  if (states !== 'always' && !states.includes(record.state.status)) return false;
  if (event.type === 'proposed' && record.state.status !== 'applied' && !hasEnded(record)) return false;
  if (event.type === 'proposed' || event.type === 'revised') {
    const next = record.revision + 1;
    return event.revision === next && event.content.revision === next && event.content.id === record.id;
  }
  return event.revision === record.revision && nextState(record.state, event, record) !== null;
}

/** The change after one more event. Throws if the event may not happen now: a refusal is decided before, by `decide` and its neighbours. */
export function evolve(record: ChangeRecord | null, event: ChangeEvent): ChangeRecord {
  if (!mayHappen(record, event)) {
    const where =
      record === null
        ? 'a change that does not exist'
        : `${record.id} (${record.state.status}, revision ${record.revision})`;
    throw new Error(`event ${event.type} of revision ${event.revision} may not happen to ${where}`);
  }
  const history = [...(record?.history ?? []), event];
  if (event.type === 'proposed' || event.type === 'revised') {
    return {
      id: event.content.id,
      revision: event.revision,
      content: event.content,
      state: {
        status: 'proposed',
        proposedAt: event.at,
        expiresAt: event.expiresAt,
        approvals: [],
        withdrawn: [],
        reminders: 0,
        remindedAt: null,
      },
      starter:
        event.type === 'proposed' && event.starter.type !== 'stale'
          ? event.starter
          : starterAfter(record?.starter ?? { type: 'stale' }, event.starter),
      targetPaths: event.targetPaths,
      history,
    };
  }
  if (record === null) throw new Error('unreachable: only a proposal starts a change');
  return { ...record, state: nextState(record.state, event, record) ?? record.state, history };
}

/** When the next thing happens to a change (epoch ms): now, or with its last event where the clock of another function was ahead, since a history never runs backwards. */
export function nextInstant({ history }: Pick<ChangeRecord, 'history'>, now: number): number {
  return Math.max(now, history.at(-1)?.at ?? now);
}

/** The change that a history tells. Throws for an empty history and for one that could not have happened. */
export function replay(events: readonly ChangeEvent[]): ChangeRecord {
  let record: ChangeRecord | null = null;
  for (const event of events) record = evolve(record, event);
  if (record === null) throw new Error('a history starts with a proposal; this one is empty');
  return record;
}

/** Whether the change's current revision has ended, so that it may be proposed again as the next one. A failed apply that wrote something, or may have, has not: it can still be rolled back. */
export function hasEnded({ state }: ChangeRecord): boolean {
  if (state.status === 'apply-failed') return !mayHaveWritten(state.journal);
  return ended.includes(state.status);
}

/** Approvals of the current revision, empty where there are none. */
export function approvalsOf(record: ChangeRecord): readonly Approval[] {
  return 'approvals' in record.state ? record.state.approvals : [];
}
