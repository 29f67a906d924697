import { accessReportRates, organizationsRates } from '../../core/base/limits.ts';
import type { CallMeter, Clock } from '../ports.ts';
import { createAdaptiveBucket } from './adaptive-bucket.ts';
import { isThrottle } from './refusal-hints.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';
import type { PublishedRate } from './token-count.ts';

/** A meter that also paces: before each attempt of a metered client it waits for the operation's token bucket. */
export interface PacingMeter extends CallMeter {
  /** Puts the meter into a client, below the SDK's retries, so that every attempt counts. */
  attach(client: MeteredClient): void;
  /** A meter that counts for itself and paces together with this one. */
  beside(): PacingMeter;
}

type Handler = (input: never) => Promise<unknown>;
type Middleware = (
  next: Handler,
  context: { readonly clientName?: string; readonly commandName?: string },
) => Handler;

/** What the meter needs of an SDK client, whichever service it speaks to: each has its own types of middleware, hence `never`. */
export interface MeteredClient {
  readonly middlewareStack: {
    add(
      middleware: never,
      options: { readonly step: 'initialize'; readonly name: string; readonly override: true },
    ): void;
    addRelativeTo(middleware: never, options: typeof place): void;
  };
}

/** Below the SDK's retries and above its signing. */
const place = {
  name: 'callMeter',
  relation: 'after',
  toMiddleware: 'retryMiddleware',
  override: true,
} as const;

/** Operations that start a report job. */
const generations: readonly string[] = [
  'GenerateOrganizationsAccessReport',
  'GenerateServiceLastAccessedDetails',
];

/** Makes a bucket that others draw on too, for an operation of a service. */
export type ShareBucket = (name: string, published: PublishedRate) => TokenBucket;

/**
 * Makes a meter with full buckets at the published rates of Organizations; operations without a published rate are slowed down
 * once AWS throttles them. With `share`, reads of the organization and of its reports draw on what all functions have together.
 */
export function createMeter(clock: Clock, share?: ShareBucket): PacingMeter {
  const buckets = new Map<string, TokenBucket>();

  const newBucket = (client: string, operation: string): TokenBucket => {
    const published = client === 'OrganizationsClient' ? rateIn(organizationsRates, operation) : null;
    const reports = client === 'IAMClient' ? rateIn(accessReportRates, operation) : null;
    const shared = isRead(operation) ? (published ?? reports) : null;
    if (share && shared) return share(`${client} ${operation}`, shared);
    return published ? createTokenBucket(published, clock) : createAdaptiveBucket(clock);
  };

  // Services share names of operations (CreatePolicy), not rates.
  const bucketOf = (client: string, operation: string): TokenBucket => {
    const key = `${client} ${operation}`;
    const existing = buckets.get(key);
    if (existing) return existing;
    const bucket = newBucket(client, operation);
    buckets.set(key, bucket);
    return bucket;
  };
  return meterOver(bucketOf);
}

/** Counts calls, each after its turn. */
function meterOver(bucketOf: (client: string, operation: string) => TokenBucket): PacingMeter {
  const calls: Record<string, number> = {};
  const jobIds = new Set<string>();
  let throttled = 0;

  const middleware: Middleware = (next, context) => async (input) => {
    const operation = (context.commandName ?? 'unknown').replace(/Command$/, '');
    const bucket = bucketOf(context.clientName ?? 'unknown', operation);
    await bucket.take();
    calls[operation] = (calls[operation] ?? 0) + 1;
    try {
      const result = await next(input);
      bucket.passed?.();
      if (generations.includes(operation)) noteJob(result, jobIds);
      return result;
    } catch (error) {
      if (isThrottle(error)) {
        throttled += 1;
        bucket.throttled();
      }
      throw error;
    }
  };

  return {
    calls: () => ({ ...calls }),
    throttled: () => throttled,
    reportJobs: () => jobIds.size,
    attach: (client) => {
      client.middlewareStack.addRelativeTo(middleware as never, place);
    },
    beside: () => meterOver(bucketOf),
  };
}

function rateIn(
  rates: Readonly<Record<string, readonly [number, number]>>,
  operation: string,
): PublishedRate | null {
  const [rate, burst] = rates[operation] ?? [];
  return rate === undefined || burst === undefined ? null : { rate, burst };
}

/** Between the last look at a policy and its write nothing more may be asked; and `apply` alone writes, one change at a time. */
function isRead(operation: string): boolean {
  return /^(Describe|Generate|Get|List)/.test(operation);
}

/** AWS hands the same job out again within its reuse window: only a new id is a new job. */
function noteJob(result: unknown, jobIds: Set<string>): void {
  const { output } = result as { readonly output?: { readonly JobId?: string } };
  if (output?.JobId) jobIds.add(output.JobId);
}
