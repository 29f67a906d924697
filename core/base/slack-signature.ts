import { createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it arrived, before anything of it is believed. */
export interface SignedSlackRequest {
  /** `X-Slack-Request-Timestamp`, seconds since 1970; null where it is missing. */
  readonly timestamp: string | null;
  /** `X-Slack-Signature`, `v0=` and 64 hex digits; null where it is missing. */
  readonly signature: string | null;
  /** The bytes of the body, untouched. */
  readonly body: Uint8Array;
}

/** Why a request is not believed to come from Slack. */
export type SignatureProblem = 'UNSIGNED' | 'TOO_OLD' | 'WRONG_SIGNATURE';

/** So many seconds may lie between Slack's clock and ours (Slack's guide "Verifying requests from Slack"). */
const toleranceSeconds = 300;

/** What can be said without the secret, or null: a flood of requests that nobody signed costs no look at the secret. `now` in epoch milliseconds. */
export function unsigned(
  { signature, timestamp }: SignedSlackRequest,
  now: number,
): Exclude<SignatureProblem, 'WRONG_SIGNATURE'> | null {
  if (!/^\d{1,12}$/.test(timestamp ?? '') || !/^v0=[0-9a-f]{64}$/.test(signature ?? '')) return 'UNSIGNED';
  return Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds ? 'TOO_OLD' : null;
}

/** Why a request was not signed with this secret within five minutes of `now` (epoch milliseconds), or null. It is an HMAC-SHA-256 over version, time and raw body, compared in constant time. */
export function signatureProblem(
  request: SignedSlackRequest,
  secret: string,
  now: number,
): SignatureProblem | null {
  const early = unsigned(request, now);
  if (early !== null) return early;
  const hmac = createHmac('sha256', secret).update(`v0:${request.timestamp}:`).update(request.body);
  const expected = Buffer.from(`v0=${hmac.digest('hex')}`);
  const given = Buffer.from(request.signature ?? '');
  // Both have one length: `unsigned` has looked at the form.
  return timingSafeEqual(given, expected) ? null : 'WRONG_SIGNATURE';
}
