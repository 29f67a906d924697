import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { loadScenario } from '../../sandbox/scenario-load.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { bundleProgram, type Program } from '../support/program.ts';

const emptyOu = 'ou-ex01-emptyou01';

let program: Program;
beforeAll(async () => {
  program = await bundleProgram('smoke/main.ts');
});
afterAll(() => program.close());

let sandbox: Sandbox | undefined;
let folder: string | undefined;
afterEach(async () => {
  await sandbox?.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
  sandbox = undefined;
  folder = undefined;
});

/** Runs the smoke test as a person does, against a sandbox that stands for AWS. */
async function smoke(
  args: readonly string[] = [],
  options: Partial<SandboxOptions> = {},
  prepare: (aws: Sandbox) => void = () => {},
): Promise<{ readonly code: number; readonly said: string; readonly file: string; readonly aws: Sandbox }> {
  sandbox = await startSandbox({
    ...{ scenario: 'empty-ou', jobSeconds: [0.6, 0.6], reuseSeconds: 2, visibilitySeconds: 0 },
    ...options,
  });
  prepare(sandbox);
  folder = await mkdtemp(join(tmpdir(), 'oar-smoke-'));
  const out = join(folder, 'answers.json');
  const usual = ['--ou', emptyOu, '--i-mean-it', '--reuse', '2.2', '--out', out];
  const child = spawn(process.execPath, [program.path, ...usual, ...args], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIASANDBOX000000000',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_REGION: 'us-east-1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (text: unknown): void => {
    said += text;
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const [code] = await once(child, 'close');
  return { code, said, aws: sandbox, file: await readFile(out, 'utf8').catch(() => '') };
}

/** The first edit is the test's own look at SCPs, the second the change's. */
function refuseTheSecondEdit({ faults, onCall }: Sandbox): void {
  let edits = 0;
  onCall(({ operation }) => {
    if (operation !== 'UpdatePolicy') return;
    edits += 1;
    if (edits === 2) faults.add('error:UpdatePolicy:AccessDeniedException');
  });
}

/** Every SCP with its text and targets. */
function policiesOf({ world }: Sandbox): readonly unknown[] {
  return [...world.policies.values()].map(({ content, id, targets }) => [id, content, [...targets].sort()]);
}

async function policiesAtStart(): Promise<readonly unknown[]> {
  const untouched = await startSandbox({ scenario: 'empty-ou', fast: true });
  await untouched.close();
  return policiesOf(untouched);
}

test('the whole run leaves the organization as it was, and a file that does not tell whose it is', async () => {
  const { aws, code, file, said } = await smoke();
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('22 points seen, 0 differ') });
  expect(said).not.toContain('FAILED');
  expect(policiesOf(aws)).toEqual(await policiesAtStart());
  const told = JSON.parse(file);
  expect(told).toMatchObject({ format: 1, points: expect.any(Array), doctor: { ok: true } });
  const documented = readFileSync('docs/smoke-test.md', 'utf8');
  for (const { name, because } of told.notTried) {
    expect(said).toContain(`not tried: ${name}: ${because}`);
    expect(documented).toContain(`| ${name} |`);
  }
  expect(told.notTried.length).toBeGreaterThan(5);
  expect(told.steps.map(({ name }: { name: string }) => name)).toContain('roll it back');
  const operations = told.calls.map(({ operation }: { operation: string }) => operation);
  expect(operations).toEqual(expect.arrayContaining(['CreatePolicy', 'UpdatePolicy', 'DetachPolicy']));
  // The table, the bus and the page are on this machine, and AWS hears nothing of them.
  const services = new Set(aws.calls().map(({ service }) => service));
  expect([...services].sort()).toEqual([
    'cloudformation',
    'iam',
    'organizations',
    'secretsmanager',
    'states',
    'sts',
  ]);
  for (const secret of ['111111111111', 'o-exampleorg1', 'ex01', 'workload', 'Workloads', 'AKIA'])
    expect(file.includes(secret) ? secret : null).toBeNull();
});

test('what differs is said, and whatever fails, the SCPs of the test are deleted', async () => {
  const scenario = { ...loadScenario('empty-ou'), storedMinified: true };
  const { aws, code, said } = await smoke([], { scenario }, refuseTheSecondEdit);
  expect(said).toMatch(/differs: the text of an SCP, read back: \d+ characters for \d+, not byte for byte/);
  expect(said).toMatch(/FAILED {2}apply it/);
  expect(code).toBe(1);
  expect(policiesOf(aws)).toHaveLength((await policiesAtStart()).length);
});

test('credentials of another account than the configuration is for are refused before anything else is asked', async () => {
  const config = join(await mkdtemp(join(tmpdir(), 'oar-smoke-config-')), 'reviewer.config.json');
  await writeFile(config, JSON.stringify({ account: '222222222222' }));
  const { aws, code, said } = await smoke(['--config', config]);
  await rm(dirname(config), { recursive: true });
  expect({ code, said }).toEqual({
    code: 1,
    said: expect.stringContaining(
      'account: the file is for 222222222222, and these credentials are of 111111111111',
    ),
  });
  expect(aws.calls().map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
});

test.each<[string, readonly string[], RegExp]>([
  [
    'an OU with accounts',
    ['--ou', 'ou-ex01-workloads'],
    /has accounts \(1\): give an empty OU, or --with-accounts/,
  ],
  ['an OU that is not there', ['--ou', 'ou-ex01-nowhere0'], /ou-ex01-nowhere0 is no OU of this organization/],
])('%s is refused before anything is written', async (_, args, message) => {
  const { aws, code, said } = await smoke(args);
  expect(said).toMatch(message);
  expect(code).toBe(1);
  expect(aws.calls().filter(({ operation }) => /^(Create|Update|Attach|Generate)/.test(operation))).toEqual(
    [],
  );
});
