import type { ChangeContent, ServiceEvidence } from '../../../change/content/change.ts';
import type { Failure } from '../../../change/life/events.ts';
import type { AccessReport, ServiceRow } from '../../../finding/access-report.ts';
import { accountsBelow, isWithin, type OrganizationTree } from '../../../organization/organization.ts';
import type { BaseChanged } from '../../../proof/base.ts';
import { letInAfter } from '../../../proof/checks/observation-period.ts';
import { instant, type ProofSubject } from '../../../proof/subject.ts';
import { type Certificate, type CheckResult, isWeaker } from '../../../proof/verdict.ts';

/** So many new accounts are asked one by one. */
const mostNewcomers = 25;

const codes = {
  policy: 'POLICY_GONE',
  text: 'TEXT_CHANGED',
  targets: 'TARGETS_CHANGED',
} as const;

/** Why an approval is void where the SCP is not as it was shown. A text that could not be read says nothing of the change: the caller tries later. */
export function changedSince({ detail, what }: BaseChanged): Failure {
  return { code: codes[what], detail };
}

/** Why an approval is void where more accounts came than can be asked one by one, or null. The next review proposes anew. */
export function tooManyNewcomers(accountIds: readonly string[]): Failure | null {
  if (accountIds.length <= mostNewcomers) return null;
  const detail = `${accountIds.length} accounts came below the targets since the approval`;
  return { code: 'BLAST_RADIUS_GREW', detail };
}

/**
 * Whether what was approved still stands when it is about to be applied. It does not reach more accounts that bring a
 * past with them, no denied service shows a later use than was shown, and no check is worse. Answers the reason that
 * voids the approval, or null. An account that left does not matter; one that was newly created inherits, as the page
 * said.
 */
export function voidReason(
  content: ChangeContent,
  tree: OrganizationTree,
  certificate: Certificate,
  reports: readonly AccessReport[],
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
  const worse = provesLess(content, certificate);
  if (worse !== null) return worse;
  const newer = newerUse(content, tree, reports);
  return newer === null ? null : { code: 'USED_SINCE', detail: newer };
}

/** Why an approval is void where a check fails by now, or proves less than people were shown; or null. */
export function provesLess(
  { certificate: { checks } }: Pick<ChangeContent, 'certificate'>,
  certificate: Certificate,
): Failure | null {
  const shown = new Map(checks.map((check) => [check.name, asShown(check)]));
  for (const check of certificate.checks) {
    const { name, verdict, detail } = check;
    if (verdict === 'failed') return { code: 'PROOF_FAILED', detail: `${name}: ${detail}` };
    const before = shown.get(name);
    // A check that nobody was shown proved nothing to anybody.
    if (before === undefined || !isWeaker(check, before)) continue;
    const was = before.verdict === 'not-proven' ? 'proven of some of these accounts' : 'proven';
    return { code: 'PROOF_WEAKER', detail: `${name} was ${was} when approved: ${detail}` };
  }
  return null;
}

/** Why an approval is void where SCPs let accounts use a service since people were shown the change, also beside others that they were shown; or null. */
export function letInSince(subject: ProofSubject, { asOf }: Pick<ChangeContent, 'asOf'>): Failure | null {
  const words = letInAfter(subject, asOf);
  if (words === null) return null;
  return { code: 'PROOF_WEAKER', detail: `observation-period: ${words}, and people were not shown that` };
}

/** A later last use at a target than the row that people were shown for it: even if it is before the cut-off, it is not what they decided on. A row of an entity above says at least as much as one of a target below, so the two can be compared; other reports cannot. */
function newerUse(
  content: ChangeContent,
  tree: OrganizationTree,
  reports: readonly AccessReport[],
): string | null {
  const targetIds = new Set(content.targets.map(({ id }) => id));
  for (const shown of content.evidence) {
    const { report } = shown;
    if (report === null || !tree.entities.has(report.entityId)) continue;
    for (const fresh of reports) {
      if (fresh.status !== 'completed' || !targetIds.has(fresh.entityId)) continue;
      if (!isWithin(tree, fresh.entityId, report.entityId)) continue;
      const newer = newerThanShown(shown, fresh.rows.get(shown.serviceNamespace));
      if (newer !== null) return newer;
    }
  }
  return null;
}

function newerThanShown(
  { lastAccessedAbove, lastAccessedAt, serviceNamespace }: ServiceEvidence,
  row: ServiceRow | undefined,
): string | null {
  if (row?.unreadable !== undefined)
    return `AWS's newest row of ${serviceNamespace} cannot be read: ${row.unreadable}`;
  const shown = lastAccessedAt ?? lastAccessedAbove ?? null;
  const at = row?.lastAccessedAt ?? null;
  if (at === null || (shown !== null && at <= shown)) return null;
  const was = shown === null ? 'never' : instant(shown);
  return `${serviceNamespace} was last attempted on ${instant(at)} by AWS's newest data; people were shown ${was}`;
}

/** A check as people were shown it. Before moves without a history were not proven, it was ok and its explanation said what could not be seen. */
function asShown(check: CheckResult): CheckResult {
  return check.detail.includes('a move before this one cannot be seen')
    ? { ...check, verdict: 'not-proven' }
    : check;
}
