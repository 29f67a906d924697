import type { ChangeRecord } from './life.ts';

/** The code of the history's note that what was applied stands as it was applied again. */
export const driftEndedCode = 'DRIFT_ENDED';

/** The drift of the current revision that was told last and has not ended, by itself or by a roll back, or null. */
export function openDrift({ history, revision }: Pick<ChangeRecord, 'history' | 'revision'>): string | null {
  const last = history.findLast(
    (event) =>
      event.revision === revision &&
      (event.type === 'drift-detected' ||
        event.type === 'rolled-back' ||
        (event.type === 'noted' && event.code === driftEndedCode)),
  );
  return last?.type === 'drift-detected' ? last.detail : null;
}
