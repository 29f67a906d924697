// A program of this checkout as one file, which starts in an eighth of the time that loading each of its files takes. It is made again
// when one of them has changed.
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The module of a TypeScript file of this checkout, by its URL, with all that it imports. */
export async function importBundled(url) {
  const kept = join(root, 'node_modules/.cache', `${basename(dirname(fileURLToPath(url)))}.mjs`);
  if (!isCurrent(kept)) {
    const text = await bundle(url);
    try {
      mkdirSync(dirname(kept), { recursive: true });
      writeFileSync(`${kept}.${process.pid}`, text);
      renameSync(`${kept}.${process.pid}`, kept);
    } catch {
      rmSync(`${kept}.${process.pid}`, { force: true });
      return importOnce(text);
    }
  }
  return import(pathToFileURL(kept).href);
}

/** The first line of a bundle says of which files it was made, and when they last changed. */
function isCurrent(kept) {
  try {
    const text = readFileSync(kept, 'utf8');
    return JSON.parse(text.slice(2, text.indexOf('\n'))).every((mark) => mark === markOf(mark.split(' ')[0]));
  } catch {
    return false;
  }
}

function markOf(path) {
  const { ctimeMs, size } = statSync(join(root, path));
  return `${path} ${ctimeMs} ${size}`;
}

async function bundle(url) {
  const { build, stop } = await import('esbuild');
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(url)],
    ...{ absWorkingDir: root, bundle: true, format: 'esm', platform: 'node', target: 'node20' },
    ...{ mainFields: ['module', 'main'], metafile: true, write: false, logLevel: 'error' },
    // Files that are looked for from the program's own place, or from that of the CommonJS files of deployment, are found there.
    define: { 'import.meta.url': JSON.stringify(url), __dirname: JSON.stringify(join(root, 'scripts')) },
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(url)});`,
    },
  });
  stop();
  const files = ['scripts/bundled.mjs', ...Object.keys(metafile.inputs)];
  return `//${JSON.stringify(files.map(markOf))}\n${outputFiles[0].text}`;
}

/** In a checkout that belongs to somebody else nothing is kept. */
async function importOnce(text) {
  const folder = mkdtempSync(join(tmpdir(), 'oar-'));
  const path = join(folder, 'program.mjs');
  try {
    writeFileSync(path, text);
    return await import(pathToFileURL(path).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
