import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runCommand } from '../../cli/main.ts';
import { parseConfiguration } from '../../core/base/configuration.ts';
import cases from '../cases/cli/init.json' with { type: 'json' };

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'init-')), 'reviewer.config.json');
});
afterEach(() => rmSync(path, { force: true }));

/** Runs `oar init`; `answers` are what somebody at the terminal types, absent where nobody is there. */
async function init(options: readonly string[], answers?: readonly string[]) {
  const said = { output: '', errors: '', asked: [] as string[] };
  const waiting = [...(answers ?? [])];
  const code = await runCommand(['init', '--out', path, ...options], {
    look: { columns: 100, colour: false },
    wantsProgress: false,
    write: (text) => {
      said.output += text;
    },
    note: (text) => {
      said.errors += text;
    },
    ...(answers === undefined
      ? {}
      : {
          ask: async (question: string) => {
            said.asked.push(question.split(' ')[0] ?? '');
            return waiting.shift() ?? '';
          },
        }),
  });
  return { code, ...said };
}

const written = () => JSON.parse(readFileSync(path, 'utf8'));

describe('oar init', () => {
  test.each(cases.written)('$name', async ({ approvers, file, operators, options }) => {
    const more = Object.entries({ approvers, operators }).flatMap(([name, value]) =>
      value === null ? [] : [`--${name}`, value],
    );
    expect(await init([...options, ...more])).toMatchObject({ code: 0, errors: '' });
    expect(written()).toEqual(file);
    const parsed = parseConfiguration(written());
    expect(parsed.ok && parsed.value.mode).toBe('observe');
  });

  test.each(cases.refused)('refused: $problem', async ({ options, problem }) => {
    const { code, errors } = await init(options);
    expect({ code, errors }).toEqual({ code: 2, errors: expect.stringContaining(`oar: ${problem}`) });
    expect(existsSync(path)).toBe(false);
  });

  test('asks for what the options do not say, and once more after a wrong answer', async () => {
    const answers = ['', '12', '111111111111', 'Ana', 'Ana Diaz <ana@example.com>', '', 'none'];
    const { asked, code, errors } = await init(['--ou', 'ou-ab12-34cd56ef'], answers);
    expect(code).toBe(0);
    expect(asked.map((word) => word.replace(/\W/g, ''))).toEqual([
      ...['Management', 'Management', 'Management'],
      ...['Approvers', 'Approvers', 'Who', 'Who'],
    ]);
    expect(errors.match(/--account/g)).toHaveLength(2);
    expect(written()).toMatchObject({
      scope: 'ou-ab12-34cd56ef',
      operators: 'none',
      approvers: [{ id: 'ana' }],
    });
  });

  test('a file that sets anything, or that nobody can read as JSON, stays as it is', async () => {
    for (const text of ['{"mode": "approve"}', '{"mode": ', '[]']) {
      writeFileSync(path, text);
      const { code, errors } = await init(['--yes']);
      expect({ code, errors }).toEqual({ code: 2, errors: expect.stringContaining('is not overwritten') });
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
    writeFileSync(path, readFileSync('reviewer.config.json'));
    expect((await init(['--yes'])).code).toBe(0);
    expect(written().mode).toBe('observe');
    expect((await init(['--yes'])).code).toBe(2);
  });
});
