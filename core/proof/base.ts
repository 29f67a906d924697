import { meansTheSame } from '../policy/same-meaning.ts';
import type { PolicyTarget } from '../policy/service-control-policy.ts';
import type { ProofSubject } from './subject.ts';

/** An SCP that is not what the edit starts from: it is gone, or its text or its targets are others. */
export interface BaseChanged {
  readonly what: 'policy' | 'text' | 'targets';
  readonly detail: string;
}

/** How an edit departs from the SCP that it claims to edit; `unread` where that cannot be said. */
export type BaseDifference = BaseChanged | { readonly what: 'unread'; readonly detail: string };

/** How the SCP as read differs from what an edit starts from, or null. A text that already means what is wanted differs in nothing that the edit could do. */
export function baseDifference({
  edit,
  policies,
}: Pick<ProofSubject, 'edit' | 'policies'>): BaseDifference | null {
  if (edit.policyId === null) {
    return edit.before === null ? null : { what: 'policy', detail: 'a new SCP cannot have a text already' };
  }
  const policy = policies.find(({ id }) => id === edit.policyId);
  const name = `${edit.policyName} (${edit.policyId})`;
  if (!policy) return { what: 'policy', detail: `no SCP ${name} was read` };
  if (policy.text === null) return { what: 'unread', detail: `the text of ${name} was not read` };
  if (meansTheSame(policy.text, edit.after)) return null;
  if (policy.text !== edit.before)
    return {
      what: 'text',
      detail: `${name} was written since it was read, by somebody or by another change`,
    };
  const given = new Set(edit.targets.map(({ id }) => id));
  const same = policy.targets.length === given.size && policy.targets.every(({ id }) => given.has(id));
  return same ? null : { what: 'targets', detail: `${name} is attached to other targets than were shown` };
}

/** Every target that the edit reaches: those given and those of the SCP as read. */
export function targetsReached({ edit, policies }: ProofSubject): readonly PolicyTarget[] {
  const asRead = policies.find(({ id }) => id === edit.policyId)?.targets ?? [];
  const given = new Set(edit.targets.map(({ id }) => id));
  return [...edit.targets, ...asRead.filter(({ id }) => !given.has(id))];
}
