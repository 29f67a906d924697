import type { Resource, Step } from './change.ts';

/** The same steps undone: backwards, with before and after swapped. */
export function undoSteps<Of extends Resource>(steps: readonly Step<Of>[]): readonly Step<Of>[] {
  return steps.map(({ resource, before, after }) => ({ resource, before: after, after: before })).reverse();
}
