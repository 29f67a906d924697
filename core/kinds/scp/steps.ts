import type { Step, UndoStep } from '../../change/content/change.ts';
import type { PolicyTarget } from '../../policy/service-control-policy.ts';

/** The ordered writes of an edit, and those that undo it. */
export function stepsFor(
  edit: {
    readonly policyId: string | null;
    readonly policyName: string;
    readonly targets: readonly PolicyTarget[];
    readonly before: string | null;
    readonly after: string;
  },
  thresholdDays: number,
): { readonly steps: readonly Step[]; readonly undoSteps: readonly UndoStep[] } {
  const { policyId, before, after } = edit;
  if (policyId !== null && before !== null) {
    return {
      steps: [{ kind: 'update-policy', policyId, before, after }],
      undoSteps: [{ kind: 'restore-policy', policyId, expected: after, content: before }],
    };
  }
  const description = `Denies services not used for more than ${thresholdDays} days. Made by org-access-reviewer.`;
  const attach = edit.targets.map((target): Step => ({ kind: 'attach-policy', targetId: target.id }));
  const detach = edit.targets.map((target): UndoStep => ({ kind: 'detach-policy', targetId: target.id }));
  return {
    steps: [{ kind: 'create-policy', name: edit.policyName, description, content: after }, ...attach],
    undoSteps: [...detach.reverse(), { kind: 'delete-policy', expected: after }],
  };
}
