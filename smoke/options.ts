import { parseArgs } from 'node:util';

/** What the smoke test was asked for. */
export interface SmokeOptions {
  /** A profile of the AWS configuration, or null for the environment's credentials. */
  readonly profile: string | null;
  /** The OU that an SCP may be attached to for the time of the test. */
  readonly ouId: string;
  /** Whether the OU may have accounts: what is denied is denied to them. */
  readonly withAccounts: boolean;
  /** A configuration file, or null for the installation's: the account that it is for is compared. */
  readonly config: string | null;
  /** The file that the answers are written to. */
  readonly out: string;
  /** For how long the endpoint hands out a report again that was just made, in seconds. */
  readonly reuseSeconds: number;
}

/** The help text of `npm run smoke`. */
export const smokeUsage = `npm run smoke -- --ou OU --i-mean-it [options]

Runs once through a review and two changes of SCPs on a real organization, and takes everything back. Use a test organization, and an
OU that was made for this. Credentials are those of the management account, as the AWS CLI finds them.

  --ou OU              the OU: nothing is attached anywhere else, and no SCP is changed but those that the test makes
  --i-mean-it          without it nothing is asked of AWS
  --profile NAME       a profile of the AWS configuration
  --with-accounts      run although the OU has accounts: for a minute they are denied a service that nobody there uses
  --config FILE        configuration instead of reviewer.config.json: credentials of another "account" than it names are refused
  --out FILE           where the answers of AWS go, with ids and names replaced (oar-smoke.json)
  --reuse SECONDS      for how long a report that was just made is handed out again (65: AWS's minute with some to spare)
  --help

Exit codes: 0 AWS behaves as assumed; 1 it does not, or a step failed; 2 bad arguments.`;

/** Reads the options. Throws an error whose message names the option that is wrong. */
export function readSmokeOptions(argv: readonly string[]): SmokeOptions | 'help' {
  const { values } = parseArgs({
    args: [...argv],
    strict: true,
    allowPositionals: false,
    options: {
      ou: { type: 'string' },
      profile: { type: 'string' },
      config: { type: 'string' },
      out: { type: 'string', default: 'oar-smoke.json' },
      reuse: { type: 'string', default: '65' },
      help: { type: 'boolean', default: false },
      'i-mean-it': { type: 'boolean', default: false },
      'with-accounts': { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  // Organizations API, "CreateOrganizationalUnit": the id of an OU.
  if (!/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/.test(values.ou ?? ''))
    throw new Error('--ou: give the id of an OU that was made for this, such as ou-ab12-34cd56ef');
  if (!values['i-mean-it'])
    throw new Error(
      `--i-mean-it: this attaches SCPs to ${values.ou} of a real organization; say that you mean it`,
    );
  const reuseSeconds = Number(values.reuse);
  if (!(reuseSeconds >= 0 && reuseSeconds <= 600)) throw new Error('--reuse: 0 to 600 seconds');
  return {
    profile: values.profile ?? null,
    ouId: values.ou ?? '',
    withAccounts: values['with-accounts'],
    config: values.config ?? null,
    out: values.out,
    reuseSeconds,
  };
}
