import { dayMilliseconds } from '../../../base/limits.ts';
import type { AffectedAccount, ServiceEvidence } from '../../../change/content/change.ts';
import type { CompletedReport, ServiceRow } from '../../../finding/access-report.ts';
import type { Finding } from '../../../finding/finding.ts';
import { type Knowledge, usesAt } from '../../../finding/knowledge.ts';
import { useBelow } from '../../../finding/use.ts';
import {
  type Account,
  chainOf,
  entityOf,
  isWithin,
  type OrganizationTree,
} from '../../../organization/organization.ts';
import { serviceCatalogue } from '../../../policy/service-catalogue.ts';

/** The accounts that a change reaches, for people: names and places. `cutOff` in epoch milliseconds. */
export function affectedAccounts(
  tree: OrganizationTree,
  accounts: readonly Account[],
  cutOff: number,
): readonly AffectedAccount[] {
  const places = new Map<string, string>();
  return accounts.map(({ id, joinedAt, name, parentId }) => {
    const place =
      places.get(parentId) ??
      chainOf(tree, parentId)
        .map((entity) => entity.name)
        .join(' / ');
    places.set(parentId, place);
    return { id, name, place, young: joinedAt >= cutOff };
  });
}

/** Why each service is denied at these targets: what is known of the accounts below them, whatever entity the finding is of. */
export function serviceEvidence(
  services: readonly string[],
  findings: readonly Finding[],
  targetIds: readonly string[],
  knowledge: Knowledge,
  asOf: number,
): readonly ServiceEvidence[] {
  const { tree } = knowledge;
  const accountsAt = (id: string): number => {
    const { endAccount, firstAccount } = entityOf(tree, id);
    return endAccount - firstAccount;
  };
  const holding = targetIds.filter((id) => accountsAt(id) > 0);
  // Of several findings of a service the first counts.
  const parentIds = new Set(targetIds.flatMap((id) => entityOf(tree, id).parentId ?? []));
  const findingOf = new Map(findings.toReversed().map((finding) => [finding.serviceNamespace, finding]));
  return services.flatMap((service) => {
    const finding = findingOf.get(service);
    if (!finding) return [];
    const last = holding.flatMap((id) => lastUseBelow(knowledge, id, service) ?? []).reduce(later, null);
    if (last === null) return [];
    const { report, row } = last;
    const beside = usedBeside(knowledge, parentIds, service);
    return [
      {
        serviceNamespace: service,
        serviceName: finding.serviceName,
        findingId: finding.id,
        entityId: last.entityId,
        entityName: entityOf(tree, last.entityId).shortPath,
        ...attemptOf(last, tree, asOf),
        accountsEverUsed: last.accountsEverUsed,
        accounts: accountsAt(last.entityId),
        ...(last.isExact || row.lastAccessedAt === null ? {} : { lastAccessedAbove: row.lastAccessedAt }),
        ...(beside === null ? {} : { usedBeside: beside }),
        ...(serviceCatalogue.has(service) ? {} : { isUncatalogued: true as const }),
        report: { jobId: report.jobId, entityId: report.entityId, completedAt: report.completedAt },
      },
    ];
  });
}

/** When, by whom and where a service was attempted last, if that is known exactly. */
function attemptOf({ isExact, row }: LastUse, tree: OrganizationTree, asOf: number) {
  const { lastAccessedAt, lastAccessedBy: by, lastAccessedRegion } = row;
  if (!isExact || lastAccessedAt === null) {
    const kind = isExact ? 'never-used' : 'not-since';
    const unknown = { lastAccessedAt: null, daysUnused: null, lastAccessedAccount: null };
    return { kind, ...unknown, lastAccessedRegion: null } as const;
  }
  return {
    kind: 'lapsed',
    lastAccessedAt,
    daysUnused: Math.floor((asOf - lastAccessedAt) / dayMilliseconds),
    lastAccessedAccount: by && { id: by.id, name: tree.entities.get(by.id)?.shortPath ?? by.id },
    lastAccessedRegion,
  } as const;
}

/** The last use since the cut-off below the entities that the targets lie in; null: none is known. Below the targets themselves nobody used it. */
function usedBeside(knowledge: Knowledge, parentIds: ReadonlySet<string>, service: string): number | null {
  const above = [...parentIds].map((id) => usesAt(knowledge, entityOf(knowledge.tree, id)));
  const uses = above.flatMap((services) => services.get(service)?.at ?? []);
  return uses.length === 0 ? null : Math.max(...uses);
}

/** What one report says of the last use below a target; not exact: only that it was not later than the row's. */
interface LastUse {
  readonly isExact: boolean;
  readonly entityId: string;
  readonly row: ServiceRow;
  readonly accountsEverUsed: number | null;
  readonly report: CompletedReport;
}

function lastUseBelow(knowledge: Knowledge, targetId: string, service: string): LastUse | null {
  const use = useBelow(knowledge, targetId, service);
  const report = use.kind === 'unused' ? knowledge.reports.get(use.from) : undefined;
  if (use.kind !== 'unused' || report?.status !== 'completed') return null;
  if (use.row) {
    const { accountsEverUsed } = use.row;
    return { isExact: true, entityId: targetId, row: use.row, accountsEverUsed, report };
  }
  const row = report.rows.get(service);
  if (!row) return null;
  // The account that an entity above names used it last of all, so also of those below the target that holds it.
  const by = row.lastAccessedBy;
  const isBelow =
    by !== null && knowledge.tree.entities.has(by.id) && isWithin(knowledge.tree, by.id, targetId);
  if (isBelow) return { isExact: true, entityId: targetId, row, accountsEverUsed: null, report };
  return { isExact: false, entityId: use.from, row, accountsEverUsed: null, report };
}

/** The later of two last uses. One that is not exact may be as late as its row says. */
function later(one: LastUse | null, other: LastUse): LastUse {
  if (one === null) return other;
  const [at, otherAt] = [instantOf(one), instantOf(other)];
  if (at === otherAt) return one.isExact ? one : other;
  return otherAt > at ? other : one;
}

function instantOf({ row }: LastUse): number {
  return row.lastAccessedAt ?? Number.NEGATIVE_INFINITY;
}
