import type { Refusal } from '../../core/base/refusal.ts';
import type { FindingResult } from '../../core/review/finding-result.ts';
import { outcomesOf, totalsOf } from '../../core/review/outcome.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';

type WithoutOutcomes = Omit<ReviewResult, 'findings' | 'totals'> & {
  readonly findings: readonly Omit<FindingResult, 'outcome'>[];
};

/** Format 1 of an organization's result said what became of a finding by its changes and refusals alone; which findings a change answers, it named by the service. */
export function outcomesInResult(stored: unknown): unknown {
  if (!isOfOrganization(stored)) return stored;
  const { changes, findings, refusals } = stored;
  const proposed = new Set(changes.flatMap(({ services }) => services));
  const answered = findings.filter(({ serviceNamespace }) => proposed.has(serviceNamespace));
  const outcomes = outcomesOf(
    findings,
    new Set(answered.map(({ id }) => id)),
    refusals as readonly Refusal[],
  );
  const told = findings.map((finding) => ({ ...finding, outcome: outcomes.get(finding.id) ?? 'refused' }));
  return { ...stored, totals: totalsOf(told), findings: told };
}

function isOfOrganization(stored: unknown): stored is WithoutOutcomes {
  return typeof stored === 'object' && stored !== null && 'entities' in stored;
}
