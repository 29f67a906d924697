import { editOf } from '../../../change/content/edit.ts';
import { createdPolicyId, journalOf } from '../../../change/life/journal.ts';
import type { ChangeRecord } from '../../../change/life/life.ts';

/** The SCP that a change is about: the one that it edits, or the one that it made; null while there is none. */
export function policyIdOf({ content, state }: Pick<ChangeRecord, 'content' | 'state'>): string | null {
  return editOf(content).policyId ?? createdPolicyId(journalOf(state));
}

/** The text that the change left in its SCP: as AWS gave it back where that was journalled, else as it was sent. */
export function appliedText({ content, state }: Pick<ChangeRecord, 'content' | 'state'>): string {
  const readBack = journalOf(state).find((entry) => entry.phase === 'done' && entry.text !== undefined);
  return readBack?.phase === 'done' && readBack.text !== undefined ? readBack.text : editOf(content).after;
}
