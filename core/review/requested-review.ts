import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { Configuration } from '../base/configuration.ts';
import { ok, type Result, refused } from '../base/result.ts';
import { sha256 } from '../base/sha256.ts';
import { parseReviewEvent, type ReviewEvent } from './review-event.ts';

/** A review that somebody asked for by a signed request: who it was is known from AWS, and stored before it runs. */
export interface RequestedReview {
  /** `req-` and 20 hex digits. */
  readonly id: string;
  /** The principal's ARN as AWS authorized it. */
  readonly requestedBy: string;
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  readonly event: Omit<ReviewEvent, 'asOf' | 'dryRun'>;
}

/** What came of a requested review, once it ended. */
export type RequestOutcome =
  | {
      readonly status: 'completed' | 'partial' | 'continuing';
      readonly openFindings: number;
      readonly changeIds: readonly string[];
    }
  | { readonly failed: string };

/** The same asked again within so long is one request, in milliseconds: one that timed out may be sent once more. */
const sameWithin = 600_000;

/** So many requests may wait or run at once: AWS makes one report at a time, and a flood would hold up what is due. */
export const mostOpenRequests = 20;

/** So many of these may be of one principal, whatever it calls its sessions, so that nobody takes the place of all others. */
export const mostOpenRequestsOfOne = 5;

/** How many requests may be open, of everybody and of one asker, and since when (epoch ms) one counts. */
export interface OpenBound {
  /** What is the same for all credentials that may be one person's. */
  readonly asker: string;
  readonly most: number;
  readonly mostOfOne: number;
  readonly since: number;
}

/** Too many requests are open: as many as one asker may have, or as many as there may be. With their ids, sorted. */
export interface OpenFull {
  readonly full: 'own' | 'all';
  readonly ids: readonly string[];
}

/** A request that has not ended after so long is lost, in milliseconds: two attempts of a function take half an hour. */
export const openForMilliseconds = 3_600_000;

/** The request for this review by this principal. `earlier` is how many like it have ended within the same ten minutes. Refuses (`BAD_EVENT`) what `parseReviewEvent` refuses, and a dry run: it answers whoever asks, and nobody would see the answer. */
export function requestedReview(
  input: unknown,
  requestedBy: string,
  configuration: Configuration,
  now: number,
  earlier = 0,
): Result<RequestedReview> {
  const parsed = parseReviewEvent(input, configuration, now);
  if (!parsed.ok) return parsed;
  const { asOf: _, dryRun, ...event } = parsed.value;
  if (dryRun === true) {
    const detail = 'dryRun: a dry run answers whoever runs it: use "oar review" or "sls invoke -f review"';
    return refused({ code: 'BAD_EVENT', detail });
  }
  const period = Math.floor(now / sameWithin);
  const asked = canonicalJson({ requestedBy, event: event as Json, period, earlier });
  return ok({ id: `req-${sha256(asked).slice(0, 20)}`, requestedBy, requestedAt: now, event });
}

/** Whether a text looks like the id of a request: nothing else is looked up. */
export function isRequestId(text: unknown): text is string {
  return typeof text === 'string' && /^req-[0-9a-f]{20}$/.test(text);
}
