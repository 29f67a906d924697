import { canonicalJson } from '../base/canonical-json.ts';
import type { Configuration } from '../base/configuration.ts';
import { functionMilliseconds } from '../base/limits.ts';
import { sha256 } from '../base/sha256.ts';
import type { AllowedMemory } from '../finding/allowed-memory.ts';
import { allowedAfter } from '../finding/kept-out.ts';
import { chainOf, entityOf, isWithin, type OrganizationTree } from '../organization/organization.ts';
import { indexPolicies } from '../policy/policy-index.ts';
import { isRead, type ServiceControlPolicy } from '../policy/service-control-policy.ts';
import type { ReviewFacts, ReviewRequest } from './review-facts.ts';

/** The last report of an entity that a stored review had. Times are epoch milliseconds. */
export interface ReportNote {
  readonly completedAt: number;
  /** Under which the report is kept. */
  readonly reviewId: string;
  /** What the report hangs on, as it was then: `surroundingsOf`; null where it was not known. */
  readonly surroundings: string | null;
}

/** What stored reviews leave for the next one, by entity. */
export interface EvidenceMemory {
  readonly notes: ReadonlyMap<string, ReportNote>;
  /** Since when entities wait that were open at the end of a review and were not asked, epoch milliseconds. */
  readonly waitingSince: ReadonlyMap<string, number>;
  /** What SCPs keep accounts out of, and what they do since lately no more. */
  readonly allowed: AllowedMemory;
}

/** The memory of a review that looks at no store. */
export const noMemory: EvidenceMemory = {
  notes: new Map(),
  waitingSince: new Map(),
  allowed: new Map(),
};

/**
 * Digest of all that the report of an entity depends on but use: the accounts below it with their parents, and the texts
 * of the SCPs from the root down to it. These decide what AWS lists (GenerateOrganizationsAccessReport). Null where a
 * text was not read.
 */
export function surroundingsOf(
  tree: OrganizationTree,
  policies: readonly ServiceControlPolicy[],
  entityId: string,
): string | null {
  const chain = chainOf(tree, entityId).map(({ id }) => id);
  const levels = new Set(chain);
  const binding = policies.flatMap((policy) => {
    const targets = policy.targets.flatMap(({ id }) => (levels.has(id) ? id : []));
    return targets.length === 0 ? [] : [{ policy, targets }];
  });
  if (binding.some(({ policy }) => !isRead(policy))) return null;
  const below: string[] = [];
  const add = (id: string): void => {
    for (const childId of entityOf(tree, id).childIds) {
      below.push(`${childId} ${id}`);
      add(childId);
    }
  };
  add(entityId);
  const scps = binding.map(({ policy, targets }) => [
    policy.id,
    sha256(policy.text ?? ''),
    ...targets.sort(),
  ]);
  return sha256(
    canonicalJson([chain, below.sort(), scps.sort(([one = ''], [other = '']) => (one < other ? -1 : 1))]),
  );
}

/** Whether the report that is noted may be used again at this instant (epoch ms). It stays fresh for as long as a function runs, and nothing that it hangs on has changed. */
export function mayBeUsedAgain(
  note: ReportNote,
  surroundings: string | null,
  now: number,
  { reportFreshnessHours }: Pick<Configuration, 'reportFreshnessHours'>,
): boolean {
  const isFresh = isYoungEnough(note.completedAt, now, reportFreshnessHours);
  return isFresh && surroundings !== null && note.surroundings === surroundings;
}

/** Whether a report still proves something when the function that uses it ends. */
export function isYoungEnough(completedAt: number, now: number, reportFreshnessHours: number): boolean {
  return now - completedAt < reportFreshnessHours * 3_600_000 - functionMilliseconds;
}

/** What a review leaves for the next one, from what it was left, what it asked and what is open. Times are epoch milliseconds. */
export function memoryAfter(
  before: EvidenceMemory,
  { policies, reports, tree, movedAgainAccountIds }: ReviewFacts,
  open: readonly string[],
  {
    asOf,
    now,
    reviewId,
    scopeId,
  }: Pick<ReviewRequest, 'asOf' | 'reviewId' | 'scopeId'> & { readonly now: number },
): EvidenceMemory {
  const notes = new Map([...before.notes].filter(([id]) => tree.entities.has(id)));
  // Where accounts came or went unseen, what a report hangs on is not known.
  const allAsked = movedAgainAccountIds.length === 0;
  for (const report of reports) {
    if (report.status !== 'completed' || !tree.entities.has(report.entityId)) continue;
    const { completedAt, entityId } = report;
    const surroundings = allAsked ? surroundingsOf(tree, policies, entityId) : null;
    notes.set(entityId, { completedAt, reviewId, surroundings });
  }
  // A review says nothing of what lies outside its scope, unless it asked: that still waits.
  const asked = new Set(reports.map(({ entityId }) => entityId));
  const elsewhere = [...before.waitingSince].filter(
    ([id]) => tree.entities.has(id) && !asked.has(id) && !isWithin(tree, id, scopeId),
  );
  const left = open.map((id) => [id, before.waitingSince.get(id) ?? now] as const);
  const waitingSince = new Map([...elsewhere, ...left]);
  const policyIndex = indexPolicies(tree, policies);
  return { notes, waitingSince, allowed: allowedAfter(before.allowed, policyIndex, asOf) };
}

/** The targets of an edit whose use is known from the report of an earlier review alone: nothing is proposed on that. */
export function targetsToRefresh(
  tree: OrganizationTree,
  { reports, reusedEntityIds = new Set() }: Pick<ReviewFacts, 'reports' | 'reusedEntityIds'>,
  targets: readonly { readonly id: string }[],
): readonly string[] {
  if (reusedEntityIds.size === 0) return [];
  const fresh = new Set(reports.flatMap(({ entityId }) => (reusedEntityIds.has(entityId) ? [] : entityId)));
  return targets.flatMap(({ id }) => {
    const entity = tree.entities.get(id);
    if (!entity || entity.firstAccount === entity.endAccount || fresh.has(id)) return [];
    return chainOf(tree, id).some((each) => reusedEntityIds.has(each.id)) ? [id] : [];
  });
}
