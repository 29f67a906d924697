import type { Json } from '../../base/canonical-json.ts';
import type { ChangeContent, Step } from './change.ts';
import { scpResource } from './scp-resource.ts';
import { undoSteps } from './undo-steps.ts';

/** A content as it was stored before its steps were compare-and-sets (version 1): the text that was shown stood beside the steps that were written. */
export type ContentV1 = Omit<ChangeContent, 'format' | 'kind' | 'steps'> & {
  readonly policyId: string | null;
  readonly policyName: string;
  readonly before: string | null;
  readonly after: string;
  /** Texts to be restored: the same as those of the steps. */
  readonly undoSteps: readonly unknown[];
  readonly steps: readonly (
    | { readonly kind: 'update-policy' }
    | { readonly kind: 'create-policy'; readonly name: string; readonly description: string }
    | { readonly kind: 'attach-policy'; readonly targetId: string }
  )[];
};

/** The content of any version as the current one reads. Of two texts of version 1 the one that people saw counts: where another was digested, the digest no longer fits. */
export function upToDate(stored: ChangeContent | ContentV1): ChangeContent {
  if ('format' in stored) return stored;
  const steps = stored.steps.map((step) => stepOf(step, stored));
  const { after, before, policyId, policyName, undoSteps, ...known } = stored;
  return { ...known, format: 1, kind: 'scp', steps };
}

/** What the digest of version 1 covers: the steps and what undoes them, in the shape of then. */
export function coveredByV1({ steps }: Pick<ChangeContent, 'steps'>): { readonly [name: string]: Json } {
  return { steps: steps.map(stepV1), undoSteps: undoSteps(steps).map(undoStepV1) };
}

function stepOf(
  step: ContentV1['steps'][number],
  { after, before, id, policyId, policyName: name }: ContentV1,
): Step {
  if (step.kind === 'attach-policy') {
    const resource = { type: 'attachment', targetId: step.targetId } as const;
    return { resource, before: null, after: 'attached' };
  }
  if (step.kind === 'create-policy') {
    const { description } = step;
    return { resource: { type: 'policy-text', policyId: null, name, description }, before, after };
  }
  if (policyId === null) throw new Error(`${id} updates an SCP and names none`);
  return { resource: { type: 'policy-text', policyId, name }, before, after };
}

// Version 1 had no words for a value that is otherwise: where one stands, it is covered beside them.
function stepV1({ resource: of, before, after }: Step): Json {
  const resource = scpResource(of);
  if (resource.type === 'attachment') {
    const otherwise = before === null && after === 'attached' ? {} : { before, after };
    return { kind: 'attach-policy', targetId: resource.targetId, ...otherwise };
  }
  const { name, policyId } = resource;
  if (policyId !== null) return { kind: 'update-policy', policyId, before, after };
  const otherwise = before === null ? {} : { before };
  return { kind: 'create-policy', name, description: resource.description, content: after, ...otherwise };
}

function undoStepV1({ resource: of, before, after }: Step): Json {
  const resource = scpResource(of);
  if (resource.type === 'attachment') return { kind: 'detach-policy', targetId: resource.targetId };
  const { policyId } = resource;
  if (policyId === null) return { kind: 'delete-policy', expected: before };
  return { kind: 'restore-policy', policyId, expected: before, content: after };
}
