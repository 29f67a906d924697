import type { ChangeRecord } from './life.ts';

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
