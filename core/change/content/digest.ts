import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { sha256 } from '../../base/sha256.ts';
import type { ChangeContent, Step, UndoStep } from './change.ts';

/** What a change edits: an SCP that exists, or a new one for a target. */
export type ChangeSubject = { readonly policyId: string } | { readonly newAtTarget: string };

/** The id of a change: `chg-` and 12 hex digits; the same SCP with the same text and targets gives the same id, so a second review does not propose twice. */
export function changeId(organizationId: string, subject: ChangeSubject, base: string): string {
  const name = 'policyId' in subject ? subject.policyId : `new:${subject.newAtTarget}`;
  return `chg-${sha256(`${organizationId}|${name}|${base}`).slice(0, 12)}`;
}

/** SHA-256 (64 hex) of the state that a change starts from: the text as read (null: there is no SCP yet) and the ids of its targets, in any order. */
export function baseDigest(before: string | null, targetIds: readonly string[]): string {
  return sha256(
    canonicalJson({ textHash: before === null ? null : sha256(before), targetIds: [...targetIds].sort() }),
  );
}

/** SHA-256 (64 hex) of what a person approves: every text that is sent or restored, where, for which accounts, from which base, on which verdicts. Names, times, job ids and explanations are left out: they may change without changing what is done. */
export function changeDigest(content: Omit<ChangeContent, 'digest'>): string {
  return sha256(
    canonicalJson({
      id: content.id,
      revision: content.revision,
      steps: content.steps.map(stepFields),
      undoSteps: content.undoSteps.map(undoStepFields),
      targetIds: content.targets.map((target) => target.id).sort(),
      accountIds: [...content.accountIds].sort(),
      baseDigest: content.baseDigest,
      checks: content.certificate.checks.map(({ name, verdict }) => ({ name, verdict })),
      thresholdDays: content.thresholdDays,
      requiredApprovals: content.requiredApprovals,
    }),
  );
}

// Spelled out, so that a field which somebody adds to a step later does not slip by the digest unseen.
function stepFields(step: Step): Json {
  switch (step.kind) {
    case 'update-policy':
      return { kind: step.kind, policyId: step.policyId, before: step.before, after: step.after };
    case 'create-policy':
      return { kind: step.kind, name: step.name, description: step.description, content: step.content };
    case 'attach-policy':
      return { kind: step.kind, targetId: step.targetId };
  }
}

function undoStepFields(step: UndoStep): Json {
  switch (step.kind) {
    case 'restore-policy':
      return { kind: step.kind, policyId: step.policyId, expected: step.expected, content: step.content };
    case 'detach-policy':
      return { kind: step.kind, targetId: step.targetId };
    case 'delete-policy':
      return { kind: step.kind, expected: step.expected };
  }
}
