import { setTimeout as wait } from 'node:timers/promises';
import {
  ListAccountsCommand,
  ListOrganizationalUnitsForParentCommand,
  ListPoliciesCommand,
  ListTargetsForPolicyCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { wireReview } from '../adapters/wire.ts';
import { readSnapshot } from '../flow/organization-snapshot.ts';
import { atMost, below, type FigureOptions, type Row } from './figure.ts';
import { mediumOrganization } from './medium-organization.ts';
import { withSandbox } from './sandboxed.ts';

const otherKey = 'AKIAEXAMPLE000000002';

/** Half of what AWS publishes, in calls a second (Organizations User Guide, "Quotas and service limits"). */
const halfRates = {
  ListAccounts: 4,
  ListOrganizationalUnitsForParent: 2.5,
  ListPolicies: 2.5,
  ListTargetsForPolicy: 2.5,
};

/** Calls of ours that AWS throttles, and what fails, while another client of the account uses half of the published rates the whole time. */
export async function measureSharedQuota({ quick }: FigureOptions): Promise<readonly Row[]> {
  // At AWS's rates a share of throttled calls shows after minutes.
  if (quick) return [];
  const { scenario } = mediumOrganization();
  const readings = 8;
  return withSandbox({ scenario, throttle: true }, async (sandbox) => {
    const ports = wireReview();
    const end = new AbortController();
    const other = otherClient(end.signal);
    let failed = 0;
    for (let reading = 0; reading < readings; reading += 1)
      await readSnapshot(ports, Number.POSITIVE_INFINITY).catch(() => {
        failed += 1;
      });
    end.abort();
    await other;
    const shared = sandbox.calls().filter(({ operation }) => operation in halfRates);
    const ours = shared.filter(({ accessKeyId }) => accessKeyId !== otherKey);
    const throttled = ours.filter(({ status }) => status !== 200).length;
    const beside = shared.length - ours.length;
    return [
      below(2, {
        name: 'throttled calls beside another client',
        value: (100 * throttled) / ours.length,
        unit: '%',
        against:
          `${throttled} of ${ours.length} calls of ${Object.keys(halfRates).join(', ')} in ${readings} readings of tree and SCPs, ` +
          `while another client makes ${beside} at half of each published rate, evenly`,
      }),
      atMost(0, {
        name: 'readings that failed beside another client',
        value: failed,
        unit: 'readings',
        against: `${readings} readings: a call that is throttled is made again`,
      }),
    ];
  });
}

/** Makes one call of each operation after the other at its rate, and tries nothing twice. */
async function otherClient(signal: AbortSignal): Promise<void> {
  const client = new OrganizationsClient({
    maxAttempts: 1,
    credentials: { accessKeyId: otherKey, secretAccessKey: 'example-secret' },
  });
  const calls = {
    ListAccounts: () => client.send(new ListAccountsCommand({})),
    ListOrganizationalUnitsForParent: () =>
      client.send(new ListOrganizationalUnitsForParentCommand({ ParentId: 'r-ex01' })),
    ListPolicies: () => client.send(new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' })),
    ListTargetsForPolicy: () => client.send(new ListTargetsForPolicyCommand({ PolicyId: 'p-medium0001' })),
  } as const;
  const going = (Object.keys(calls) as (keyof typeof calls)[]).map(async (operation) => {
    const startedAt = performance.now();
    for (let count = 1; !signal.aborted; count += 1) {
      // Whether it is throttled is its own affair.
      await calls[operation]().catch(() => undefined);
      await wait(Math.max(0, startedAt + (count * 1000) / halfRates[operation] - performance.now()));
    }
  });
  await Promise.all(going);
  client.destroy();
}
