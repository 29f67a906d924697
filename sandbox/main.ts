import { parseArgs } from 'node:util';
import { faultGrammar, parseFault } from './faults.ts';
import { bankScenario } from './scenario-bank.ts';
import { largeScenario } from './scenario-large.ts';
import { scenarioNames } from './scenario-load.ts';
import { type SandboxOptions, startSandbox } from './server.ts';
import { defaultStack, makeStack } from './stack.ts';

const help =
  (): string => `An AWS organization in a box, with the table, bus and topic of a deployed stack (stage live).

  npm run sandbox -- [--scenario NAME|FILE|bank|large] [--port 4100] [--fast] [--throttle] [--fault SPEC]...

  --scenario NAME|FILE  ${scenarioNames().join(', ')}, or a JSON file (default development-ou)
  --scenario bank       a bank of 40 OUs and 140 accounts, made from --seed
  --scenario large      an organization made from --seed (a whole number, default 1) and --accounts (10 to 50,000, default 500)
  --port N              port on 127.0.0.1 (default 4100; 0 takes any free one)
  --fast                report jobs of 0.05 s, never reused
  --throttle            throttle as AWS publishes
  --fault SPEC          may be given several times:
${faultGrammar}
`;

const readOptions = (args: readonly string[]): SandboxOptions | 'help' => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: 'string', default: 'development-ou' },
      seed: { type: 'string' },
      accounts: { type: 'string' },
      port: { type: 'string', default: '4100' },
      fast: { type: 'boolean', default: false },
      throttle: { type: 'boolean', default: false },
      fault: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port}: expected a port from 0 to 65535`);
  return {
    scenario: scenarioOf(values),
    port,
    fast: values.fast,
    throttle: values.throttle,
    faults: values.fault.map(parseFault),
  };
};

const scenarioOf = ({
  accounts,
  scenario,
  seed,
}: {
  readonly accounts?: string;
  readonly scenario: string;
  readonly seed?: string;
}): SandboxOptions['scenario'] => {
  if (scenario === 'large')
    return largeScenario({ seed: Number(seed ?? 1), accounts: Number(accounts ?? 500) });
  if (accounts !== undefined) throw new Error('--accounts is for --scenario large');
  if (scenario === 'bank') return bankScenario({ seed: Number(seed ?? 1) });
  if (seed !== undefined) throw new Error('--seed is for --scenario bank and --scenario large');
  return scenario;
};

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

const environment = (endpoint: string): string =>
  [
    `export AWS_ENDPOINT_URL=${endpoint}`,
    'export AWS_ACCESS_KEY_ID=AKIASANDBOX000000000',
    'export AWS_SECRET_ACCESS_KEY=sandbox',
    'export AWS_REGION=us-east-1',
    // The AWS CLI reads this name alone.
    'export AWS_DEFAULT_REGION=us-east-1',
    'export AWS_EC2_METADATA_DISABLED=true',
  ].join('\n');

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(help());
    return;
  }
  const { faults = [], ...undisturbed } = options;
  const sandbox = await startSandbox(undisturbed);
  await makeStack(sandbox.endpoint, defaultStack);
  sandbox.clearCalls();
  // Faults are for whoever uses the sandbox: the stack is there without any.
  for (const fault of faults) sandbox.faults.add(fault);
  const end = (): void => {
    sandbox.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`sandbox: ${firstLine(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  // Only now: whoever reads this may ask the sandbox to end at once.
  process.stdout.write(`${environment(sandbox.endpoint)}\n`);
};

main().catch((error: unknown) => {
  process.stderr.write(`sandbox: ${firstLine(error)}\n`);
  process.exit(2);
});
