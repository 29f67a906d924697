import { wireReview } from '../adapters/wire.ts';
import { readSnapshot } from '../flow/organization-snapshot.ts';
import {
  fewestCalls,
  fewestCallsFormula,
  throttleBoundFormula,
  throttleBoundSeconds,
} from './baseline-calls.ts';
import { atMost, type Row } from './figure.ts';
import { mediumOrganization } from './medium-organization.ts';
import { withSandbox } from './sandboxed.ts';

/** Calls and time for the tree, the SCPs and the look after the reports, in an organization of 40 OUs, 400 accounts and 15 SCPs that is throttled as AWS publishes. */
export async function measureOrganizationReads(): Promise<readonly Row[]> {
  const { scenario, shape } = mediumOrganization();
  const fewest = fewestCalls(shape);
  const total = (calls: Readonly<Record<string, number>>): number =>
    Object.values(calls).reduce((all, count) => all + count, 0);
  return withSandbox({ scenario, throttle: true }, async (sandbox) => {
    const ports = wireReview();
    const startedAt = performance.now();
    await readSnapshot(ports, Number.POSITIVE_INFINITY);
    const seconds = (performance.now() - startedAt) / 1000;
    await ports.organization.readAccountParents();

    const calls = sandbox.calls();
    const throttled = calls.filter(({ status }) => status !== 200).length;
    const before = { ...fewest, ListAccounts: (fewest.ListAccounts ?? 0) / 2 };
    const bound = throttleBoundSeconds(before);
    return [
      atMost(1.05, {
        name: 'API calls for tree and SCPs',
        value: calls.length / total(fewest),
        unit: '×',
        against: `${total(fewest)} calls, ${fewestCallsFormula}`,
      }),
      atMost(1.2, {
        name: 'time to read tree and SCPs',
        value: seconds / bound,
        unit: '×',
        against: `${bound.toFixed(1)} s, ${throttleBoundFormula}`,
      }),
      atMost(0, {
        name: 'throttled or failed calls while reading',
        value: throttled,
        unit: 'calls',
        against: 'none: a client that knows the published rates is never throttled when it is alone',
      }),
    ];
  });
}
