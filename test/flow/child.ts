import { execFile } from 'node:child_process';
import { resolve as absolute } from 'node:path';
import { bundleProgram } from '../support/program.ts';

/** Starts a bundled program by what was compiled of it before. */
const starter = absolute('test/flow/start-child.cjs');

/** A program that carries out what it is told in a process of its own, and may kill itself there. */
export interface Child {
  /** What the program answers as JSON, or null: it killed itself by SIGKILL. Rejects if it ends in any other way. */
  run(order: object): Promise<unknown>;
  close(): void;
}

/** Bundles such a program once, and lets V8 compile it once: it would spend most of its time in loading its files. It awaits nothing outside of functions. */
export async function openChild(entry: string): Promise<Child> {
  const { close, path } = await bundleProgram(entry, 'cjs');
  return {
    run: (order) =>
      new Promise((resolve, reject) => {
        // Jest's environment is a copy: a child does not get it by itself.
        const { env } = process;
        execFile(
          process.execPath,
          [starter, path, JSON.stringify(order)],
          { env },
          (error, output, messages) => {
            if (error?.signal === 'SIGKILL') resolve(null);
            else if (error) reject(new Error(`${error.message} ${messages}`));
            else resolve(output === '' ? undefined : JSON.parse(output));
          },
        );
      }),
    close,
  };
}
