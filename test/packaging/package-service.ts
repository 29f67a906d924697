import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const templatePath = '.serverless/cloudformation-template-update-stack.json';
const statePath = '.serverless/serverless-state.json';
const configurationFile = 'reviewer.config.json';
/** What a template is made of, and what the functions are made of beside it. */
const templateInputs = ['serverless.yml', 'package.json', 'tsconfig.json', 'scripts', 'deploy', 'core'];
const functionInputs = ['handlers', 'flow', 'adapters', 'web'];
/** Templates that were resolved, by what they are made of: suites run beside each other, and in other processes. */
const resolvedFolder = '.serverless/resolved';

/** One resource of a CloudFormation template. */
export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type of resource has its own shape, and the tests state it.
  readonly Properties: any;
}

/** The resources of a template by their ids. */
export type Resources = Readonly<Record<string, Resource>>;

/** A packaged service: its template and the size of each function's archive in bytes. */
export interface Package {
  readonly resources: Resources;
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
  const child = spawn(process.execPath, [resolve('node_modules/serverless/bin/serverless.js'), ...args], {
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
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('close', (code) => done({ code, ...said }));
  });
}

/** The service as `sls package` makes it from the present sources, in a copy of them: template and code. */
export function packageService(): Promise<Package> {
  return inCopy([...templateInputs, ...functionInputs], readFileSync(configurationFile, 'utf8'), (folder) => {
    const archives = readdirSync(join(folder, '.serverless')).filter((name) => name.endsWith('.zip'));
    return {
      resources: resourcesIn(join(folder, templatePath)),
      archives: Object.fromEntries(
        archives.map((name) => [
          name.slice(0, -'.zip'.length),
          statSync(join(folder, '.serverless', name)).size,
        ]),
      ),
    };
  });
}

/**
 * The template as the framework resolves it with this configuration, or with the shipped one, in a file: no function is built. It is
 * resolved once, until something that it is made of changes.
 */
export async function resolveTemplate(settings?: object): Promise<string> {
  const configuration = settings ? JSON.stringify(settings) : readFileSync(configurationFile, 'utf8');
  const path = join(resolvedFolder, `${digestOf(configuration)}.json`);
  if (existsSync(path)) return path;
  return inCopy(
    templateInputs,
    configuration,
    (folder) => {
      mkdirSync(resolvedFolder, { recursive: true });
      for (const [made, kept] of [
        [statePath, stateOf(path)],
        [templatePath, path],
      ] as const) {
        const whole = `${kept}.${process.pid}`;
        writeFileSync(whole, readFileSync(join(folder, made)));
        renameSync(whole, kept);
      }
      return path;
    },
    (serverless) =>
      serverless
        .replace('individually: true', `artifact: ${configurationFile}`)
        .replace('  - serverless-esbuild\n', ''),
  );
}

/** The resources of a template that `resolveTemplate` resolves. */
export async function resolveResources(settings?: object): Promise<Resources> {
  return resourcesIn(await resolveTemplate(settings));
}

/** The tags that the framework gives to the stack of a template that `resolveTemplate` resolves. */
export async function stackTags(settings: object): Promise<unknown> {
  const { service } = JSON.parse(readFileSync(stateOf(await resolveTemplate(settings)), 'utf8'));
  return service.provider.stackTags;
}

/** Where the framework's own words for a resolved template are kept. */
const stateOf = (template: string): string => template.replace(/\.json$/, '.state.json');

function resourcesIn(template: string): Resources {
  return JSON.parse(readFileSync(template, 'utf8')).Resources;
}

/** Packages in a copy of these sources, and answers what `use` makes of its folder. */
async function inCopy<Answer>(
  sources: readonly string[],
  configuration: string,
  use: (folder: string) => Answer,
  rewritten: (serverless: string) => string = (serverless) => serverless,
): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    for (const name of sources) cpSync(name, join(folder, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, configurationFile), configuration);
    writeFileSync(join(folder, 'serverless.yml'), rewritten(readFileSync('serverless.yml', 'utf8')));
    const { code, stdout, stderr } = await sls(['package'], {}, folder);
    if (code !== 0) throw new Error(`sls package failed:\n${stdout}${stderr}`);
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function digestOf(configuration: string): string {
  const hash = createHash('sha256').update(configuration);
  for (const input of templateInputs) {
    const names = statSync(input).isDirectory()
      ? readdirSync(input, { recursive: true, encoding: 'utf8' }).map((name) => join(input, name))
      : [input];
    for (const name of names.sort())
      if (statSync(name).isFile()) hash.update(`\n${name}\n`).update(readFileSync(name));
  }
  return hash.digest('hex');
}
