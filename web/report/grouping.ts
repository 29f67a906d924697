import { groupBy } from '../../core/base/lists.ts';
import type { Refusal, RefusalCode } from '../../core/base/refusal.ts';
import type { FindingResult } from '../../core/review/finding-result.ts';
import type { EntityResult, ReviewResult } from '../../core/review/review-result.ts';
import type { Names } from './names.ts';

/** Findings that are shown and not drafted, all for the same reason. */
export interface HeldFindings {
  readonly status: FindingResult['status'];
  readonly why: string;
  readonly findings: readonly FindingResult[];
}

/** The findings of one entity, as people read them: few things in full first, long lists after. */
export interface EntityFindings {
  readonly entity: EntityResult;
  /** Every lapsed finding whatever its status, open ones first, the longest unused first. */
  readonly lapsed: readonly FindingResult[];
  /** Never used and open, by namespace. */
  readonly neverUsed: readonly FindingResult[];
  /** Never used, not drafted, by reason; the biggest group first. */
  readonly held: readonly HeldFindings[];
  /** Accounts below that joined after the cut-off. */
  readonly youngAccounts: readonly string[];
}

/** Refusals of one code. */
export interface RefusalGroup {
  readonly code: RefusalCode;
  readonly refusals: readonly Refusal[];
}

/** The findings by entity, in the order of the result's entities. */
export function groupFindings(result: ReviewResult, names: Names): readonly EntityFindings[] {
  const byEntity = groupBy(result.findings, (finding) => finding.entityId);
  const order = new Map(result.entities.map((entity, index) => [entity.id, index]));
  const place = (id: string): number => order.get(id) ?? order.size;
  const groups = [...byEntity].sort(([a], [b]) => place(a) - place(b));
  return groups.map(([entityId, findings]) => entityFindings(entityId, findings, names));
}

/** The refusals by code, in the order in which the codes first appear. */
export function groupRefusals(refusals: readonly Refusal[]): readonly RefusalGroup[] {
  const groups = groupBy(refusals, (refusal) => refusal.code);
  return [...groups].map(([code, members]) => ({ code, refusals: members }));
}

function entityFindings(entityId: string, findings: readonly FindingResult[], names: Names): EntityFindings {
  const [first] = findings;
  const known = names.entity(entityId, first?.entityPath);
  const never = findings.filter((finding) => finding.kind === 'never-used').sort(byNamespace);
  const reasons = groupBy(
    never.filter((finding) => finding.status !== 'open'),
    (finding) => `${finding.status}|${finding.note ?? finding.reason ?? ''}`,
  );
  const held = [...reasons.values()].map((members) => heldFindings(members));
  return {
    entity: known.accounts > 0 ? known : { ...known, accounts: first?.accounts ?? 0 },
    lapsed: findings.filter((finding) => finding.kind === 'lapsed').sort(byUrgency),
    neverUsed: never.filter((finding) => finding.status === 'open'),
    held: held.sort(
      (a, b) => statusRank(a.status) - statusRank(b.status) || b.findings.length - a.findings.length,
    ),
    youngAccounts: [...new Set(findings.flatMap((finding) => finding.youngAccounts))].sort(),
  };
}

function heldFindings(findings: readonly FindingResult[]): HeldFindings {
  const [first] = findings;
  return { status: first?.status ?? 'held', why: first?.note ?? first?.reason ?? '', findings };
}

function statusRank(status: FindingResult['status']): number {
  return ['open', 'held', 'exempt', 'protected'].indexOf(status);
}

function byNamespace(a: FindingResult, b: FindingResult): number {
  return a.serviceNamespace < b.serviceNamespace ? -1 : 1;
}

function byUrgency(a: FindingResult, b: FindingResult): number {
  return (
    statusRank(a.status) - statusRank(b.status) ||
    (b.daysUnused ?? 0) - (a.daysUnused ?? 0) ||
    byNamespace(a, b)
  );
}
