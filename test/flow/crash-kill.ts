import { openChild } from './child.ts';
import type { CrashOrder } from './crash-child.ts';
import type { Story } from './story.ts';

/** A child process that can be told where to kill itself. */
export interface Killer {
  /** Lets a child do something until it kills itself; rejects if it ends in any other way. */
  kill(story: Story, order: Omit<CrashOrder, 'offset'>): Promise<void>;
  close(): void;
}

/** Makes the child once. */
export async function openKiller(): Promise<Killer> {
  const child = await openChild('test/flow/crash-child.ts');
  return {
    kill: async ({ ports }, order) => {
      const whole: CrashOrder = { ...order, offset: ports.clock.now() - Date.now() };
      if ((await child.run(whole)) !== null) throw new Error(`${order.point} was not reached`);
    },
    close: child.close,
  };
}
