import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

/** The file that serverless.yml itself takes its options from. */
const bundling: {
  readonly options: BuildOptions & { readonly exclude: string[]; readonly outputFileExtension: string };
} = createRequire(import.meta.url)('../scripts/bundling.cjs');
const projectFolder = fileURLToPath(new URL('..', import.meta.url));

/** A bundled file and its size. */
export interface Bundle {
  readonly path: string;
  /** In thousands of bytes. */
  readonly kilobytes: number;
}

/** Gives `use` a folder for bundles and takes it away afterwards. */
export async function withBundleFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-bundles-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bundles a file of the project, or a source text as if it lay in the project's folder, as serverless.yml has functions bundled. */
export async function bundle(
  folder: string,
  name: string,
  source: { readonly file: string } | { readonly text: string },
): Promise<Bundle> {
  const { exclude, outputFileExtension, ...options } = bundling.options;
  const path = join(folder, `${name}${outputFileExtension}`);
  await build({
    ...options,
    external: exclude,
    ...('file' in source
      ? { entryPoints: [source.file] }
      : { stdin: { contents: source.text, resolveDir: projectFolder } }),
    absWorkingDir: projectFolder,
    outfile: path,
    logLevel: 'error',
  });
  return { path, kilobytes: (await stat(path)).size / 1000 };
}
