import { mayHaveWritten } from './journal.ts';
import type { ChangeState } from './state.ts';

/** How long a change may stand half done before somebody is called, in milliseconds: what passes by itself has passed by then. */
export const halfDoneMilliseconds = 15 * 60_000;

/** Since when a change is half done (epoch ms): a roll back since it was asked for, an apply since its first write. Null for any other. */
export function halfDoneSince(state: ChangeState): number | null {
  if (state.status === 'rolling-back') return state.request.at;
  if (state.status !== 'applying' || !mayHaveWritten(state.journal)) return null;
  return state.journal[0]?.at ?? null;
}
