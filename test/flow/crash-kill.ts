import { execFile } from 'node:child_process';
import { bundleProgram } from '../support/program.ts';
import type { CrashOrder } from './crash-child.ts';
import type { Story } from './story.ts';

/** A child process that can be told where to kill itself. */
export interface Killer {
  /** Lets a child do something until it kills itself; rejects if it ends in any other way. */
  kill(story: Story, order: Omit<CrashOrder, 'offset'>): Promise<void>;
  close(): void;
}

/** Bundles the child once: it would spend most of its time in loading its files. */
export async function openKiller(): Promise<Killer> {
  const { close, path } = await bundleProgram('test/flow/crash-child.ts');
  return {
    kill: ({ ports }, order) =>
      new Promise((resolve, reject) => {
        const whole: CrashOrder = { ...order, offset: ports.clock.now() - Date.now() };
        // Jest's environment is a copy: a child does not get it by itself.
        const { env } = process;
        execFile(process.execPath, [path, JSON.stringify(whole)], { env }, (error, _, messages) => {
          if (error?.signal === 'SIGKILL') resolve();
          else reject(new Error(`${order.point} was not reached: ${error?.message ?? ''} ${messages}`));
        });
      }),
    close,
  };
}
