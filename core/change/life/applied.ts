import { createdPolicyId } from './journal.ts';
import type { ChangeRecord } from './life.ts';
import type { ChangeState } from './state.ts';

/** A write shows everywhere within this time, and whatever a reader saw before says nothing of it (milliseconds). */
export const propagationMilliseconds = 5 * 60_000;

/** The state of a change that is in force. */
export type Applied = Extract<ChangeState, { readonly status: 'applied' }>;

/** The SCP that a change is about: the one that it edits, or the one that it made; null while there is none. */
export function policyIdOf({ content, state }: Pick<ChangeRecord, 'content' | 'state'>): string | null {
  return content.policyId ?? createdPolicyId('journal' in state ? state.journal : []);
}
