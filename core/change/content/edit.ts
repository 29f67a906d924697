import type { ProposedEdit } from '../../proof/subject.ts';
import type { ChangeContent, Resource } from './change.ts';

/** The edit of an SCP that the steps of a change make: what pages, mails and results show, and what is proved. */
export interface Edit extends ProposedEdit {
  readonly kind: 'update-policy' | 'create-policy';
}

type TextResource = Extract<Resource, { readonly type: 'policy-text' }>;

/** Reads the edit from the steps. Throws where no step writes a text: then it is no change of an SCP. */
export function editOf({
  services,
  steps,
  targets,
}: Pick<ChangeContent, 'services' | 'steps' | 'targets'>): Edit {
  for (const { resource, before, after } of steps) {
    if (resource.type !== 'policy-text' || after === null) continue;
    const { name: policyName, policyId }: TextResource = resource;
    const kind = policyId === null ? 'create-policy' : 'update-policy';
    return { kind, policyId, policyName, targets, services, before, after };
  }
  throw new Error('no step of the change writes the text of an SCP');
}
