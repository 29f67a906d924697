import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundle, withBundleFolder } from './bundle.ts';
import { below, type FigureOptions, information, type Row } from './figure.ts';
import { withSandbox } from './sandboxed.ts';

const accountId = '111111111111';

/** Memory of one run of the AWS Config rule over an account with many roles, each with a policy of its own: a page of roles at a time must be enough. */
export async function measureConfigRule({ quick }: FigureOptions): Promise<readonly Row[]> {
  const [few, many] = quick ? [500, 2_000] : [1_000, 10_000];
  return withBundleFolder(async (folder) => {
    const { path } = await bundle(folder, 'config-rule', { file: 'handlers/config-rule.ts' });
    const small = await megabytesFor(few, path);
    const large = await megabytesFor(many, path);
    const against = 'highest resident set of a process that runs the bundled function once';
    const name = (roles: number): string =>
      `memory of the Config rule, ${roles.toLocaleString('en-US')} roles`;
    return [
      below(256, { name: name(many), value: large, unit: 'MB', against }),
      information({ name: name(few), value: small, unit: 'MB', against }),
    ];
  });
}

function megabytesFor(roles: number, path: string): Promise<number> {
  const inline = {
    own: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: texts(), Resource: '*' }] },
  };
  const scenario = {
    organization: { id: 'o-exampleorg1', managementAccountId: accountId },
    root: { id: 'r-ex01', children: [] },
    identities: { [accountId]: { generate: { roles, inline } } },
  };
  return withSandbox({ scenario, throttle: false, fast: true }, async (sandbox) => {
    const script = [
      `require(${JSON.stringify(path)}).handler(${JSON.stringify(event())})`,
      '.then(() => process.stdout.write(String(process.resourceUsage().maxRSS)))',
    ].join('');
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
      env: { ...process.env, LOG_LEVEL: 'error' },
    });
    const put = sandbox.evaluations().filter(({ compliance }) => compliance !== 'NOT_APPLICABLE').length;
    if (put < roles) throw new Error(`the rule told of ${put} roles only`);
    return Number(stdout) / 1000;
  });
}

/** Actions that make an inline policy of about 2 KB, as many real roles have. */
function texts(): readonly string[] {
  return Array.from({ length: 60 }, (_, index) => `dynamodb:DescribeSomethingLong${index}`);
}

function event(): object {
  const invokingEvent = JSON.stringify({
    awsAccountId: accountId,
    notificationCreationTime: new Date().toISOString(),
    messageType: 'ScheduledNotification',
    recordVersion: '1.0',
  });
  return { accountId, configRuleName: 'unused-roles', resultToken: 'unused-roles/token', invokingEvent };
}
