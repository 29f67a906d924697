import { principalReach } from '../../core/base/principal-pattern.ts';
import type { ChangeContent } from '../../core/change/content/change.ts';
import { editOf } from '../../core/change/content/edit.ts';
import { exemptedPrincipals, firstEnd } from '../../core/change/content/exempted.ts';
import type { Failure } from '../../core/change/life/events.ts';
import { startsFrom } from '../../core/kinds/scp/ours/base-text.ts';
import { changedSince } from '../../core/kinds/scp/writing/approval-proof.ts';
import { accountsBelow, type OrganizationTree } from '../../core/organization/organization.ts';
import { baseDifference } from '../../core/proof/base.ts';
import { proveGiveBack } from '../../core/proof/give-back.ts';
import { instant } from '../../core/proof/subject.ts';
import type { ApplyPorts } from '../apply-ports.ts';
import { NotNow } from '../carry-out.ts';
import { readSnapshotAround } from '../organization-snapshot.ts';
import type { ScpProof } from './scp-proof.ts';

/** Proves an approved give-back again: the SCP must stand as it was shown, and the texts must still say what is given back. No report is made, since nothing is denied. */
export async function proveGiveBackAgain(ports: ApplyPorts, content: ChangeContent): Promise<ScpProof> {
  const edit = editOf(content);
  const { policies, tree } = await readSnapshotAround(ports, edit);
  const text = policies.find(({ id }) => id === edit.policyId)?.text ?? null;
  const isBase = text !== null && startsFrom(content, text);
  const changed = baseDifference({ edit: isBase ? { ...edit, before: text } : edit, policies });
  if (changed?.what === 'unread') throw new NotNow(changed.detail);
  const reason = changed
    ? changedSince(changed)
    : (over(content, ports.clock.now()) ?? boundByNothing(content, tree) ?? failed(content));
  return { reason, policies, tree };
}

/** What would end before it begins is not written. */
function over(content: ChangeContent, now: number): Failure | null {
  const endsAt = firstEnd(content);
  if (endsAt === null || now < endsAt) return null;
  return { code: 'EXEMPTION_OVER', detail: `the exemption was to end on ${instant(endsAt)}` };
}

/** Whoever is in no account below a target is bound by nothing that could be given back to him: by the tree of now. */
function boundByNothing(content: ChangeContent, tree: OrganizationTree): Failure | null {
  const below = new Set(
    content.targets
      .filter(({ id }) => tree.entities.has(id))
      .flatMap(({ id }) => accountsBelow(tree, id))
      .map(({ id }) => id),
  );
  const free = exemptedPrincipals(content).filter((each) => !below.has(principalReach(each).account));
  if (free.length === 0) return null;
  return {
    code: 'PROOF_FAILED',
    detail: `${free.join(', ')} is in no account below a target of the SCP: there is nothing to give back`,
  };
}

function failed(content: ChangeContent): Failure | null {
  const edit = editOf(content);
  const principals = content.exemptions ? exemptedPrincipals(content) : undefined;
  const check = proveGiveBack(edit, principals).checks.find(({ verdict }) => verdict === 'failed');
  return check ? { code: 'PROOF_FAILED', detail: `${check.name}: ${check.detail}` } : null;
}
