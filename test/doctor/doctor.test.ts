import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { runCommand } from '../../cli/main.ts';
import { checks } from '../../core/doctor/checks.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { pointAt } from '../adapters/environment.ts';

import faults from '../cases/doctor/faults.json' with { type: 'json' };
import healthy from '../cases/doctor/healthy.json' with { type: 'json' };
import { patched, stackName, templateFor } from './template.ts';

/** What is planted: JSON merge patches of what is healthy, faults of calls, options of the sandbox and of the command. */
interface Plant {
  readonly configuration?: object;
  /** What the deployed functions were packaged with, where that is not the configuration at hand. */
  readonly packaged?: object;
  readonly scenario?: object;
  readonly template?: object;
  readonly sandbox?: Partial<SandboxOptions>;
  readonly faults?: readonly string[];
  readonly accessKey?: string;
  readonly options?: readonly string[];
}

/** One fault and what its check says: every line but those that are ok. */
interface Case {
  readonly fault: string;
  readonly plant: Plant;
  readonly check: string;
  readonly lines: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
let sandbox: Sandbox | undefined;
let restore = (): void => undefined;

afterEach(async () => {
  restore();
  restore = () => undefined;
  await sandbox?.close();
  sandbox = undefined;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A deployed installation with what is planted; answers the path of its configuration. */
async function installed(plant: Plant): Promise<string> {
  const configuration = patched(healthy.configuration, plant.configuration ?? {});
  const path = join(folder, 'reviewer.config.json');
  writeFileSync(path, JSON.stringify(configuration));
  sandbox = await startSandbox({
    scenario: patched(healthy.scenario, plant.scenario ?? {}),
    fast: true,
    ...plant.sandbox,
  } as SandboxOptions);
  restore = pointAt(sandbox.endpoint);
  const packaged = patched(configuration, plant.packaged ?? {});
  const template = patched(templateFor(packaged), plant.template ?? {});
  const client = new CloudFormationClient({});
  await client.send(new CreateStackCommand({ StackName: stackName, TemplateBody: JSON.stringify(template) }));
  client.destroy();
  sandbox.clearCalls();
  for (const fault of plant.faults ?? []) sandbox.faults.add(fault);
  if (plant.accessKey !== undefined) process.env.AWS_ACCESS_KEY_ID = plant.accessKey;
  return path;
}

async function doctor(...args: readonly string[]) {
  let [output, errors] = ['', ''];
  const code = await runCommand(['doctor', ...args], {
    look: { columns: 110, colour: false },
    wantsProgress: false,
    write: (text) => {
      output += text;
    },
    note: (text) => {
      errors += text;
    },
  });
  return { code, output, errors };
}

interface Answer {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly check: string;
    readonly verdict: string;
    readonly said: string;
    readonly wayOut?: string;
  }[];
}

const shown = ({ said, verdict }: Answer['checks'][number]): string => `${verdict}: ${said}`;

test('an installation without a fault: no line is a failure or a doubt, every planned call is made, and none but those', async () => {
  const config = await installed({});
  const { code, errors, output } = await doctor('--stage', 'test', '--config', config, '--format', 'json');
  const { checks: lines, ok } = JSON.parse(output) as Answer;
  expect(lines.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn').map(shown)).toEqual([]);
  expect({ code, ok }).toEqual({ code: 0, ok: true });
  expect(new Set(lines.map(({ check }) => check))).toEqual(new Set(checks.map(({ name }) => name)));

  const planned = JSON.parse((await doctor('--plan', '--format', 'json')).output) as {
    readonly calls: readonly { readonly call: string }[];
  };
  const made = new Set(sandbox?.calls().map(({ operation, service }) => `${service}:${operation}`));
  expect([...made].sort()).toEqual([...new Set(planned.calls.map(({ call }) => call))].sort());
  expect(errors).toContain(`${made.size} operations of AWS`);
  expect([...made].filter((call) => !/:(Assume|Describe|Get|List|Simulate)/.test(call))).toEqual([]);
});

test('a plan makes no call', async () => {
  await installed({});
  expect((await doctor('--plan')).code).toBe(0);
  expect(sandbox?.calls()).toEqual([]);
});

test('the stage that is looked at where none is named is the one that is deployed where none is named', async () => {
  const [, stage] = /stage: \$\{opt:stage, '([^']+)'\}/.exec(readFileSync('serverless.yml', 'utf8')) ?? [];
  await installed({});
  const { output } = await doctor('--only', 'stack');
  expect(output).toContain(`there is no stack org-access-reviewer-${stage} in account`);
});

describe('each fault is seen by its check', () => {
  test.each(faults as unknown as readonly Case[])('$fault', async ({ check, lines, plant }) => {
    const config = await installed(plant);
    const stage = plant.options ?? ['--stage', 'test'];
    const said = await doctor('--only', check, ...stage, '--config', config, '--format', 'json');
    const { checks: all } = JSON.parse(said.output) as Answer;
    const told = all.filter(({ verdict }) => verdict !== 'ok').map(shown);
    // A case leaves out what AWS says in its own words behind.
    expect(told.map((line, index) => line.slice(0, lines[index]?.length))).toEqual(lines);
    expect(said.code).toBe(lines.some((line) => line.startsWith('fail')) ? 1 : 0);
  });
});
