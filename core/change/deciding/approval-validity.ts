import type { OrganizationTree } from '../../organization/organization.ts';
import { approvalsMissing, isApprovalOf } from '../life/approvals.ts';
import type { Failure } from '../life/events.ts';
import { approvalsOf, type ChangeRecord } from '../life/life.ts';
import type { People, Starter } from '../life/starter.ts';
import { whyNotOnOwn } from './own-access.ts';
import { coversTargets } from './scope.ts';

/**
 * Whether enough of those who approved may still decide on every target, by the configuration and the tree of now. These
 * no longer count: an approver who was taken out, whose id is somebody else's now, or whose scopes a target has left.
 * Who started what led to it (`starter`) never counts alone. Answers why the approval is void, or null.
 */
export function approvalVoid(
  record: ChangeRecord,
  configuration: People,
  tree: OrganizationTree,
  starter: Starter = record.starter,
): Failure | null {
  const targetIds = record.content.targets.map(({ id }) => id);
  const paths = Object.fromEntries(
    targetIds.flatMap((id) => {
      const path = tree.entities.get(id)?.path;
      return path === undefined ? [] : [[id, path] as const];
    }),
  );
  const gone: string[] = [];
  const standing = approvalsOf(record).filter((approval) => {
    const approver = configuration.approvers.find((each) => isApprovalOf(approval, each));
    const counts =
      approver !== undefined &&
      coversTargets(approver, targetIds, paths) &&
      whyNotOnOwn(record, 'approve', { ...configuration, approver, actor: approval.actor }) === null;
    if (!counts) gone.push(approver?.name ?? approval.approverId);
    return counts;
  });
  if (approvalsMissing({ content: record.content, starter }, standing, configuration) === 0) return null;
  if (gone.length === 0) {
    const detail =
      'everyone who approved may also have started this change, or lifted an exemption: another approver has to approve it';
    return { code: 'STARTER_ALONE', detail };
  }
  const detail = `${gone.join(' and ')} approved, but may not decide on it any more`;
  return { code: 'APPROVER_OUT_OF_SCOPE', detail };
}
