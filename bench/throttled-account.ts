import { wireIdentities } from '../adapters/wire-identities.ts';
import { parseConfiguration } from '../core/base/configuration.ts';
import { reviewAccount } from '../flow/identities/review-account.ts';
import type { Scenario } from '../sandbox/scenario.ts';
import { identityBoundFormula, identityBoundSeconds } from './baseline-identity-calls.ts';
import { atMost, type FigureOptions, information, type Row } from './figure.ts';
import { withSandboxBeside } from './sandbox-beside.ts';

const accountId = '111111111111';

/** The time of a review of a whole account at action level where AWS throttles as assumed, beside the throttle bound. */
export async function measureThrottledAccount({ quick }: FigureOptions): Promise<readonly Row[]> {
  const { roles, longest } = quick ? { roles: 240, longest: 1 } : { roles: 1_000, longest: 2 };
  return withSandboxBeside(accountOf(roles, longest), ['--throttle'], async () => {
    const parsed = parseConfiguration({});
    if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
    const configuration = parsed.value;
    const ports = wireIdentities(configuration.memberRoles);
    const given = { configuration, organization: null, reviewId: 'rev-bench' };
    const startedAt = performance.now();
    const event = { all: true, dryRun: true, level: 'action' } as const;
    const run = await reviewAccount(ports, accountId, event, given);
    const seconds = (performance.now() - startedAt) / 1000;
    if (run.status !== 'reviewed' || run.result.status !== 'completed')
      throw new Error('the account was not reviewed to the end');
    const { subjects, metrics } = run.result;
    if (subjects.length < roles) throw new Error(`only ${subjects.length} subjects were judged`);
    const bound = identityBoundSeconds(subjects.length);
    const calls = Object.values(metrics.apiCalls).reduce((sum, count) => sum + count, 0);
    const name = `account with ${roles.toLocaleString('en-US')} roles at action level, throttled`;
    return [
      atMost(1.2, { name, value: seconds / bound, unit: '×', against: identityBoundFormula }),
      information({
        name: 'calls that were throttled',
        value: metrics.throttled / calls,
        unit: '×',
        against: `${calls} calls of the same review, none of them in vain for ever: every report was made`,
      }),
    ];
  });
}

function accountOf(roles: number, longest: number): Scenario {
  const Statement = [{ Effect: 'Allow', Action: ['s3:Get*', 's3:Put*', 'ec2:*'], Resource: '*' }];
  return {
    organization: { id: 'o-exampleorg1', managementAccountId: accountId },
    root: { id: 'r-ex01' },
    report: { jobSeconds: [0.5, longest] },
    identities: {
      [accountId]: {
        generate: {
          roles,
          createdDaysAgo: 900,
          inline: { own: { Version: '2012-10-17', Statement } },
          use: { service: 's3', every: 2 },
        },
      },
    },
  };
}
