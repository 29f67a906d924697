import { outcomeOf } from '../../flow/review-alone.ts';
import type { NotRun } from '../../flow/run-requested.ts';

/** An invocation by the state machine (deploy/review-until-done.asl.json): a step of an execution, which invokes again until the review is done. */
export interface Step {
  /** The id of the execution: its next step is a further attempt of this one. */
  readonly execution: string;
  /** What started the execution. */
  readonly event: unknown;
}

/** What the state machine is answered: ids and counts alone, since a state holds 256 KB. It goes on where the status is `continuing` or `waiting`. */
export type StepAnswer =
  | {
      readonly status: 'completed' | 'partial';
      readonly reviewId: string;
      readonly openFindings: number;
      readonly changes: number;
    }
  /** The time ran out before it could decide. */
  | { readonly status: 'continuing'; readonly reviewId: string }
  /** For the end of that review. */
  | { readonly status: 'waiting'; readonly reviewId: string }
  /** That review does, or did, what this one was to do. */
  | { readonly status: 'covered'; readonly reviewId: string }
  /** It cannot be carried out, and whoever asked is told why. */
  | { readonly status: 'refused' };

/** The step that an event of a function is, or null where somebody else invoked it. */
export function stepIn(input: unknown): Step | null {
  if (typeof input !== 'object' || input === null || !('execution' in input)) return null;
  const { execution } = input;
  if (typeof execution !== 'string' || execution === '') return null;
  return { execution, event: 'event' in input ? input.event : {} };
}

/** The answer of a step that reviewed. */
export function reviewedStep(
  result: Parameters<typeof outcomeOf>[0] & { readonly reviewId: string },
): StepAnswer {
  const { reviewId, status } = result;
  const { changeIds, openFindings } = outcomeOf(result);
  return { status, reviewId, openFindings, changes: changeIds.length };
}

/** The answer of a step that did not. */
export function notRunStep(run: NotRun | { readonly instead: string }): StepAnswer {
  if ('waitsFor' in run) return { status: 'waiting', reviewId: run.waitsFor };
  return { status: 'covered', reviewId: 'instead' in run ? run.instead : run.takenAs };
}
