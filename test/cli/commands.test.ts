import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Terminal } from '../../cli/command.ts';
import { runCommand } from '../../cli/main.ts';
import { showProgress } from '../../cli/progress.ts';
import { exitCodeOf } from '../../cli/review.ts';
import type { FindingResult } from '../../core/review/finding-result.ts';
import type { Progress } from '../../flow/progress.ts';
import exitCodes from '../cases/cli/exit-codes.json' with { type: 'json' };
import wrongArguments from '../cases/cli/wrong-arguments.json' with { type: 'json' };

interface Said {
  output: string;
  errors: string;
}

function terminal(said: Said, wantsProgress = false): Terminal {
  return {
    look: { columns: 80, colour: false },
    wantsProgress,
    write: (text) => {
      said.output += text;
    },
    note: (text) => {
      said.errors += text;
    },
  };
}

async function run(...args: readonly string[]): Promise<Said & { readonly code: number }> {
  const said = { output: '', errors: '' };
  const code = await runCommand(args, terminal(said));
  return { ...said, code };
}

describe('the command oar', () => {
  test('help of the command and of its subcommand', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      errors: '',
      output: expect.stringContaining('oar review'),
    });
    expect(await run('review', '--help')).toMatchObject({
      code: 0,
      errors: '',
      output: expect.stringContaining('--fail-on-findings'),
    });
  });

  test('its version', async () => {
    expect(await run('--version')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(await run('review', '--version')).toMatchObject({ code: 0 });
  });

  test('an unknown subcommand names the nearest', async () => {
    const errors = 'oar: reviev is not known; did you mean review?\n';
    expect(await run('reviev')).toEqual({ code: 2, output: '', errors });
    expect((await run('constructor')).code).toBe(2);
  });

  test.each<[readonly string[], string]>(wrongArguments as [string[], string][])(
    '%j is one line that says what is wrong, and exit 2',
    async (args, said) => {
      const { code, errors, output } = await run(...args);
      expect({ code, errors, output }).toEqual({ code: 2, errors: `oar: ${said}\n`, output: '' });
    },
  );

  test('a bad time and a bad policy id are named by their options', async () => {
    expect((await run('review', '--as-of', 'yesterday')).errors).toMatch(
      /^oar: --as-of: must be an ISO 8601 time/,
    );
    expect((await run('review', '--as-of', '2999-01-01T00:00:00Z')).errors).toMatch(
      /^oar: --as-of: .* future\n$/,
    );
    expect((await run('review', '--policy', 'x')).errors).toMatch(/^oar: --policy: must be a policy id/);
  });

  test('a configuration with a wrong key is named by file and key', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oar-'));
    const path = join(folder, 'wrong.json');
    await writeFile(path, '{"thresholdDay": 90}');
    const ended = await run('review', '--config', path);
    // Editors of Windows put a byte order mark in front, and PowerShell writes UTF-16.
    for (const encoding of ['utf8', 'utf16le'] as const) {
      await writeFile(path, '\uFEFF{"thresholdDay": 90}', encoding);
      expect(await run('review', '--config', path)).toEqual(ended);
    }
    await writeFile(path, '{"thresholdDay');
    const broken = await run('review', '--config', path);
    await rm(folder, { recursive: true });
    const errors = `oar: ${path}: thresholdDay: is not a key of the configuration\n`;
    expect(ended).toEqual({ code: 2, output: '', errors });
    expect(broken.errors).toMatch(/^oar: --config \S+wrong\.json: .*JSON.*\n$/);
  });

  test.each([
    ['/proc/no-such-thing/deep/below', 'ENOENT'],
    ['/dev/null/below', 'ENOTDIR'],
    ['/dev/null', 'EEXIST'],
  ])(
    'a folder %s cannot be made: the command ends',
    async (folder, code) => {
      const ended = await run('review', '--out', folder);
      expect(ended.code).toBe(2);
      expect(ended.errors).toBe(`oar: --out: ${folder} cannot be written (${code}); choose another folder\n`);
    },
    5_000,
  );

  test('a folder that cannot be made is found before AWS is asked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oar-'));
    const path = join(folder, 'a-file');
    await writeFile(path, '');
    const ended = await run('review', '--out', join(path, 'below'));
    await rm(folder, { recursive: true });
    const errors = `oar: --out: ${path}/below cannot be written (ENOTDIR); choose another folder\n`;
    expect(ended).toEqual({ code: 2, output: '', errors });
  });

  test('a missing configuration file', async () => {
    const ended = await run('review', '--config', 'no-such-file.json');
    expect(ended).toMatchObject({ code: 2, output: '' });
    expect(ended.errors).toMatch(/^oar: --config no-such-file\.json: .*ENOENT.*\n$/);
  });
});

describe('progress', () => {
  const steps: readonly Progress[] = [
    { kind: 'organization-read', accounts: 21, policies: 11 },
    { kind: 'report-started', entityId: 'ou-1', name: 'Dev\u001b[2J' },
    {
      kind: 'report-ended',
      entityId: 'ou-1',
      name: 'Dev',
      report: {
        status: 'completed',
        entityId: 'ou-1',
        jobId: 'j',
        createdAt: 0,
        completedAt: 1300,
        rows: new Map(),
      },
    },
    {
      kind: 'report-ended',
      entityId: 'ou-2',
      name: 'Test',
      report: {
        status: 'failed',
        entityId: 'ou-2',
        failure: { code: 'REPORT_TIMED_OUT', message: 'too slow' },
      },
    },
  ];

  test('a line a report on a terminal, none when piped', () => {
    const said = { output: '', errors: '' };
    const show = showProgress(terminal(said, true));
    for (const step of steps) show(step);
    const lines = said.errors.split('\n').map((line) => line.replaceAll('\r\u001b[K', '|'));
    expect(lines).toEqual([
      '|organization read: 21 member accounts, 11 SCPs',
      '|report on Dev⟨U+001B⟩[2J …|report on Dev (ou-1): 0 services, 1.3 s',
      '|report on Test (ou-2): FAILED, REPORT_TIMED_OUT: too slow',
      '',
    ]);

    const piped = { output: '', errors: '' };
    for (const step of steps) showProgress(terminal(piped))(step);
    expect(piped).toEqual({ output: '', errors: '' });
  });
});

test.each(exitCodes)(
  'exit code of a $status review with findings $findings, failing on findings: $failOnFindings',
  ({ exitCode, failOnFindings, findings, status }) => {
    const result = {
      status: status as 'completed' | 'partial',
      findings: findings.map((own) => ({ status: own }) as FindingResult),
    };
    expect(exitCodeOf(result, failOnFindings)).toBe(exitCode);
  },
);
