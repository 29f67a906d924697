import type { AskedBack } from '../core/change/deciding/room-to-ask.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';

/** What stands in the way of a request: null where there is room. */
export interface Looked {
  readonly refusal: DecisionRefusal | null;
  readonly same: string | null;
}

/** Keeps which services people asked back who are no approvers, as long as that counts: one list under compare-and-set. */
export interface AskedBackStore {
  /** Whether there is room for a request, before anything is done for it: why not, and the id of the same request that waits, if one does. Writes nothing. */
  look(entry: Omit<AskedBack, 'id'>, hasEnded: (id: string) => Promise<boolean>): Promise<Looked>;
  /**
   * Enters a request unless there is no room for it, however many are entered at once; null once it is in. `hasEnded` tells
   * whether a change no longer waits for an answer, and is asked only of those that would make room.
   */
  enter(entry: AskedBack, hasEnded: (id: string) => Promise<boolean>): Promise<DecisionRefusal | null>;
}
