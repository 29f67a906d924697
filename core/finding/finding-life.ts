import { entityOf, isWithin } from '../organization/organization.ts';
import { deniedEverywhere, type PolicyIndex } from '../policy/policy-index.ts';
import type { Finding } from './finding.ts';
import type { Knowledge } from './knowledge.ts';
import { useOf } from './use.ts';

/** Why a finding ended. */
export type ResolutionReason = 'used-again' | 'denied' | 'exempted' | 'entity-gone' | 'moved-to-other-entity';

/** A finding that ended, and the findings that took its place. */
export interface Resolution {
  readonly finding: Finding;
  readonly reason: ResolutionReason;
  readonly successors: readonly string[];
}

/** What changed between the findings that were open and those of a review. */
export interface FindingNews {
  /** Open or held now, and not known before. */
  readonly found: readonly Finding[];
  readonly resolved: readonly Resolution[];
  /** Every finding that is open or held now: what the next review compares with. */
  readonly current: readonly Finding[];
}

/** Compares a review's findings with those that were open before it. A finding about which the review knows nothing stays as it is: only what was seen resolves one. */
export function compareFindings(
  before: readonly Finding[],
  now: readonly Finding[],
  knowledge: Knowledge,
  policyIndex: PolicyIndex,
): FindingNews {
  const current = now.filter((finding) => finding.status === 'open' || finding.status === 'held');
  const known = new Set(before.map((finding) => finding.id));
  const alive = new Set(current.map((finding) => finding.id));
  const resolved: Resolution[] = [];
  for (const finding of before) {
    if (alive.has(finding.id)) continue;
    const reason = resolutionOf(finding, now, knowledge, policyIndex);
    if (reason) resolved.push({ finding, reason, successors: successorsOf(finding, current, knowledge) });
  }
  return { found: current.filter((finding) => !known.has(finding.id)), resolved, current };
}

function resolutionOf(
  finding: Finding,
  now: readonly Finding[],
  knowledge: Knowledge,
  policyIndex: PolicyIndex,
): ResolutionReason | null {
  const { entityId, serviceNamespace } = finding;
  if (!knowledge.tree.entities.has(entityId)) return 'entity-gone';
  const same = now.find((other) => other.id === finding.id);
  if (same) return same.status === 'exempt' || same.status === 'protected' ? 'exempted' : null;
  if (successorsOf(finding, now, knowledge).length > 0) return 'moved-to-other-entity';
  if (deniedEverywhere(policyIndex, serviceNamespace)(entityOf(knowledge.tree, entityId))) return 'denied';
  const use = useOf(knowledge, entityId, serviceNamespace);
  if (use.kind === 'not-listed') return 'denied';
  if (use.kind === 'used' && use.at > (finding.lastAccessedAt ?? Number.NEGATIVE_INFINITY))
    return 'used-again';
  return null;
}

/** Findings of the same service at an entity above or below: the highest entity where it holds has changed. */
function successorsOf(finding: Finding, now: readonly Finding[], { tree }: Knowledge): readonly string[] {
  if (!tree.entities.has(finding.entityId)) return [];
  return now
    .filter(
      (other) =>
        other.serviceNamespace === finding.serviceNamespace &&
        other.id !== finding.id &&
        (isWithin(tree, other.entityId, finding.entityId) ||
          isWithin(tree, finding.entityId, other.entityId)),
    )
    .map((other) => other.id);
}
