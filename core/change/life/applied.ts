import { editOf } from '../content/edit.ts';
import { createdPolicyId, journalOf } from './journal.ts';
import type { ChangeRecord } from './life.ts';
import type { ChangeState } from './state.ts';

/** A write shows everywhere within this time, and whatever a reader saw before says nothing of it (milliseconds). */
export const propagationMilliseconds = 5 * 60_000;

/** The state of a change that is in force. */
export type Applied = Extract<ChangeState, { readonly status: 'applied' }>;

/** The SCP that a change is about: the one that it edits, or the one that it made; null while there is none. */
export function policyIdOf({ content, state }: Pick<ChangeRecord, 'content' | 'state'>): string | null {
  return editOf(content).policyId ?? createdPolicyId(journalOf(state));
}

/** The text that the change left in its SCP: as AWS gave it back where that was journalled, else as it was sent. */
export function appliedText({ content, state }: Pick<ChangeRecord, 'content' | 'state'>): string {
  const readBack = journalOf(state).find((entry) => entry.phase === 'done' && entry.text !== undefined);
  return readBack?.phase === 'done' && readBack.text !== undefined ? readBack.text : editOf(content).after;
}
