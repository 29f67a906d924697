import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const bundling = new URL('../../scripts/bundled.mjs', import.meta.url).href;

let folder: string;
let kept: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundled-'));
  kept = join('node_modules/.cache', `${basename(folder)}.mjs`);
  writeFileSync(join(folder, 'main.ts'), `export { word as said } from './word.ts';`);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(kept, { recursive: true });
});

/** What a program says that is started, by default in a folder outside of the checkout, and first does `before`. */
function said(before = '', by = bundling, main = join(folder, 'main.ts')): string {
  const url = pathToFileURL(main).href;
  const start = `import { importBundled } from '${by}'; ${before}; console.log((await importBundled('${url}')).said);`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', start], { encoding: 'utf8' }).trim();
}

test('a program is bundled again after a file that it imports has changed, and only then', () => {
  writeFileSync(join(folder, 'word.ts'), `export const word: string = 'one';`);
  expect(said()).toBe('one');
  writeFileSync(join(folder, 'word.ts'), `export const word: string = 'two';`);
  expect(said()).toBe('two');
  writeFileSync(kept, `${readFileSync(kept, 'utf8')}; console.log('kept');`);
  expect(said()).toBe('kept\ntwo');
});

test('nor is one kept of a file that was saved while it was bundled', () => {
  rmSync(kept);
  // The files changed after it began, by this clock.
  expect(said('Date.now = () => 0')).toBe('two');
  writeFileSync(kept, `${readFileSync(kept, 'utf8')}; console.log('kept');`);
  expect(said()).toBe('two');
});

test('a program of a checkout that is moved looks for its files where it is now, and is kept where a name has a space', () => {
  const [one, two] = ['one', 'two'].map((name) => join(folder, name)) as [string, string];
  for (const path of ['scripts', 'cli', 'node_modules']) mkdirSync(join(one, path), { recursive: true });
  copyFileSync(fileURLToPath(bundling), join(one, 'scripts/bundled.mjs'));
  symlinkSync(resolve('node_modules/esbuild'), join(one, 'node_modules/esbuild'));
  writeFileSync(join(one, 'cli/main.ts'), `import './a b.ts'; export const said: string = import.meta.url;`);
  writeFileSync(join(one, 'cli/a b.ts'), '');
  const [main, by, own] = ['cli/main.ts', 'scripts/bundled.mjs', 'node_modules/.cache/cli.mjs'];
  const saidIn = (path: string) => said('', pathToFileURL(join(path, by)).href, join(path, main));
  expect(saidIn(one)).toBe(pathToFileURL(join(one, main)).href);
  renameSync(one, two);
  expect(saidIn(two)).toBe(pathToFileURL(join(two, main)).href);
  appendFileSync(join(two, own), `; console.log('kept');`);
  expect(saidIn(two)).toContain('kept');
});

test('where nothing can be kept the program runs all the same', () => {
  rmSync(kept);
  mkdirSync(kept);
  expect(said()).toBe('two');
});
