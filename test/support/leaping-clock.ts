import { systemClock } from '../../adapters/clock.ts';
import type { Clock } from '../../adapters/ports.ts';
import type { World } from '../../sandbox/world.ts';

/** The clock of a sandbox. Whoever waits moves it, so that a minute of waiting costs nothing; waits beside each other pass together. */
export function clockOf({ world }: { readonly world: Pick<World, 'now' | 'advanceSeconds'> }): Clock {
  return {
    now: () => Math.round(world.now()),
    wait: async (milliseconds) => {
      const end = world.now() + milliseconds;
      await new Promise((resolve) => setTimeout(resolve, 1));
      const left = end - world.now();
      if (left > 0) world.advanceSeconds(left / 1000);
    },
  };
}

/** A clock beside which nobody else lives. */
export function leapingClock(): Clock {
  let ahead = 0;
  const advanceSeconds = (seconds: number): void => {
    ahead += seconds * 1000;
  };
  return clockOf({ world: { now: () => Date.now() + ahead, advanceSeconds } });
}

/** Lets the product, which asks one object for the time, live by the sandbox's clock instead of the machine's; answers how to undo it. */
export function liveBy(clock: Clock): () => void {
  const { now, wait } = systemClock;
  Object.assign(systemClock, clock);
  return () => void Object.assign(systemClock, { now, wait });
}
