import type { ChangeRecord } from '../../change/life/life.ts';

/** What an approver wrote to the others last about the open revision, or null. `name` gives the name of an approver. */
export function noteOf(
  { history, revision, state }: ChangeRecord,
  name: (approverId: string) => string,
): string | null {
  if (state.status !== 'proposed') return null;
  const note = history.findLast(
    (event) => (event.type === 'asked' || event.type === 'handed-over') && event.revision === revision,
  );
  if (note?.type === 'asked') return `${name(note.approverId)} asks: ${note.question}`;
  if (note?.type !== 'handed-over') return null;
  return `${name(note.approverId)} hands it over to ${name(note.toApproverId)}: ${note.reason}`;
}

/** Whose latest message failed and was not followed by one that arrived. */
export function notReached(
  { history, revision }: ChangeRecord,
  name: (approverId: string) => string,
): readonly string[] {
  const failed = new Map<string, string>();
  for (const event of history) {
    if (event.revision !== revision) continue;
    if (event.type === 'notified') failed.delete(`${event.approverId} ${event.channel}`);
    if (event.type === 'notify-failed') {
      failed.set(
        `${event.approverId} ${event.channel}`,
        `${name(event.approverId)} by ${event.channel}: ${event.failure.detail}`,
      );
    }
  }
  return [...failed.values()];
}
