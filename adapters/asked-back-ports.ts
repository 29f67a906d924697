import type { AskedBack } from '../core/change/deciding/room-to-ask.ts';
import type { DecisionRefusal } from '../core/change/links/refusal.ts';

/** Keeps which services people asked back who are no approvers, as long as that counts: one list under compare-and-set. */
export interface AskedBackStore {
  /**
   * Enters a request unless there is no room for it, however many are entered at once; null once it is in. `hasEnded` tells
   * whether a change no longer waits for an answer, and is asked only where there is no room.
   */
  enter(entry: AskedBack, hasEnded: (id: string) => Promise<boolean>): Promise<DecisionRefusal | null>;
}
