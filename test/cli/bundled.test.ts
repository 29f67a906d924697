import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
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

function said(): string {
  const url = pathToFileURL(join(folder, 'main.ts')).href;
  const start = `import { importBundled } from '${bundling}'; console.log((await importBundled('${url}')).said);`;
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

test('where nothing can be kept the program runs all the same', () => {
  rmSync(kept);
  mkdirSync(kept);
  expect(said()).toBe('two');
});
