import { listAt } from '../base/lists.ts';
import type { Refusal } from '../base/refusal.ts';
import type { ChangeContent } from '../change/content/change.ts';
import type { Finding, FindingKind } from '../finding/finding.ts';

/** What may become of a finding in its review. Each finding has exactly one outcome, so their counts add up to what was found. */
export const findingOutcomes = ['proposed', 'deferred', 'held', 'exempt', 'protected', 'refused'] as const;

/**
 * `proposed`: a proposed change denies the service at the entity, or below it. `deferred`: a later review takes it.
 * `held`, `exempt`, `protected`: the finding's status. `refused`: open, and nothing that could be done is safe.
 */
export type FindingOutcome = (typeof findingOutcomes)[number];

/** The outcome of one finding, and the proposed changes that answer it. */
export interface Answer {
  readonly outcome: FindingOutcome;
  readonly changeIds: readonly string[];
}

/** How much a review found, and what became of it. A finding is one pair of an entity and a service. */
export interface Totals {
  readonly found: number;
  /** Distinct services among them. */
  readonly services: number;
  readonly kinds: Readonly<Record<FindingKind, number>>;
  readonly outcomes: Readonly<Record<FindingOutcome, number>>;
}

/** What became of each finding, by its id. */
export function answersOf(
  findings: readonly Pick<Finding, 'entityId' | 'id' | 'serviceNamespace' | 'status'>[],
  changes: readonly Pick<ChangeContent, 'findingIds' | 'id'>[],
  refusals: readonly Refusal[],
): ReadonlyMap<string, Answer> {
  const answers = new Map<string, string[]>();
  for (const { findingIds, id } of changes)
    for (const findingId of findingIds) listAt(answers, findingId).push(id);
  const deferred = new Map<string | undefined, Set<string>>();
  for (const { code, entityId, services = [] } of refusals) {
    if (code !== 'DEFERRED') continue;
    const there = deferred.get(entityId) ?? new Set<string>();
    deferred.set(entityId, there);
    for (const service of services) there.add(service);
  }
  const found = new Map<string, Answer>();
  for (const { entityId, id, serviceNamespace, status } of findings) {
    const changeIds = answers.get(id);
    if (status !== 'open') found.set(id, unanswered[status]);
    else if (changeIds !== undefined) found.set(id, { outcome: 'proposed', changeIds });
    else found.set(id, unanswered[deferred.get(entityId)?.has(serviceNamespace) ? 'deferred' : 'refused']);
  }
  return found;
}

const unanswered: Readonly<Record<Exclude<FindingOutcome, 'proposed'>, Answer>> = {
  deferred: { outcome: 'deferred', changeIds: [] },
  held: { outcome: 'held', changeIds: [] },
  exempt: { outcome: 'exempt', changeIds: [] },
  protected: { outcome: 'protected', changeIds: [] },
  refused: { outcome: 'refused', changeIds: [] },
};

/** Counts findings, whole or of one entity. */
export function totalsOf(
  findings: readonly {
    readonly kind: FindingKind;
    readonly outcome: FindingOutcome;
    readonly serviceNamespace: string;
  }[],
): Totals {
  const kinds = { lapsed: 0, 'never-used': 0 };
  const outcomes = { proposed: 0, deferred: 0, held: 0, exempt: 0, protected: 0, refused: 0 };
  for (const { kind, outcome } of findings) {
    kinds[kind] += 1;
    outcomes[outcome] += 1;
  }
  const services = new Set(findings.map(({ serviceNamespace }) => serviceNamespace)).size;
  return { found: findings.length, services, kinds, outcomes };
}
