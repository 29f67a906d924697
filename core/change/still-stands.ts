import { accountsBelow, type OrganizationTree } from '../access/organization.ts';
import type { Certificate, ChangeContent } from './change.ts';
import type { Failure } from './events.ts';

/**
 * Whether what was approved still stands when it is about to be applied: the blast radius did not grow by accounts that
 * bring a past with them, and no check is worse than the one that was shown. Answers the reason that voids the approval,
 * or null. An account that left does not matter; one that was newly created inherits, as the page said.
 */
export function voidReason(
  content: ChangeContent,
  tree: OrganizationTree,
  certificate: Certificate,
): Failure | null {
  for (const target of content.targets) {
    if (!tree.entities.has(target.id))
      return { code: 'TARGET_GONE', detail: `${target.name} (${target.id}) no longer exists` };
  }
  const approved = new Set(content.accountIds);
  for (const account of content.targets.flatMap((target) => accountsBelow(tree, target.id))) {
    if (approved.has(account.id)) continue;
    const created = account.joinedAt >= content.asOf && account.invited !== true;
    if (!created) {
      return {
        code: 'BLAST_RADIUS_GREW',
        detail: `account ${account.id} (${account.name}) came below a target since the approval`,
      };
    }
  }
  const shown = new Map(content.certificate.checks.map((check) => [check.name, check.verdict]));
  for (const { name, verdict, detail } of certificate.checks) {
    if (verdict === 'failed') return { code: 'PROOF_FAILED', detail: `${name}: ${detail}` };
    if (verdict === 'not-proven' && shown.get(name) !== 'not-proven')
      return { code: 'PROOF_WEAKER', detail: `${name} was proven when approved: ${detail}` };
  }
  return null;
}
