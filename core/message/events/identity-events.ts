import { type EnvelopedEvent, enveloped } from '../../base/event-envelope.ts';
import type { IdentitiesResult, IdentityFindingResult } from '../../review/identities/identities-result.ts';
import { type IdentitiesSummary, isWhole } from '../../review/identities/identities-summary.ts';
import { split } from '../words/split.ts';
import type { EventData } from './event-schemas.ts';

/** What the bus is told once the identities of many accounts are reviewed: the totals of the summary. */
export function manyAccountsEvent(
  { reviewId, totals }: IdentitiesSummary,
  place: {
    readonly organizationId: string;
    readonly scope: EventData<'Identity Review Completed'>['scope'];
    readonly thresholdDays: number;
  },
  occurredAt: number,
): EnvelopedEvent {
  const detailType = 'Identity Review Completed';
  const { findings, ...counts } = totals;
  const data: EventData<typeof detailType> = {
    reviewId,
    ...place,
    status: isWhole({ totals }) ? 'completed' : 'partial',
    counts: { ...counts, openFindings: findings },
  };
  return enveloped({
    identity: [reviewId, detailType, 1],
    sequence: 1,
    detailType,
    occurredAt,
    correlationId: reviewId,
    data,
    actor: { type: 'system', id: 'review' },
  });
}

/** What the bus is told of a review of one account: the findings that no earlier review of the same had. Empty where there are none. */
export function identityEvents(
  result: IdentitiesResult,
  found: readonly IdentityFindingResult[],
  place: {
    readonly organizationId: string;
    readonly account: { readonly id: string; readonly name: string; readonly path: string };
  },
  occurredAt: number,
): readonly EnvelopedEvent[] {
  const { reviewId, thresholdDays } = result;
  const { id, name, path } = place.account;
  const parts = split(found.map(eventFinding));
  return parts.map((findings, index) => {
    const sequence = index + 1;
    const data: EventData<'Unused Access Found'> = {
      reviewId,
      organizationId: place.organizationId,
      account: { id, path, name },
      thresholdDays,
      part: sequence,
      parts: parts.length,
      findings,
    };
    return enveloped({
      identity: [reviewId, 'Unused Access Found', sequence],
      sequence,
      detailType: 'Unused Access Found',
      occurredAt,
      correlationId: reviewId,
      data,
      actor: { type: 'system', id: 'review' },
    });
  });
}

function eventFinding(finding: IdentityFindingResult): EventData<'Unused Access Found'>['findings'][number] {
  const { actions, id, kind, lastAccessedAt, daysUnused, reason, serviceName, serviceNamespace } = finding;
  return {
    id,
    kind,
    subjectArn: finding.subjectArn,
    serviceNamespace,
    serviceName,
    ...(actions === undefined ? {} : { actions: actions.unused.map((action) => action.name) }),
    lastAccessedAt,
    daysUnused,
    lastAccessedBy: finding.lastAccessedBy,
    lastAccessedRegion: finding.lastAccessedRegion,
    status: finding.status,
    ...(reason === undefined ? {} : { reason }),
  };
}
