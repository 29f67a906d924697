import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReviewResult } from '../../core/review/review-result.ts';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { pointAt } from '../adapters/environment.ts';
import { oar } from './run-oar.ts';

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

const command = fileURLToPath(new URL('../../cli/oar.mjs', import.meta.url));
let sandbox: Sandbox;
let restore: () => void;
let folder: string;

beforeAll(async () => {
  sandbox = await startSandbox({ scenario: 'ten-accounts-flat', fast: true });
  restore = pointAt(sandbox.endpoint);
  folder = await mkdtemp(join(tmpdir(), 'oar-'));
});

afterAll(async () => {
  restore();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

/** Spawned as a person does it, in another folder than the project's; `interruptAfter` presses Ctrl-C once the sandbox saw that operation. */
async function oarSpawned(
  args: readonly string[],
  interruptAfter?: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [command, ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIASANDBOX000000000',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
  });
  const stop =
    interruptAfter === undefined
      ? () => undefined
      : sandbox.onCall((call) => {
          if (call.operation === interruptAfter) child.kill('SIGINT');
        });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  stop();
  return { code, output, errors };
}

describe('oar review against an organization', () => {
  test('piped JSON is the result and nothing else; open findings fail with 3 on demand; only reads are called', async () => {
    sandbox.clearCalls();
    const ended = await oarSpawned(['review', '--format', 'json', '--fail-on-findings']);
    expect(ended.errors).toBe('');
    expect(ended.code).toBe(3);
    const result = JSON.parse(ended.output) as ReviewResult;
    expect(result.findings.map((finding) => finding.serviceNamespace)).toEqual(['lex']);
    const operations = sandbox.calls().map((call) => call.operation);
    expect(
      operations.filter((name) => !/^(List|Describe|Get|GenerateOrganizationsAccessReport)/.test(name)),
    ).toEqual([]);
  });

  test('with --out the report is a file whose path alone is printed; without the flag findings exit 0', async () => {
    const out = join(folder, 'a', 'b');
    const ended = await oar('nobody', 'review', '--format', 'html', '--out', out);
    expect(ended).toMatchObject({ code: 0, errors: '' });
    expect(ended.output).toMatch(/^\S+\/review-rev-\w+-\w+\.html\n$/);
    expect(await readFile(ended.output.trim(), 'utf8')).toContain('Amazon Lex');
  });

  test('a refusal by AWS exits 1 with one line: operation, code, missing permission', async () => {
    sandbox.faults.add('error:ListPolicies:AccessDeniedException');
    const ended = await oar('nobody', 'review');
    sandbox.faults.clear();
    expect(ended.code).toBe(1);
    expect(ended.output).toBe('');
    expect(ended.errors).toMatch(
      /^oar: ListPolicies was refused: AccessDenied\w* \(.*\); needs organizations:ListPolicies.*\n$/,
    );
  });

  test('credentials that end leave a partial result, why and the way out on standard error, and 1 for who fails on findings', async () => {
    sandbox.faults.add('error:GenerateOrganizationsAccessReport:ExpiredToken:1000');
    const ended = await oar('nobody', 'review', '--format', 'json', '--fail-on-findings');
    sandbox.faults.clear();
    expect(ended.code).toBe(1);
    expect((JSON.parse(ended.output) as ReviewResult).status).toBe('partial');
    expect(ended.errors).toMatch(/^PARTIAL: 1 entity could not be asked: .*ExpiredToken.* duration_seconds/);
    expect(ended.errors).toContain('1 hour at most');
  });

  test('a profile beside an access key is told: the SDK takes the profile', async () => {
    const { code, errors } = await oarSpawned(['review'], undefined, { AWS_PROFILE: 'none', HOME: folder });
    expect([code, errors]).toEqual([1, expect.stringContaining('Multiple credential sources detected')]);
  });

  test('Ctrl-C ends with 130 and no result', async () => {
    const ended = await oarSpawned(['review'], 'GenerateOrganizationsAccessReport');
    expect(ended).toEqual({ code: 130, output: '', errors: '' });
  });
});

describe('mistakes exit 2 with one line', () => {
  test('a scope that does not exist, named by its option', async () => {
    const ended = await oar('nobody', 'review', '--scope', 'ou-ex01-nowhere1');
    expect(ended).toMatchObject({ code: 2, output: '' });
    expect(ended.errors).toMatch(/^oar: --scope: there is no root, OU or account ou-ex01-nowhere1 .*\n$/);
  });
});
