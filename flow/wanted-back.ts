import type { AskedBackStore } from '../adapters/store-ports.ts';
import { ok, type Result, refused } from '../core/base/result.ts';
import type { Actor, Asker } from '../core/change/life/events.ts';
import { askerOf, type ChangeRecord, hasEnded } from '../core/change/life/life.ts';
import type { Starter } from '../core/change/life/starter.ts';
import type { StoredChange } from '../core/change/life/stored-change.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';

/** What is to be given back, for whom, and who says so. */
export interface Wanted {
  readonly services: readonly string[];
  readonly principals: readonly string[];
  /** For how many days; undefined: without an end. */
  readonly days: number | undefined;
  readonly reason: string;
  readonly actor: Actor;
  /** Who asks, for people. */
  readonly by: string;
  readonly starter: Starter;
  /** Set where it is no approver who asks. */
  readonly asker?: Asker;
  /** Where what may be asked is bounded; absent for approvers with AWS credentials. */
  readonly room?: Room;
}

/** How a bounded request is counted. */
interface Room {
  readonly store: AskedBackStore;
  /** As `AskedBack` has it. */
  readonly asker: string | null;
  /** Why the same is not put to people again, by what became of it before; asked right before the proposal is written. */
  readonly stillAnswered: (before: ChangeRecord) => DecisionRefusal | null;
}

/** What is answered where the same was proposed before and has not ended; null: it may be proposed. */
export function standingAnswer(
  before: StoredChange | null,
  wanted: Wanted,
): Result<StoredChange, DecisionRefusal> | null {
  if (before === null || hasEnded(before.record) || givesWay(before.record, wanted)) return null;
  const { id, state } = before.record;
  if (state.status === 'proposed') return ok(before);
  const next = `: an approver looks at it, and lets it go on by npx --no -- oar changes resume ${id}`;
  const detail = `${id} gives it back already and is ${state.status}${state.status === 'interrupted' ? next : ''}`;
  return refused({ code: 'ALREADY_DECIDED', detail });
}

/** Whether what somebody asked under a typed name ends for a request by somebody who is known: that name answers for nothing. */
export function givesWay(before: ChangeRecord, wanted: Wanted): boolean {
  return before.state.status === 'proposed' && wasTyped(before, wanted);
}

/** Whether somebody known asks for what was asked under a name that was only typed. */
export function wasTyped(before: ChangeRecord, { asker }: Wanted): boolean {
  return askerOf(before)?.verified === false && asker?.verified !== false;
}
