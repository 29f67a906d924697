import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import planted from '../cases/architecture/planted-imports.json' with { type: 'json' };
import plantedReaders from '../cases/architecture/planted-kind-readers.json' with { type: 'json' };
import texts from '../cases/architecture/source-texts.json' with { type: 'json' };
import { kindReadersIn } from './kind-readers.ts';
import { longestFile, longSentencesIn, problemsOf } from './source-rules.ts';

interface Answer {
  readonly violations: readonly { readonly rule: string; readonly from: string; readonly to: string }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

const folders = ['handlers', 'core', 'flow', 'adapters', 'web', 'cli', 'sandbox', 'demo', 'bench', 'smoke'];

function checkImports(folder = '.'): Answer {
  const { stdout, stderr } = spawnSync(process.execPath, ['scripts/architecture.mjs', '--json', folder], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as Answer;
}

function plant(): string {
  const folder = mkdtempSync(join(tmpdir(), 'architecture-'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  for (const { file, imports, type } of planted) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    const statement = imports === undefined ? '' : `import ${type ? 'type ' : ''}{ a } from '${imports}';\n`;
    writeFileSync(path, `${statement}export const a = 1;\n`);
  }
  return folder;
}

describe('who imports whom', () => {
  test('nobody imports what is not theirs to know', () => {
    const { violations, edges } = checkImports();
    expect(violations).toEqual([]);
    // The rules are worth nothing where the edges are not seen.
    expect(edges).toContainEqual({ from: 'handlers/review.ts', to: 'flow/review.ts' });
    expect(edges).toContainEqual({ from: 'flow/collect.ts', to: 'adapters/ports.ts' });
  });

  test('every rule finds what it forbids, and lets pass what it allows', () => {
    const folder = plant();
    try {
      const { violations } = checkImports(folder);
      for (const { file, breaks } of planted) {
        const broken = violations.filter(({ from }) => from === file).map(({ rule }) => rule);
        if (breaks === null) expect({ file, broken }).toEqual({ file, broken: [] });
        else expect({ file, broken }).toEqual({ file, broken: expect.arrayContaining([breaks]) });
      }
      const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');
      const rules = (forbidden as readonly { readonly name: string }[]).map(({ name }) => name);
      expect(new Set(planted.map(({ breaks }) => breaks).filter(Boolean))).toEqual(new Set(rules));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Who may ask which kind a change is, what it is for, or what type of resource it writes. */
const mayAsk =
  /^(core\/(kinds|change\/content|identity|proof\/identity)\/|flow\/kinds\/|adapters\/aws\/(identity-writer|session-policy|store-change-item)\.ts$)/;

describe('who asks which kind a change is', () => {
  test('nobody but what knows the kinds, the digest, the storage and the writers of resources', () => {
    // Without the tests and what is beside the product: the checker need not load them.
    const readers = kindReadersIn('.', 'test/architecture/readers.tsconfig.json');
    expect(readers.filter(({ path }) => !mayAsk.test(path))).toEqual([]);
    // The rule is worth nothing where the readers are not seen.
    expect(readers).toContainEqual(
      expect.objectContaining({ path: 'flow/kinds/kinds.ts', reads: 'ChangeContent.kind' }),
    );
  });

  test('a reader is seen however it reads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kinds-'));
    try {
      mkdirSync(join(folder, 'web'));
      for (const [path, text] of Object.entries(plantedReaders.project)) {
        mkdirSync(join(folder, dirname(path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      for (const [index, { reader }] of plantedReaders.readers.entries())
        writeFileSync(
          join(folder, `web/${index}.ts`),
          `${plantedReaders.imports}export const a = ${reader};\n`,
        );
      const seen = kindReadersIn(folder);
      for (const [index, { name, reads }] of plantedReaders.readers.entries()) {
        const found = seen.filter(({ path }) => path === `web/${index}.ts`).map((each) => each.reads);
        expect({ name, found }).toEqual({ name, found: reads === null ? [] : [reads] });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('how the sources are written', () => {
  test.each(texts)('$name', ({ file, text, problems }) => {
    expect(problemsOf(file, text)).toEqual(problems);
  });

  test('a long file', () => {
    expect(problemsOf('core/a.ts', '\n'.repeat(longestFile))).toEqual([]);
    expect(problemsOf('core/a.ts', '\n'.repeat(longestFile + 1))).toEqual(['core/a.ts has 251 lines']);
  });

  test('no sentence of a doc comment is over 160 characters', () => {
    const long = `a ${'long '.repeat(40)}comment`;
    const comments = `/** ${long} */\n/** Short. And ${long}. */\n/**\n * ${'short. '.repeat(40)}\n * - item\n */`;
    expect(longSentencesIn(comments)).toEqual([long, `And ${long}.`]);
    const tooLong = folders
      .flatMap(sourceFiles)
      .flatMap((path) => longSentencesIn(readFileSync(path, 'utf8')).map((sentence) => ({ path, sentence })));
    expect(tooLong).toEqual([]);
  });

  test('every file of core lies in a room', () => {
    const { rooms } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');
    const homeless = sourceFiles('core').filter(
      (path) => !rooms.some((room: string) => path.startsWith(`core/${room}/`)),
    );
    expect(homeless).toEqual([]);
  });

  test('every source file keeps the house rules', () => {
    const sources = folders.filter(existsSync).flatMap(sourceFiles);
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.flatMap((path) => problemsOf(path, readFileSync(path, 'utf8')))).toEqual([]);
  });
});

function sourceFiles(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /(?<!\.d)\.ts$/.test(name)).map((name) => `${folder}/${name}`);
}
