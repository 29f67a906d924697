import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scenario } from '../sandbox/scenario.ts';

const program = fileURLToPath(new URL('../sandbox/main.ts', import.meta.url));

/** Starts a sandbox in a process of its own, so that its work is not counted as the product's, and points the SDK's chain at it while `measure` runs. */
export async function withSandboxBeside<Result>(
  scenario: Scenario,
  flags: readonly string[],
  measure: (endpoint: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const file = join(folder, 'scenario.json');
  await writeFile(file, JSON.stringify(scenario));
  const args = ['--import', 'tsx', program, '--scenario', file, '--port', '0', ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const before = { ...process.env };
  try {
    const endpoint = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stdout.on('data', (text) => {
        said += text;
        const found = /AWS_ENDPOINT_URL=(\S+)\n/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code}`)));
    });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE000000001',
      AWS_SECRET_ACCESS_KEY: 'example-secret',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    return await measure(endpoint);
  } finally {
    process.env = before;
    child.kill();
    await rm(folder, { recursive: true });
  }
}
