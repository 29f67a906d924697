import { parseConfiguration } from '../core/base/configuration.ts';
import type { OrganizationTree } from '../core/organization/organization.ts';
import type { ReviewFacts, ReviewRequest } from '../core/review/review-facts.ts';
import { emptyHistory } from '../flow/collect.ts';
import { now } from './true-reports.ts';

/** Facts and request of a first review of a whole organization with the default configuration. */
export function reviewOf(
  read: Pick<ReviewFacts, 'policies' | 'reports'> & { readonly tree: OrganizationTree },
  depth: ReviewRequest['depth'] = 'ou',
): { readonly facts: ReviewFacts; readonly request: ReviewRequest } {
  const configuration = parseConfiguration({});
  if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
  return {
    facts: {
      ...emptyHistory,
      ...read,
      trustedServicePrincipals: [],
      movesDuringReview: new Map(),
      movedAgainAccountIds: [],
      readAt: now,
      pendingEntityIds: [],
    },
    request: {
      reviewId: 'rev-bench',
      scopeId: read.tree.rootId,
      thresholdDays: configuration.value.thresholdDays,
      asOf: now,
      depth,
      kinds: ['lapsed', 'never-used'],
      configuration: configuration.value,
    },
  };
}
