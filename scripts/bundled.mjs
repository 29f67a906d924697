// A program of this checkout as one file, which starts in an eighth of the time that loading each of its files takes. It is made again
// when one of them has changed.
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The module of a TypeScript file of this checkout, by its URL, with all that it imports. */
export async function importBundled(url) {
  const kept = join(root, 'node_modules/.cache', `${basename(dirname(fileURLToPath(url)))}.mjs`);
  if (!isCurrent(kept, url)) {
    const text = await bundle(url);
    const written = `${kept}.${randomUUID()}`;
    try {
      mkdirSync(dirname(kept), { recursive: true });
      writeFileSync(written, text);
      renameSync(written, kept);
    } catch {
      rmSync(written, { force: true });
      return importOnce(text);
    }
  }
  return import(pathToFileURL(kept).href);
}

/** The first line of a bundle says where it was made, of which files, and when they last changed. */
function isCurrent(kept, url) {
  try {
    const text = readFileSync(kept, 'utf8');
    const { madeAt, marks } = JSON.parse(text.slice(2, text.indexOf('\n')));
    // Where the checkout is now is written into it: a folder that is moved, or mounted elsewhere, has the same files.
    return madeAt === url && marks.every(([path, ...mark]) => markOf(path).join() === mark.join());
  } catch {
    return false;
  }
}

function markOf(path) {
  const { ctimeMs, size } = statSync(join(root, path));
  return [ctimeMs, size];
}

async function bundle(url) {
  const { build, stop } = await import('esbuild');
  // Clocks of files lag by some milliseconds.
  const begunAt = Date.now() - 20;
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
  const marks = files.map((path) => [path, ...markOf(path)]);
  // Of a file that was saved meanwhile nobody knows which text was read: it is made again at the next start.
  const madeAt = marks.some(([, changedAt]) => changedAt > begunAt) ? null : url;
  return `//${JSON.stringify({ madeAt, marks })}\n${outputFiles[0].text}`;
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
