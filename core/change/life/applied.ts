import type { ChangeState } from './state.ts';

/** A write shows everywhere within this time, and whatever a reader saw before says nothing of it (milliseconds). */
export const propagationMilliseconds = 5 * 60_000;

/** The state of a change that is in force. */
export type Applied = Extract<ChangeState, { readonly status: 'applied' }>;
