import type { Step } from '../../../change/content/change.ts';
import type { Edit } from '../../../change/content/edit.ts';

/** The ordered steps of an edit of one SCP. `tags`: those that a new one gets. */
export function stepsFor(
  { after, before, policyId, policyName: name, targets }: Omit<Edit, 'kind' | 'services'>,
  thresholdDays: number,
  tags: Readonly<Record<string, string>> | undefined,
): readonly Step[] {
  if (policyId !== null) return [{ resource: { type: 'policy-text', policyId, name }, before, after }];
  const description = `Denies services not used for more than ${thresholdDays} days. Made by org-access-reviewer.`;
  return [
    {
      resource: { type: 'policy-text', policyId, name, description, ...(tags && { tags }) },
      before,
      after,
    },
    ...targets.map(
      ({ id: targetId }): Step => ({
        resource: { type: 'attachment', targetId },
        before: null,
        after: 'attached',
      }),
    ),
  ];
}
