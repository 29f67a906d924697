import type { Clock } from '../adapters/ports.ts';
import type { OutboxStore, RequestStore } from '../adapters/store-ports.ts';
import type { Configuration } from '../core/configuration.ts';
import { dayMilliseconds } from '../core/limits.ts';
import { type RequestedReview, requestedEvent, requestedReview } from '../core/requested-review.ts';
import type { Result } from '../core/result.ts';

/** What asking for a review needs. */
export interface RequestPorts {
  readonly stores: { readonly requests: RequestStore; readonly outbox: OutboxStore };
  readonly clock: Clock;
}

/**
 * Stores that this principal (ARN as AWS authorized it) asks for a review, then the event that starts it, which the next
 * sweep sends. Asked again after a crash in between, the event is stored then. Refuses (`BAD_EVENT`) what cannot be reviewed.
 */
export async function requestReview(
  { clock, stores }: RequestPorts,
  input: unknown,
  principalArn: string,
  configuration: Configuration,
): Promise<Result<RequestedReview>> {
  const now = clock.now();
  const asked = requestedReview(input, principalArn, configuration, now);
  if (!asked.ok) return asked;
  const request = asked.value;
  await stores.requests.put(request, now + configuration.evidenceDays * dayMilliseconds);
  const stored = await stores.requests.load(request.id);
  if (stored?.started === null) await stores.outbox.putEvents([requestedEvent(stored.request)], now);
  return asked;
}
