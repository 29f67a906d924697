import { principalReach } from '../../core/base/principal-pattern.ts';
import { editOf } from '../../core/change/content/edit.ts';
import { exemptedPrincipals } from '../../core/change/content/exempted.ts';
import type { ChangeRecord } from '../../core/change/life/life.ts';
import type { AccessReport } from '../../core/finding/access-report.ts';
import { standingExemptions } from '../../core/kinds/scp/ours/standing-exemptions.ts';
import { proveEndAgain } from '../../core/kinds/scp/proposing/end-exemption.ts';
import { changedSince, provesLess } from '../../core/kinds/scp/writing/approval-proof.ts';
import { silentSource, withTurnedOff } from '../../core/kinds/silent-source.ts';
import { buildTree } from '../../core/organization/organization.ts';
import { baseDifference } from '../../core/proof/base.ts';
import type { SourceFacts } from '../../core/review/sources.ts';
import type { ApplyPorts } from '../apply-ports.ts';
import { askAboutAccountsAgain } from '../ask-sources.ts';
import { NotNow, SourceSilent } from '../carry-out.ts';
import { readSnapshotAround } from '../organization-snapshot.ts';
import { writersOf } from '../writers-of.ts';
import { freshReport, type ScpProof } from './scp-proof.ts';

/**
 * Proves again that exemptions are over, were not used since they were given and may be taken out. It reads reports of
 * their accounts made after `notBefore` (epoch ms), the SCP as it stands, and every change of it that was written or is
 * approved. Somebody may have exempted the same principal for longer. Throws `NotNow` while AWS makes no report because
 * another one runs.
 */
export async function proveEndOfExemption(
  ports: ApplyPorts,
  record: ChangeRecord,
  notBefore: number,
): Promise<ScpProof> {
  const { content } = record;
  const edit = editOf(content);
  const { entities } = buildTree(await ports.organization.readTree());
  const reports: AccessReport[] = [];
  for (const principal of exemptedPrincipals(content)) {
    const entity = entities.get(principalReach(principal).account);
    if (entity && !reports.some(({ entityId }) => entityId === entity.id))
      reports.push(await freshReport(ports, entity, notBefore));
  }
  const { policies, tree, ...place } = await readSnapshotAround(ports, edit);
  const changed = baseDifference({ edit, policies });
  if (changed?.what === 'unread') throw new NotNow(changed.detail);
  if (changed) return { reason: changedSince(changed), policies, tree };
  const standing = standingExemptions(await writersOf(ports.stores.changes, record));
  const { configuration } = ports;
  const asked = reports.map(({ entityId }) => entityId).filter((id) => tree.entities.has(id));
  // What people decided meanwhile about other changes says nothing of the one that they approved.
  const facts = { tree, policies, reports, configuration, kept: [], ...place };
  const prove = (sources: SourceFacts) => {
    const known = { ...facts, ...sources, asOf: ports.clock.now() };
    return proveEndAgain(edit, content.exemptions ?? [], standing, known);
  };
  const proven = prove(await askAboutAccountsAgain(ports, asked, content.certificate, prove));
  const now = ports.clock.now();
  const certificate = withTurnedOff(proven, content.certificate, configuration);
  const silent = silentSource(record, certificate, configuration, now);
  if (silent !== null) throw new SourceSilent(silent);
  return { reason: provesLess(content, certificate), policies, tree };
}
