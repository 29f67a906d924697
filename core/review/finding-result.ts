import type { Finding } from '../finding/finding.ts';
import type { Answer, FindingOutcome } from './outcome.ts';

/** One finding as the result and the events give it: times as ISO 8601, accounts as paths. */
export type FindingResult = Omit<Finding, 'lastAccessedAt' | 'lastAccessedBy'> & {
  readonly lastAccessedAt: string | null;
  readonly lastAccessedEntityPath: string | null;
  readonly outcome: FindingOutcome;
  /** The proposed changes that answer it; absent: none. */
  readonly changeIds?: readonly string[];
};

/** A finding as the result of a review gives it. */
export function findingResult(finding: Finding, { changeIds, outcome }: Answer): FindingResult {
  return { ...datedFinding(finding), outcome, ...(changeIds.length > 0 ? { changeIds } : {}) };
}

function datedFinding({
  lastAccessedAt,
  lastAccessedBy,
  ...finding
}: Finding): Omit<FindingResult, 'changeIds' | 'outcome'> {
  return {
    ...finding,
    lastAccessedAt: lastAccessedAt === null ? null : new Date(lastAccessedAt).toISOString(),
    lastAccessedEntityPath: lastAccessedBy?.path ?? null,
  };
}

/** A finding as the events give it, which tell of the entity beside the list. */
export function findingOfEntity(
  finding: Finding,
): Omit<
  FindingResult,
  'accounts' | 'changeIds' | 'entityId' | 'entityPath' | 'note' | 'outcome' | 'youngAccounts'
> {
  const { accounts, entityId, entityPath, note, youngAccounts, ...told } = datedFinding(finding);
  return told;
}
