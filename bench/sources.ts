import { wireReview } from '../adapters/wire.ts';
import { parseConfiguration } from '../core/base/configuration.ts';
import { athenaLimits, costLimits, simulationLimits } from '../core/base/limits.ts';
import type { ReviewResult } from '../core/review/review-result.ts';
import { runReview } from '../flow/review.ts';
import type { Scenario } from '../sandbox/scenario.ts';
import { atMost, type FigureOptions, type Row } from './figure.ts';
import { withSandboxBeside } from './sandbox-beside.ts';

const unit = 'ou-ex01-bench0000';
/** Of each report: AWS takes 1 to 12 as a rule. */
const jobSeconds = [5, 5] as const;
const ofSources = ['regions', 'no-running-resources', 'second-judge', 'replay'];
const trail = { database: 'audit', table: 'trail', workgroup: 'reviewer' };
const replay = { ...trail, trailLocation: 's3://trail/AWSLogs/o-exampleorg1/' };
const all = { regions: true, cost: true, simulate: true, replay };

/** What the further sources of proof add to a review, in time, calls and money: the same review of an OU of many accounts with and without them. */
export async function measureSources({ quick }: FigureOptions): Promise<readonly Row[]> {
  const accounts = quick ? 100 : 1_000;
  // A sandbox each: the second review would be given the report of the first.
  const [off, secondsOff] = await measured(accounts, {});
  const [on, secondsOn] = await measured(accounts, all);
  const { changes } = on;
  if (changes.length === 0 || changes.length !== off.changes.length)
    throw new Error(`${off.changes.length} and ${changes.length} changes were drafted`);
  const open = changes.flatMap(({ certificate: { checks } }) =>
    checks
      .filter(({ name, verdict }) => ofSources.includes(name) && verdict !== 'ok')
      .map(({ detail, name }) => `${name}: ${detail}`),
  );
  if (open.length > 0) throw new Error(`not every source answered: ${open.join('; ')}`);
  const { apiCalls, dollars = 0 } = on.metrics;
  const requests = Math.ceil(accounts / costLimits.accountsPerQuestion);
  return [
    atMost(2, {
      name: 'time of a review with all sources of proof',
      value: secondsOn / secondsOff,
      unit: '×',
      against: `${secondsOff.toFixed(1)} s: the same review of ${accounts} accounts without them, reports of 5 s, throttled as AWS publishes; the sources themselves answer at once. A query of Athena takes as long as the trail is large`,
    }),
    atMost(Math.ceil(accounts / athenaLimits.accountsPerQuestion), {
      name: 'queries of the trail for each review',
      value: apiCalls.StartQueryExecution ?? 0,
      unit: 'queries',
      against: `one for each ${athenaLimits.accountsPerQuestion} accounts, whatever is drafted`,
    }),
    atMost(16, {
      name: 'calls of the simulator for each change',
      value: (apiCalls.SimulateCustomPolicy ?? 0) / changes.length,
      unit: 'calls',
      against: `before and after, for each distinct chain of SCPs (here one), each ${simulationLimits.actionsPerCall} actions a call`,
    }),
    atMost(requests * costLimits.dollarsPerRequest, {
      name: 'money that AWS takes for a review with all sources',
      value: dollars,
      unit: '$',
      against: `as --plan says it: $${costLimits.dollarsPerRequest} for each ${costLimits.accountsPerQuestion} accounts, nothing split and one page each`,
    }),
  ];
}

/** The result of a review with these sources on, and the seconds that it took. */
function measured(accounts: number, sources: object): Promise<readonly [ReviewResult, number]> {
  const configuration = parseConfiguration({ sources });
  if (!configuration.ok) throw new Error(configuration.reasons[0].detail);
  return withSandboxBeside(organizationOf(accounts), ['--throttle'], async () => {
    const startedAt = performance.now();
    const { result } = await runReview(wireReview(), { dryRun: true, scope: unit }, configuration.value);
    return [result, (performance.now() - startedAt) / 1000];
  });
}

/** An OU with an allow list and two services in it that nobody uses. */
function organizationOf(accounts: number): Scenario {
  const services = ['ec2', 'iam', 'kms', 'lambda', 'logs', 's3', 'sqs', 'sts'];
  const usage = Object.fromEntries(services.map((service) => [service, { daysAgo: 2, region: 'us-east-1' }]));
  const account = (index: number) => ({
    account: String(200_000_000_000 + index),
    name: `account-${index}`,
    joined: '2023-01-05',
    usage,
  });
  const Action = [...services, 'dms', 'lex'].map((service) => `${service}:*`);
  return {
    organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
    trustedServices: ['account.amazonaws.com'],
    report: { jobSeconds },
    trail: { ...trail, outputLocation: 's3://results/', seconds: 0 },
    // Where nobody paid for anything Cost Explorer may have no data, which proves nothing.
    cost: { [account(0).account]: [{ service: 'Amazon Simple Storage Service', amount: 12.5 }] },
    root: {
      id: 'r-ex01',
      children: [
        { account: '111111111111', name: 'management', joined: '2020-01-05' },
        { ou: unit, name: 'Bench', children: Array.from({ length: accounts }, (_, index) => account(index)) },
      ],
    },
    policies: [
      {
        id: 'p-allowlist0',
        name: 'AllowList',
        targets: [unit],
        content: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] },
      },
    ],
  };
}
