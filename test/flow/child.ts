import { execFile } from 'node:child_process';
import { bundleProgram } from '../support/program.ts';

/** A program that carries out what it is told in a process of its own, and may kill itself there. */
export interface Child {
  /** What the program answers as JSON, or null: it killed itself by SIGKILL. Rejects if it ends in any other way. */
  run(order: object): Promise<unknown>;
  close(): void;
}

/** Bundles such a program once: it would spend most of its time in loading its files. */
export async function openChild(entry: string): Promise<Child> {
  const { close, path } = await bundleProgram(entry);
  return {
    run: (order) =>
      new Promise((resolve, reject) => {
        // Jest's environment is a copy: a child does not get it by itself.
        const { env } = process;
        execFile(process.execPath, [path, JSON.stringify(order)], { env }, (error, output, messages) => {
          if (error?.signal === 'SIGKILL') resolve(null);
          else if (error) reject(new Error(`${error.message} ${messages}`));
          else resolve(output === '' ? undefined : JSON.parse(output));
        });
      }),
    close,
  };
}
