import { setTimeout as wait } from 'node:timers/promises';
import { readEnvironment } from '../adapters/environment.ts';
import { wireApply } from '../adapters/wire.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import { wireNotify } from '../adapters/wire-notify.ts';
import type { Configuration } from '../core/base/configuration.ts';
import { applyDue } from '../flow/apply.ts';
import { sweep } from '../flow/sweep.ts';

/** What the schedules and the bus of a deployed stack do every minute, every second here. */
export interface Functions {
  /** Runs each of them once and waits: afterwards every message that is due was sent. */
  runOnce(): Promise<void>;
  stop(): Promise<void>;
}

const beat = 1_000;

/** What the rules of the bus start. */
export interface Rules {
  /** What apply found stale is reviewed anew. */
  readonly stale: () => Promise<unknown>;
  /** Starts the reviews that were asked for since it was called last. */
  readonly requested: () => Promise<unknown>;
}

/** Starts apply and sweep, one after the other, again and again, and what the rules of the bus would. `onError` hears of what went wrong; the next beat tries again. */
export function startFunctions(
  configuration: Configuration,
  rules: Rules,
  onError: (error: unknown) => void,
): Functions {
  const environment = readEnvironment();
  const { sessions } = wireIdentities(configuration.memberRoles, { milliseconds: 0 });
  const apply = { ...wireApply(environment), sessions, configuration };
  const notify = { ...wireNotify(environment, configuration.slack), configuration };
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    // What was decided before this beat is told before it is carried out.
    await sweep(notify);
    const { reports } = await applyDue(apply);
    if (reports.some((report) => 'status' in report && report.status === 'superseded')) await rules.stale();
    await sweep(notify);
    await rules.requested();
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      running = running.then(run).catch(onError);
      await running;
      await wait(beat, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const looping = loop();
  return {
    runOnce: () => {
      running = running.then(run);
      return running;
    },
    stop: async () => {
      stopping.abort();
      await looping;
    },
  };
}
