import type { Clock } from './ports.ts';

/** Until when a run may wait: its function is stopped soon after. */
export interface RunTime {
  /** Epoch milliseconds; infinite where nothing bounds the run. */
  until(): number;
  /** Bounds the calls and waits that begin from now on, in epoch milliseconds. */
  limit(until: number): void;
  /** The clock, on which no wait goes past that instant. */
  readonly clock: Clock;
}

/** The time of a run, without a bound at first. */
export function createRunTime(clock: Clock): RunTime {
  let end = Number.POSITIVE_INFINITY;
  return {
    until: () => end,
    limit: (until) => {
      end = until;
    },
    clock: {
      now: () => clock.now(),
      wait: (milliseconds) => clock.wait(Math.min(milliseconds, Math.max(0, end - clock.now()))),
    },
  };
}
