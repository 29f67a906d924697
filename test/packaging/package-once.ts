import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const templatePath = '.serverless/cloudformation-template-update-stack.json';
const inputs = [
  'serverless.yml',
  'reviewer.config.json',
  'package.json',
  'scripts/deployment.cjs',
  'scripts/bundling.cjs',
  'scripts/json-files.cjs',
  'scripts/node-notice.cjs',
];
const inputFolders = ['deploy', 'handlers', 'core', 'flow', 'adapters', 'web'];

/** One resource of a CloudFormation template. */
export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type of resource has its own shape, and the tests state it.
  readonly Properties: any;
}

/** A packaged service: its template and the size of each function's archive in bytes. */
export interface Package {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly archives: Readonly<Record<string, number>>;
}

/** What a command did. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the framework's command with no credentials but those given, and with every HTTP proxy, profile and metadata service out of reach. */
export function sls(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  folder = '.',
): Promise<Run> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('npx', ['--no-install', 'sls', ...args], {
    cwd: folder,
    env: { PATH, HOME, AWS_EC2_METADATA_DISABLED: 'true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
}

/** The service as packaged from the present sources: packaged now, unless that was done since the last of them changed. */
export async function packageOnce(): Promise<Package> {
  if (!isFresh()) {
    rmSync('.esbuild', { recursive: true, force: true });
    rmSync('.serverless', { recursive: true, force: true });
    const { code, stdout, stderr } = await sls(['package']);
    if (code !== 0) throw new Error(`sls package failed:\n${stdout}${stderr}`);
  }
  return packageIn('.');
}

/** The service as packaged with another configuration, in a copy of the sources. `check` is given the template while it is there. */
export async function packageWith(settings: object, check?: (template: string) => void): Promise<Package> {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    for (const name of [...inputs, ...inputFolders, 'scripts', 'tsconfig.json'])
      cpSync(name, join(folder, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'reviewer.config.json'), JSON.stringify(settings));
    const { code, stdout, stderr } = await sls(['package'], {}, folder);
    if (code !== 0) throw new Error(`sls package failed:\n${stdout}${stderr}`);
    check?.(join(folder, templatePath));
    return packageIn(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function packageIn(folder: string): Package {
  const archives = readdirSync(join(folder, '.serverless')).filter((name) => name.endsWith('.zip'));
  return {
    resources: JSON.parse(readFileSync(join(folder, templatePath), 'utf8')).Resources,
    archives: Object.fromEntries(
      archives.map((name) => [
        name.slice(0, -'.zip'.length),
        statSync(join(folder, '.serverless', name)).size,
      ]),
    ),
  };
}

function isFresh(): boolean {
  if (!existsSync(templatePath)) return false;
  const packagedAt = statSync(templatePath).mtimeMs;
  const sources = inputFolders
    .filter(existsSync)
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    );
  return [...inputs, ...sources].every((path) => statSync(path).mtimeMs < packagedAt);
}
