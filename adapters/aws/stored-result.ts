import type { FindingResult } from '../../core/review/finding-result.ts';
import { answersOf, totalsOf } from '../../core/review/outcome.ts';
import type { ReviewResult } from '../../core/review/review-result.ts';

type WithoutOutcomes = Omit<ReviewResult, 'findings' | 'totals'> & {
  readonly findings: readonly Omit<FindingResult, 'outcome'>[];
};

/** Format 1 of an organization's result said nowhere what became of a finding. Its changes and refusals tell, by the service. */
export function outcomesInResult(stored: unknown): unknown {
  if (!isOfOrganization(stored)) return stored;
  const { changes, findings, refusals } = stored;
  const answering = changes.map(({ id, services }) => {
    const denied = new Set(services);
    const answered = findings.filter(({ serviceNamespace }) => denied.has(serviceNamespace));
    return { id, findingIds: answered.map((finding) => finding.id) };
  });
  const answers = answersOf(findings, answering, refusals);
  const told = findings.map((finding) => {
    const { changeIds = [], outcome = 'refused' } = answers.get(finding.id) ?? {};
    return { ...finding, outcome, ...(changeIds.length > 0 ? { changeIds } : {}) };
  });
  return { ...stored, totals: totalsOf(told), findings: told };
}

function isOfOrganization(stored: unknown): stored is WithoutOutcomes {
  return typeof stored === 'object' && stored !== null && 'entities' in stored;
}
