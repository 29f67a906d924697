import { wireReview } from '../adapters/wire.ts';
import { wireIdentities } from '../adapters/wire-identities.ts';
import { parseConfiguration } from '../core/base/configuration.ts';
import { readOrganizationContext } from '../flow/identities/account-context.ts';
import { reviewAccounts } from '../flow/identities/across-accounts.ts';
import type { Scenario } from '../sandbox/scenario.ts';
import { chainFormula, slowestLane, walkChain } from './baseline-chain.ts';
import { atMost, type FigureOptions, type Row } from './figure.ts';
import { withSandboxBeside } from './sandbox-beside.ts';

/** Chains that are walked alone. */
const walked = 3;

/** The time of a review of many accounts, so many at a time, beside the slowest chain of calls at that width. */
export async function measureAcrossAccounts({ quick }: FigureOptions): Promise<readonly Row[]> {
  // In the range of AWS's own jobs, 0.5 to 11.7 s, and the same for all: the slowest lane is then known.
  const { accounts, jobSeconds, width } = quick
    ? { accounts: 30, jobSeconds: 3, width: 10 }
    : { accounts: 1_000, jobSeconds: 9, width: 40 };
  return withSandboxBeside(organizationOf(accounts, jobSeconds), [], async (endpoint) => {
    const chains: number[] = [];
    for (let number = 1; number <= walked; number += 1)
      chains.push(await walkChain(chainOf(endpoint, number)));
    const bound = slowestLane(chains, accounts, width);
    const parsed = parseConfiguration({ identities: { accountsSideBySide: width } });
    if (!parsed.ok) throw new Error(parsed.reasons[0].detail);
    const configuration = parsed.value;
    const ports = wireIdentities(configuration.memberRoles);
    const organization = await readOrganizationContext(wireReview().organization);
    if (organization === null) throw new Error('the organization was not read');
    const startedAt = performance.now();
    const given = { configuration, organization, reviewId: 'rev-bench' };
    const { totals } = await reviewAccounts(ports, unitId, { all: true, dryRun: true }, given);
    const milliseconds = performance.now() - startedAt;
    if (totals.completed !== accounts || totals.findings < accounts)
      throw new Error(`${totals.completed} of ${accounts} accounts were reviewed`);
    return [
      atMost(1.2, {
        name: `across ${accounts.toLocaleString('en-US')} accounts, ${width} at a time`,
        value: milliseconds / bound,
        unit: '×',
        against: `ceil(accounts ÷ ${width}) × the slowest of ${walked} chains. A chain is ${chainFormula}; every job takes ${jobSeconds} s`,
      }),
    ];
  });
}

const unitId = 'ou-ex01-generated';

function organizationOf(accounts: number, jobSeconds: number): Scenario {
  const Statement = [{ Effect: 'Allow', Action: ['sqs:*', 's3:*'], Resource: '*' }];
  return {
    organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
    root: { id: 'r-ex01' },
    report: { jobSeconds: [jobSeconds, jobSeconds] },
    generate: {
      ou: unitId,
      accounts,
      identities: {
        roles: [{ name: 'app', policies: ['App'] }],
        policies: [{ name: 'App', versions: [{ Version: '2012-10-17', Statement }] }],
        use: [{ by: 'role/app', service: 's3', daysAgo: 1 }],
      },
    },
  };
}

/** Every role of the account and the one policy that is attached. */
function chainOf(endpoint: string, number: number) {
  const account = `arn:aws:iam::7${String(number).padStart(11, '0')}`;
  const roles = ['app', 'OrgAccessReviewerRead', 'OrgAccessReviewerWrite', 'OrganizationAccountAccessRole'];
  return {
    endpoint,
    roleArn: `${account}:role/OrgAccessReviewerRead`,
    subjectArns: [...roles.map((name) => `${account}:role/${name}`), `${account}:policy/App`],
  };
}
