import type { Step } from './change.ts';

/** The same steps undone: backwards, with before and after swapped. */
export function undone(steps: readonly Step[]): readonly Step[] {
  return steps.map(({ resource, before, after }) => ({ resource, before: after, after: before })).reverse();
}
