import type { Clock } from './ports.ts';

/** The clock of the machine: the only place that asks it for the time on behalf of a flow. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
