import { createAccessReports } from '../../adapters/aws/access-reports.ts';
import { type Credentials, createIamClient } from '../../adapters/aws/clients.ts';
import { createMeter } from '../../adapters/aws/meter.ts';
import type { ReportTimes } from '../../adapters/aws/organization-report-job.ts';
import { systemClock } from '../../adapters/clock.ts';
import type { Clock } from '../../adapters/ports.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.ts';
import { clockOf, liveBy } from '../support/leaping-clock.ts';
import { exampleOrganization } from '../support/worlds.ts';
import { pointAt } from './environment.ts';

const opened: (() => Promise<void>)[] = [];

/** Starts a sandbox, points the SDK's own chain at it and lets the product live by its clock; `closeBoxes` undoes all. */
export async function openBox(
  options: SandboxOptions,
  variables: Readonly<Record<string, string | undefined>> = {},
): Promise<Sandbox> {
  const sandbox = await startSandbox({ fast: true, ...options });
  const restore = pointAt(sandbox.endpoint, variables);
  const restoreClock = liveBy(clockOf(sandbox));
  opened.push(async () => {
    restoreClock();
    restore();
    await sandbox.close();
  });
  return sandbox;
}

/** Closes what `openBox` opened. */
export async function closeBoxes(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

/** Reports with few and short waits by the sandbox's clock; milliseconds. The bound is far from what a slow machine takes. */
export function quickReports(
  times: Partial<ReportTimes> = {},
  clock: Clock = systemClock,
  credentials?: Credentials,
) {
  const meter = createMeter(systemClock);
  const quick = {
    firstPollMilliseconds: 20,
    pollMilliseconds: 5_000,
    jobBoundMilliseconds: 60_000,
    reuseMilliseconds: 1_000,
  };
  const client = createIamClient(meter, undefined, credentials);
  return { meter, reports: createAccessReports(client, clock, { ...quick, ...times }) };
}

const development = 'ou-ex01-development';

/** Two OUs, one inside the other, and four accounts. */
export const nestedUnits: Scenario = {
  organization: exampleOrganization,
  root: {
    id: 'r-ex01',
    children: [
      {
        ou: development,
        name: 'Development',
        children: [
          {
            ou: 'ou-ex01-nested000',
            name: 'Nested',
            children: [
              { account: '333333333333', name: 'nested-1', joined: '2023-02-01', state: 'SUSPENDED' },
            ],
          },
          {
            account: '222222222222',
            name: 'dev-1',
            joined: '2023-01-05',
            usage: { s3: { daysAgo: 2, region: 'eu-west-1' }, lex: { daysAgo: 213 } },
          },
        ],
      },
      { ou: 'ou-ex01-empty0000', name: 'Empty' },
      { account: '444444444444', name: 'at-root', joined: '2023-03-01' },
    ],
  },
  policies: [
    {
      id: 'p-newsvctest',
      name: 'NewServiceTest',
      description: 'Tries new services',
      content: '{ "Version": "2012-10-17",  "Statement": [] }',
      targets: [development, 'ou-ex01-nested000'],
      tags: { owner: 'john' },
    },
    { id: 'p-nowhere0', name: 'Nowhere', content: { Version: '2012-10-17', Statement: [] }, targets: [] },
  ],
};

/** The Development OU of `nestedUnits`, as the port for reports wants it. */
export const developmentEntity = { id: development, path: `o-exampleorg1/r-ex01/${development}` };
