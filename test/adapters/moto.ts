import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { env as environment } from 'node:process';

/** A moto server that runs for one test file. */
export interface Moto {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Whether the command `moto_server` can be run here. */
export function motoIsInstalled(): boolean {
  // To start it only to ask takes seconds.
  return (environment.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'moto_server')));
}

/** Starts moto on a free port, with these variables beside the test's own, and waits until it answers. Where somebody took the port meanwhile, on another one. */
export async function startMoto(variables: Readonly<Record<string, string>> = {}, tries = 3): Promise<Moto> {
  const port = await freePort();
  const process = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...environment, ...variables },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await untilItAnswers(endpoint, process);
  } catch (error) {
    process.kill();
    if (tries > 1) return startMoto(variables, tries - 1);
    throw error;
  }
  return {
    endpoint,
    stop: () =>
      new Promise((resolve) => {
        process.once('exit', () => resolve());
        process.kill();
      }),
  };
}

async function untilItAnswers(endpoint: string, process: ChildProcess): Promise<void> {
  while (process.exitCode === null) {
    const answer = await fetch(`${endpoint}/moto-api/data.json`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`moto_server did not answer on ${endpoint}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
