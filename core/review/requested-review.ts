import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { Configuration } from '../base/configuration.ts';
import { ok, type Result, refused } from '../base/result.ts';
import { sha256 } from '../base/sha256.ts';
import { type IdentityEvent, parseIdentityEvent } from './identities/identity-event.ts';
import { parseReviewEvent, type ReviewEvent } from './review-event.ts';

/** A review that somebody asked for by a signed request: who it was is known from AWS, and stored before it runs. */
export interface RequestedReview {
  /** `req-` and 20 hex digits. */
  readonly id: string;
  /** The principal's ARN as AWS authorized it. */
  readonly requestedBy: string;
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  readonly event: RequestedEvent;
}

/** What is reviewed: the organization, or with `kind: identities` the IAM of one account. */
export type RequestedEvent =
  | Omit<ReviewEvent, 'asOf' | 'dryRun'>
  | (Omit<IdentityEvent, 'asOf' | 'dryRun'> & { readonly kind: 'identities' });

/** Whether the IAM of an account is reviewed. */
export function isOfIdentities(
  event: RequestedEvent,
): event is Extract<RequestedEvent, { readonly kind: 'identities' }> {
  return event.kind === 'identities';
}

/** What came of a requested review, once it ended. */
export type RequestOutcome =
  | {
      readonly status: 'completed' | 'partial';
      readonly openFindings: number;
      readonly changeIds: readonly string[];
      /** How many changes there are where not all are named. */
      readonly changes?: number;
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

/** A request that gave no sign of life for so long is lost, in milliseconds: two attempts of a function take half an hour. */
export const openForMilliseconds = 3_600_000;

/** The request for this review by this principal. `earlier` is how many like it have ended within the same ten minutes. `kind` says what is reviewed: the organization (absent) or the identities of an account. Refuses (`BAD_EVENT`) what cannot be reviewed, and a dry run: it answers whoever asks, and nobody would see the answer. */
export function requestedReview(
  input: unknown,
  requestedBy: string,
  configuration: Configuration,
  now: number,
  earlier = 0,
): Result<RequestedReview> {
  const parsed = parseEvent(input, configuration, now);
  if (!parsed.ok) return parsed;
  const { asOf: _, dryRun, ...event } = parsed.value;
  if (dryRun === true) {
    const [command, name] =
      event.kind === 'identities' ? ['identities review', 'identities'] : ['review', 'review'];
    const detail = `dryRun: a dry run answers whoever runs it: use "npx --no -- oar ${command}" or "sls invoke -f ${name}"`;
    return refused({ code: 'BAD_EVENT', detail });
  }
  const period = Math.floor(now / sameWithin);
  const asked = canonicalJson({ requestedBy, event: event as Json, period, earlier });
  return ok({ id: `req-${sha256(asked).slice(0, 20)}`, requestedBy, requestedAt: now, event });
}

function parseEvent(
  input: unknown,
  configuration: Configuration,
  now: number,
): Result<RequestedEvent & Pick<ReviewEvent, 'asOf' | 'dryRun'>> {
  const kind = typeof input === 'object' && input !== null && 'kind' in input ? input.kind : 'organization';
  if (kind === 'organization') return parseReviewEvent(input, configuration, now);
  if (kind !== 'identities')
    return refused({ code: 'BAD_EVENT', detail: 'kind: must be organization or identities' });
  const parsed = parseIdentityEvent(input, configuration, now);
  return parsed.ok ? ok({ ...parsed.value, kind }) : parsed;
}

/** Whether a text looks like the id of a request: nothing else is looked up. */
export function isRequestId(text: unknown): text is string {
  return typeof text === 'string' && /^req-[0-9a-f]{20}$/.test(text);
}
