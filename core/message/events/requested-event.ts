import { type EnvelopedEvent, enveloped } from '../../base/event-envelope.ts';
import type { RequestedReview } from '../../review/requested-review.ts';
import type { EventData } from './event-schemas.ts';

const detailType = 'Access Review Requested';

/** The event that starts a requested review: it carries the request's id, and whoever starts the review looks the request up. */
export function requestedEvent({
  event,
  id,
  requestedAt,
  requestedBy,
}: RequestedReview): EnvelopedEvent<typeof detailType> {
  const data: EventData<typeof detailType> = { requestId: id, ...event };
  return enveloped({
    identity: [id, detailType, 1],
    sequence: 1,
    detailType,
    occurredAt: requestedAt,
    correlationId: id,
    actor: { type: 'principal', id: requestedBy },
    data,
  });
}
