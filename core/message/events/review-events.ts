import { type EnvelopedEvent, enveloped } from '../../base/event-envelope.ts';
import { groupBy } from '../../base/lists.ts';
import type { FindingNews, Resolution } from '../../finding/finding-life.ts';
import { entityOf, type OrganizationTree } from '../../organization/organization.ts';
import { findingOfEntity } from '../../review/finding-result.ts';
import type { ReviewResult } from '../../review/review-result.ts';
import { split } from '../words/split.ts';
import type { DetailType, EventData } from './event-schemas.ts';

/** The events that a review sends about itself: what was found and resolved, an event an entity, long lists split; then that it completed. */
export function reviewEvents(
  result: ReviewResult,
  news: FindingNews,
  tree: OrganizationTree,
  occurredAt: number,
): readonly EnvelopedEvent<DetailType>[] {
  const entries: EnvelopedEvent<DetailType>[] = [];
  const add = <Type extends DetailType>(detailType: Type, data: EventData<Type>): void => {
    const sequence = entries.length + 1;
    entries.push(
      enveloped({
        identity: [result.reviewId, detailType, sequence],
        sequence,
        detailType,
        occurredAt,
        correlationId: result.reviewId,
        data,
        actor: { type: 'system', id: 'review' },
      }),
    );
  };
  const { scope } = result;
  const common = { reviewId: result.reviewId, organizationId: result.organizationId };

  for (const [entityId, findings] of groupBy(news.found, (finding) => finding.entityId)) {
    const { id, name, path, type, firstAccount, endAccount } = entityOf(tree, entityId);
    const parts = split(findings.map(findingOfEntity));
    for (const [index, part] of parts.entries()) {
      add('Unused Services Found', {
        ...common,
        entity: { id, path, name, type, accounts: endAccount - firstAccount },
        thresholdDays: result.thresholdDays,
        part: index + 1,
        parts: parts.length,
        findings: part,
      });
    }
  }
  for (const [, resolutions] of groupBy(news.resolved, ({ finding }) => finding.entityId)) {
    const parts = split(resolutions.map(eventResolution));
    for (const [index, part] of parts.entries()) {
      const { entityId, entityPath } = (resolutions[0] as Resolution).finding;
      const entity = { id: entityId, path: entityPath };
      add('Unused Services Resolved', {
        ...common,
        entity,
        part: index + 1,
        parts: parts.length,
        findings: part,
      });
    }
  }
  add('Access Review Completed', {
    ...common,
    scope: { id: scope.id, type: scope.type, name: scope.name, path: scope.path },
    asOf: result.asOf,
    thresholdDays: result.thresholdDays,
    status: result.status,
    counts: {
      entities: result.entities.length,
      openFindings: result.findings.filter((finding) => finding.status === 'open').length,
      newFindings: news.found.length,
      resolvedFindings: news.resolved.length,
      changes: result.changes.length,
      refusals: result.refusals.length,
    },
    reportJobs: result.metrics.reportJobs,
  });
  return entries;
}

function eventResolution({
  finding,
  reason,
  successors,
}: Resolution): EventData<'Unused Services Resolved'>['findings'][number] {
  return { id: finding.id, serviceNamespace: finding.serviceNamespace, reason, successors: [...successors] };
}
