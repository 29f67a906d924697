import type { OutboxStore } from '../adapters/outbox-ports.ts';
import type { Clock } from '../adapters/ports.ts';
import type { RequestStore } from '../adapters/request-ports.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { dayMilliseconds } from '../core/base/limits.ts';
import { personBehind } from '../core/base/principal-arn.ts';
import { ok, type Reason, type Result, refused } from '../core/base/result.ts';
import { requestedEvent } from '../core/message/events/requested-event.ts';
import {
  mostOpenRequests,
  mostOpenRequestsOfOne,
  type OpenFull,
  openForMilliseconds,
  type RequestedReview,
  requestedReview,
} from '../core/review/requested-review.ts';

/** What asking for a review needs. */
export interface RequestPorts {
  readonly stores: { readonly requests: RequestStore; readonly outbox: OutboxStore };
  readonly clock: Clock;
}

/**
 * Stores that this principal (ARN as AWS authorized it) asks for a review, then the event that starts it, which the next
 * sweep sends. Asked again while that one waits or runs it is the same; after a crash between the two writes, the event is
 * stored then. Refuses what cannot be reviewed (`BAD_EVENT`), and more than a few at a time (`TOO_MANY_REQUESTS`).
 */
export async function requestReview(
  { clock, stores }: RequestPorts,
  input: unknown,
  principalArn: string,
  configuration: Configuration,
): Promise<Result<RequestedReview>> {
  const now = clock.now();
  for (let earlier = 0; ; earlier += 1) {
    const asked = requestedReview(input, principalArn, configuration, now, earlier);
    if (!asked.ok) return asked;
    const request = asked.value;
    let stored = await stores.requests.load(request.id);
    if (stored === null) {
      const expiresAt = now + configuration.evidenceDays * dayMilliseconds;
      const answer = await stores.requests.put(request, expiresAt, {
        asker: personBehind(principalArn, configuration.identityCenterRoles),
        most: mostOpenRequests,
        mostOfOne: mostOpenRequestsOfOne,
        since: now - openForMilliseconds,
      });
      if (typeof answer === 'object') return refused(tooMany(answer, principalArn));
      stored = await stores.requests.load(request.id);
    }
    if (!stored) throw new Error(`${request.id} was stored and is not there`);
    // What has ended may be asked for anew.
    if (stored.outcome !== null) continue;
    if (stored.started === null) await stores.outbox.putEvents([requestedEvent(stored.request)], now);
    return ok(stored.request);
  }
}

/** Whose open requests leave no room, and which these are. */
function tooMany({ full, ids }: OpenFull, principalArn: string): Reason {
  const whose = full === 'own' ? `${principalArn} asked for` : 'all principals together asked for';
  const detail = `${ids.length} reviews that ${whose} have not ended yet (${ids.join(', ')}): ask again once one has`;
  return { code: 'TOO_MANY_REQUESTS', detail };
}
