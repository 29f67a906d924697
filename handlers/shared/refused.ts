import { isoTime } from '../../core/base/iso-time.ts';
import type { Running } from '../../flow/one-at-a-time.ts';

/** The answer to an invocation that did not begin because another stored review of the same kind runs. */
export interface ReviewRefused {
  readonly status: 'refused';
  readonly code: 'REVIEW_RUNNING';
  /** The one that runs. */
  readonly reviewId: string;
  readonly startedAt: string;
  readonly message: string;
}

/** Which review runs, and how to follow it. */
export function refusedFor({ running }: Running): ReviewRefused {
  const { reviewId } = running;
  const startedAt = isoTime(running.startedAt);
  const message =
    `${reviewId} runs since ${startedAt}, and one stored review runs at a time: "oar reviews status ${reviewId}" tells how far it is. ` +
    'If you started it and the connection timed out, it goes on without you. "oar reviews start --wait" needs no open connection; for a longer one ' +
    'set AWS_CLIENT_TIMEOUT=930000 and SLS_AWS_REQUEST_MAX_RETRIES=0';
  return { status: 'refused', code: 'REVIEW_RUNNING', reviewId, startedAt, message };
}
