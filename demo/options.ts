import { parseArgs } from 'node:util';

/** What the demo was asked for. */
export interface DemoOptions {
  readonly once: boolean;
  readonly json: boolean;
  /** The first of ten ports: page, sandbox with the inbox. */
  readonly port: number;
  readonly scenario: string;
  /** The entity to review; absent: Development in its own story, the root elsewhere. */
  readonly scope?: string;
  readonly approvals: number;
  /** Minutes between approval and apply. */
  readonly cooling: number;
  /** `quick`: report jobs of 0.2 to 0.8 s; `aws`: AWS's own times. */
  readonly pace: 'quick' | 'aws';
}

/** The help text of `npm run demo`. */
export const demoUsage = `npm run demo -- [options]
  --once              stop when everything is printed
  --json              standard output is one line of JSON, nothing else
  --port N            first of ten ports (4180)
  --scenario NAME|FILE  another organization (development-ou)
  --scope ID          the entity to review
  --approvals N       how many people must approve (1)
  --cooling MINUTES   time between approval and apply (0)
  --pace aws          report jobs as slow as AWS's
  --help`;

/** Reads the options. Throws an error whose message names the option that is wrong. */
export function readDemoOptions(argv: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: false,
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      port: { type: 'string', default: '4180' },
      scenario: { type: 'string', default: 'development-ou' },
      scope: { type: 'string' },
      approvals: { type: 'string', default: '1' },
      cooling: { type: 'string', default: '0' },
      pace: { type: 'string', default: 'quick' },
    },
  });
  if (values.help) return 'help';
  if (values.pace !== 'quick' && values.pace !== 'aws')
    throw new Error(`--pace: ${values.pace} is neither quick nor aws`);
  return {
    once: values.once,
    json: values.json,
    port: wholeNumber('--port', values.port, 1, 65_000),
    scenario: values.scenario,
    ...scopeOf(values.scenario, values.scope),
    approvals: wholeNumber('--approvals', values.approvals, 1, 2),
    cooling: wholeNumber('--cooling', values.cooling, 0, 10_000),
    pace: values.pace,
  };
}

function scopeOf(scenario: string, scope: string | undefined): { readonly scope?: string } {
  if (scope !== undefined) return { scope };
  return scenario === 'development-ou' ? { scope: 'ou-ex01-development' } : {};
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${option}: ${text} is not a whole number from ${least} to ${most}`);
}
