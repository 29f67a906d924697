import { setTimeout } from 'node:timers/promises';
import type { Clock, Waiting } from '../ports.ts';
import type { MeteredClient } from './meter.ts';
import { AwsRefusal, explain, isAwsRefusal } from './refusal.ts';
import { isClockCorrected, isPassing } from './refusal-hints.ts';

/** Tries a read again while AWS throttles it or answers an error that passes. Writes must not have it. */
export interface Patience {
  /** Puts it into a client, above the SDK's own retries, which the client should then do without. */
  attach(client: MeteredClient): void;
}

/** How long reads are tried again; times are milliseconds. */
export interface PatienceOptions {
  /** From now until the run should end. Without it each call is given up after `callMilliseconds` alone. */
  readonly milliseconds?: number;
  /** No call is tried for longer than this; absent: for ten minutes. */
  readonly callMilliseconds?: number;
  /** No attempt begins after this instant (epoch ms), and no wait and no call goes past it. Absent: nothing stops the run. */
  readonly until?: () => number;
  /** Told what is waited for: once when a call waits for the second time, then every half minute. */
  readonly onWaiting?: (waiting: Waiting) => void;
}

/** A source beside AWS's reports is tried for so long, in milliseconds: without it the review ends all the same, and says so. */
export const sourceMilliseconds = 120_000;
/** No other call is tried for longer, in milliseconds; what a run has left beyond that needs no bound of its own. */
const callMilliseconds = 600_000;
/** Every call is tried for so long, so that one throttled call after the end of the asking does not cost the answer. */
const leastMilliseconds = 20_000;
/** First and longest wait between two attempts, in milliseconds; the wait doubles in between. */
const waits = { first: 250, longest: 5_000 };
/** A wait is shortened by up to this share, so that concurrent calls do not come back together. */
const jitterShare = 0.3;
/** The same operation is told of again after so long, in milliseconds. */
const tellAgainMilliseconds = 30_000;
/** The SDK sets its clock by the answer's Date header and asks for a new attempt; more than so many are no use. */
const clockCorrections = 2;

type Handler = (input: never) => Promise<unknown>;
type Middleware = (next: Handler, context: { readonly commandName?: string }) => Handler;

/** The calls of one operation that have failed since the last one that succeeded. */
interface Episode {
  readonly since: number;
  failed: number;
}

/** Makes the patience of one run. A call that is given up throws an `AwsRefusal` that tells how often and for how long it was tried. */
export function createPatience(clock: Clock, options: PatienceOptions = {}): Patience {
  const longest = options.callMilliseconds ?? callMilliseconds;
  const runEnd = clock.now() + (options.milliseconds ?? Number.POSITIVE_INFINITY);
  const episodes = new Map<string, Episode>();
  const toldAt = new Map<string, number>();

  const tell = (operation: string, episode: Episode, error: unknown): void => {
    const last = toldAt.get(operation);
    if (last !== undefined && clock.now() - last < tellAgainMilliseconds) return;
    toldAt.set(operation, clock.now());
    options.onWaiting?.({ operation, code: codeOf(error, operation), ...episode });
  };

  const mustBeInTime = (operation: string, at: number, error?: unknown): void => {
    if (at >= (options.until?.() ?? Number.POSITIVE_INFINITY)) throw outOfTime(operation, error);
  };

  /** The answer of a call, unless the run ends first: of a read that stalls nobody has to know how it went. */
  const unlessOver = async (call: Promise<unknown>, operation: string): Promise<unknown> => {
    const left = (options.until?.() ?? Number.POSITIVE_INFINITY) - clock.now();
    if (left > callMilliseconds) return call;
    const timer = new AbortController();
    const over = setTimeout(left, undefined, { signal: timer.signal }).then(() => {
      throw outOfTime(operation);
    });
    // Whichever comes second is heard by nobody.
    over.catch(() => undefined);
    return Promise.race([call, over]).finally(() => timer.abort());
  };

  /** Waits before the next attempt, longer each time; throws where there is to be none. */
  const waitAfter = async (error: unknown, operation: string, attempt: number, startedAt: number) => {
    if (!isPassing(error)) throw error;
    const episode = episodes.get(operation) ?? { since: clock.now(), failed: 0 };
    episode.failed += 1;
    episodes.set(operation, episode);
    const doubled = Math.min(waits.longest, waits.first * 2 ** Math.min(attempt - 1, 16));
    const wait = doubled * (1 - jitterShare * Math.random());
    mustBeInTime(operation, clock.now() + wait, error);
    const end = Math.min(startedAt + longest, Math.max(runEnd, startedAt + leastMilliseconds));
    if (clock.now() + wait > end) throw givenUp(error, operation, attempt, clock.now() - startedAt);
    if (attempt > 1) tell(operation, episode, error);
    await clock.wait(wait);
  };

  const middleware: Middleware = (next, context) => async (input) => {
    const operation = (context.commandName ?? 'unknown').replace(/Command$/, '');
    const startedAt = clock.now();
    let corrections = 0;
    for (let attempt = 1; ; attempt += 1) {
      mustBeInTime(operation, clock.now());
      try {
        const answer = await unlessOver(next(input), operation);
        episodes.delete(operation);
        return answer;
      } catch (error) {
        if (isClockCorrected(error) && corrections < clockCorrections) corrections += 1;
        else await waitAfter(error, operation, attempt, startedAt);
      }
    }
  };

  return {
    attach: (client) => {
      client.middlewareStack.add(middleware as never, {
        step: 'initialize',
        name: 'patience',
        override: true,
      });
    },
  };
}

function codeOf(error: unknown, operation: string): string {
  const refusal = explain(error, operation);
  return isAwsRefusal(refusal) ? refusal.code : String(error);
}

function outOfTime(operation: string, cause?: unknown): AwsRefusal {
  const waited = cause === undefined ? '' : `, while AWS answered ${codeOf(cause, operation)}`;
  const said = `the time of this run is over${waited}`;
  const hint = 'run it again: a stored review goes on with the reports that it has';
  return new AwsRefusal({ operation, code: 'OUT_OF_TIME', kind: 'time', said, hint }, cause);
}

function givenUp(error: unknown, operation: string, attempts: number, milliseconds: number): unknown {
  const refusal = explain(error, operation);
  if (!isAwsRefusal(refusal)) return error;
  const { code, hint, kind } = refusal;
  const said = `${refusal.said}; tried ${attempts} times in ${Math.round(milliseconds / 1000)} s`;
  return new AwsRefusal({ operation, code, kind, said, ...(hint ? { hint } : {}) }, error);
}
