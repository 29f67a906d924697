import type { CompletedReport } from '../access/access-report.ts';
import type { Finding } from '../access/finding.ts';
import { chainOf, entityOf, type OrganizationTree } from '../access/organization.ts';
import type { ReviewFacts } from '../review-facts.ts';
import type { AffectedAccount, ServiceEvidence } from './change.ts';

/** The accounts that a change reaches, for people: names and places. `cutOff` in epoch milliseconds. */
export function affectedAccounts(
  tree: OrganizationTree,
  accountIds: readonly string[],
  cutOff: number,
): readonly AffectedAccount[] {
  const joined = new Map(tree.accounts.map((account) => [account.id, account.joinedAt]));
  return accountIds.map((id) => {
    const above = chainOf(tree, id).slice(0, -1);
    return {
      id,
      name: entityOf(tree, id).name,
      place: above.map((entity) => entity.name).join(' / '),
      young: (joined.get(id) ?? 0) >= cutOff,
    };
  });
}

/** Why each service is denied, from the finding that the change answers; where several findings name one service, the one used last. */
export function serviceEvidence(
  services: readonly string[],
  findings: readonly Finding[],
  facts: Pick<ReviewFacts, 'reports' | 'tree'>,
): readonly ServiceEvidence[] {
  const latest = new Map<string, Finding>();
  for (const finding of findings) {
    const known = latest.get(finding.serviceNamespace);
    if (!known || (known.lastAccessedAt ?? 0) < (finding.lastAccessedAt ?? 0))
      latest.set(finding.serviceNamespace, finding);
  }
  return services.flatMap((service) => {
    const finding = latest.get(service);
    return finding ? [evidenceOf(finding, facts)] : [];
  });
}

function evidenceOf(
  finding: Finding,
  { reports, tree }: Pick<ReviewFacts, 'reports' | 'tree'>,
): ServiceEvidence {
  const accountId = finding.lastAccessedEntityPath?.split('/').at(-1);
  const report = reportFor(finding, reports, tree);
  return {
    serviceNamespace: finding.serviceNamespace,
    serviceName: finding.serviceName,
    findingId: finding.id,
    kind: finding.kind,
    entityId: finding.entityId,
    entityName: entityOf(tree, finding.entityId).shortPath,
    lastAccessedAt: finding.lastAccessedAt,
    daysUnused: finding.daysUnused,
    lastAccessedAccount:
      accountId === undefined
        ? null
        : { id: accountId, name: tree.entities.get(accountId)?.shortPath ?? accountId },
    lastAccessedRegion: finding.lastAccessedRegion,
    accountsEverUsed: finding.accountsEverUsed,
    accounts: finding.accounts,
    report: report
      ? { jobId: report.jobId, entityId: report.entityId, completedAt: report.completedAt }
      : null,
  };
}

function reportFor(
  finding: Finding,
  reports: ReviewFacts['reports'],
  tree: OrganizationTree,
): CompletedReport | null {
  for (const entity of chainOf(tree, finding.entityId).toReversed()) {
    const report = reports.find((own) => own.entityId === entity.id);
    if (report?.status === 'completed' && report.rows.has(finding.serviceNamespace)) return report;
  }
  return null;
}
