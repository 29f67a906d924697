import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkScenario } from '../../sandbox/scenario-check.ts';
import { loadScenario, scenarioNames } from '../../sandbox/scenario-load.ts';
import cases from '../cases/sandbox/bad-scenarios.json' with { type: 'json' };
import { bundleProgram, type Program } from '../support/program.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
const good = {
  organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
  root: { id: 'r-ex01' },
};

let program: Program;
beforeAll(async () => {
  program = await bundleProgram('sandbox/main.ts');
});
afterAll(() => program.close());

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command until it ends, or until it has printed its environment and was asked to stop. */
const run = (args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [program.path, ...args], {
      cwd: project,
      env: { PATH: process.env.PATH },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('AWS_EC2_METADATA_DISABLED')) child.kill('SIGTERM');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });

describe('a scenario file', () => {
  test.each(cases)('$case: the error names the JSON path', ({ change, error }) => {
    expect(() => checkScenario({ ...good, ...change })).toThrow(error);
  });

  test('the smallest scenario is enough; all that come with the sandbox are good', () => {
    expect(checkScenario(good)).toBe(good);
    for (const name of scenarioNames()) expect(loadScenario(name).root.id).toMatch(/^r-/);
  });
});

test('a scenario may be saved with a byte order mark', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
  const file = join(folder, 'saved.json');
  writeFileSync(file, `\uFEFF${JSON.stringify(good)}`);
  expect(loadScenario(file)).toEqual(good);
  rmSync(folder, { recursive: true });
});

describe('the sandbox command', () => {
  test('prints the environment, stays up, and ends on SIGTERM', async () => {
    const { code, out, err } = await run([
      '--port',
      '0',
      '--fast',
      '--throttle',
      '--fault',
      'throttle:ListAccounts:3',
    ]);
    expect([code, err]).toEqual([0, '']);
    for (const name of [
      'AWS_ENDPOINT_URL=http://127.0.0.1:',
      'AWS_ACCESS_KEY_ID=',
      'AWS_SECRET_ACCESS_KEY=',
      'AWS_REGION=',
      'AWS_EC2_METADATA_DISABLED=true',
    ]) {
      expect(out).toContain(`export ${name}`);
    }
  });

  test.each(['throttle:*:20%', 'error:*:500:20%', 'reset:*:20%', 'throttle:CreateTable:9'])(
    'its own stack is made before %s strikes',
    async (fault) => {
      const { code, err, out } = await run(['--port', '0', '--fast', '--fault', fault]);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('AWS_ENDPOINT_URL=');
    },
  );

  test.each(['bank', 'large'])('who asks for %s elsewhere is told where it is made', (name) => {
    expect(() => loadScenario(name)).toThrow(`npm run sandbox -- --scenario ${name}`);
  });

  test('a bad option, fault, scenario name or file is one clear line and exit 2', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    const file = join(folder, 'bad.json');
    writeFileSync(file, JSON.stringify({ ...good, root: { id: 'root' } }));
    const outcomes = await Promise.all([
      run(['--speed', '9']),
      run(['--port', 'many']),
      run(['--fault', 'nonsense']),
      run(['--scenario', 'no-such-story']),
      run(['--scenario', file]),
    ]);
    rmSync(folder, { recursive: true });
    const wanted = ['--speed', '--port many', 'nonsense', 'no-such-story', '$.root.id: expected a root id'];
    for (const [index, { code, out, err }] of outcomes.entries()) {
      expect([code, out, err.trim().split('\n').length]).toEqual([2, '', 1]);
      expect(err).toContain(wanted[index]);
    }
  });
});
