import type { PolicyTarget } from '../../policy/service-control-policy.ts';
import type { ChangeEvent } from './events.ts';
import type { ChangeRecord } from './life.ts';

/** The accounts that a change is known to reach: those that it was proved for, and those of which AWS or a review told since. */
export function reachedAccounts({
  content,
  history,
}: Pick<ChangeRecord, 'content' | 'history'>): ReadonlySet<string> {
  const later = history.flatMap((event) => {
    if (event.type === 'drift-detected') return event.attached?.accountIds ?? [];
    return event.type === 'came-under-denial' || event.type === 'denied-access-observed'
      ? [event.accountId]
      : [];
  });
  return new Set([...content.accountIds, ...later]);
}

/** Where targets lie by what any of these changes was told last, by target id. */
export function lastPaths(
  targets: readonly PolicyTarget[],
  records: readonly Pick<ChangeRecord, 'history'>[],
): Readonly<Record<string, string>> {
  const events = records.flatMap(({ history }) => history).sort((one, other) => one.at - other.at);
  const paths: Readonly<Record<string, string>> = Object.assign({}, ...events.map(pathsIn));
  return Object.fromEntries(
    Object.entries(paths).filter(([id]) => targets.some((target) => target.id === id)),
  );
}

function pathsIn(event: ChangeEvent): Readonly<Record<string, string>> | undefined {
  if (event.type === 'drift-detected') return event.attached?.targetPaths;
  return 'targetPaths' in event ? event.targetPaths : undefined;
}

/** The code of the history's note that what was applied stands as it was applied again. */
export const driftEndedCode = 'DRIFT_ENDED';

/** The drift of the current revision that was told last and has not ended, by itself or by a roll back, or null. */
export function openDrift(record: Pick<ChangeRecord, 'history' | 'revision'>): string | null {
  return openDriftEvent(record)?.detail ?? null;
}

/** The same with what was read, and when. */
export function openDriftEvent({ history, revision }: Pick<ChangeRecord, 'history' | 'revision'>) {
  const last = history.findLast(
    (event) =>
      event.revision === revision &&
      (event.type === 'drift-detected' ||
        event.type === 'rolled-back' ||
        (event.type === 'noted' && event.code === driftEndedCode)),
  );
  return last?.type === 'drift-detected' ? last : null;
}

/** Whether this approver has handed the current revision over to another one, and has not got it back since. */
export function hasHandedOver(
  { history, revision }: Pick<ChangeRecord, 'history' | 'revision'>,
  approverId: string,
): boolean {
  const last = history.findLast(
    (event) =>
      event.type === 'handed-over' &&
      event.revision === revision &&
      (event.approverId === approverId || event.toApproverId === approverId),
  );
  return last?.type === 'handed-over' && last.approverId === approverId;
}

/** The approver whose word an event is, or null: what is sent to somebody is no word of his. */
export function answeredBy(event: ChangeEvent): string | null {
  if (event.type === 'approval-recorded') return event.approval.approverId;
  if (event.type === 'notified' || event.type === 'notify-failed') return null;
  return 'approverId' in event ? event.approverId : null;
}
