import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { CrashOrder } from './crash-child.ts';
import type { Story } from './story.ts';

/** A child process that can be told where to kill itself. */
export interface Killer {
  /** Lets a child do something until it kills itself; rejects if it ends in any other way. */
  kill(story: Story, order: Omit<CrashOrder, 'offset'>): Promise<void>;
  close(): void;
}

/** Bundles the child once: that starts in a third of the time. */
export async function openKiller(): Promise<Killer> {
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  const outfile = join(folder, 'child.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'crash-child.ts')],
    ...{ outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'error' },
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return {
    kill: ({ ports }, order) =>
      new Promise((resolve, reject) => {
        const whole: CrashOrder = { ...order, offset: ports.clock.now() - Date.now() };
        // Jest's environment is a copy: a child does not get it by itself.
        const { env } = process;
        execFile(process.execPath, [outfile, JSON.stringify(whole)], { env }, (error, _, messages) => {
          if (error?.signal === 'SIGKILL') resolve();
          else reject(new Error(`${order.point} was not reached: ${error?.message ?? ''} ${messages}`));
        });
      }),
    close: () => rmSync(folder, { recursive: true }),
  };
}
