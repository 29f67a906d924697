import { sha256 } from '../base/sha256.ts';
import type { RequestedReview } from '../review/requested-review.ts';
import type { EventData } from './event-schemas.ts';

/** The event that starts a requested review: it carries the request's id, and whoever starts the review looks the request up. */
export function requestedEvent({ event, id, requestedAt, requestedBy }: RequestedReview): {
  readonly eventId: string;
  readonly sequence: number;
  readonly detailType: 'Access Review Requested';
  readonly detail: Readonly<Record<string, unknown>>;
} {
  const detailType = 'Access Review Requested';
  const eventId = `evt-${sha256(`${id}|${detailType}|1`).slice(0, 32)}`;
  const data: EventData<'Access Review Requested'> = { requestId: id, ...event };
  const detail = {
    version: '1.0',
    eventId,
    sequence: 1,
    occurredAt: new Date(requestedAt).toISOString(),
    correlationId: id,
    actor: { type: 'principal', id: requestedBy },
    data,
  };
  return { eventId, sequence: 1, detailType, detail };
}
