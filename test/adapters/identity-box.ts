import { type Credentials, createIamClient } from '../../adapters/aws/clients.ts';
import { createIdentityReports } from '../../adapters/aws/identity-reports.ts';
import { createMeter } from '../../adapters/aws/meter.ts';
import { createPatience } from '../../adapters/aws/patience.ts';
import type { JobTimes } from '../../adapters/aws/report-job.ts';
import { systemClock } from '../../adapters/clock.ts';
import type { Clock } from '../../adapters/ports.ts';
import type { ScenarioIdentities } from '../../sandbox/iam/scenario-identities.ts';
import type { Scenario } from '../../sandbox/scenario.ts';

/** The account of the sandbox's own credentials, and two members, one of which cannot be entered. */
export const accounts = {
  own: '111111111111',
  member: '222222222222',
  closed: '333333333333',
} as const;

/** The roles of `defaultRoles` in the sandbox. */
export const memberRoles = {
  read: 'OrgAccessReviewerRead',
  write: 'OrgAccessReviewerWrite',
  externalId: 'reviewer-1',
} as const;

/** An organization whose management account and first member have this IAM. */
export function organizationWith(identities: ScenarioIdentities, more: Partial<Scenario> = {}): Scenario {
  return {
    organization: { id: 'o-exampleorg1', managementAccountId: accounts.own },
    root: {
      id: 'r-ex01',
      children: [
        { account: accounts.member, name: 'member', joined: '2023-01-05' },
        { account: accounts.closed, name: 'closed', joined: '2023-01-05' },
      ],
    },
    identities: {
      [accounts.own]: identities,
      [accounts.member]: identities,
      [accounts.closed]: { unreachable: true },
    },
    ...more,
  };
}

/** Reports of the sandbox's own account with few and short waits by its clock; milliseconds. The bound is far from what a slow machine takes. */
export function quickIdentityReports(
  times: Partial<JobTimes> = {},
  clock: Clock = systemClock,
  credentials?: Credentials,
) {
  const meter = createMeter(systemClock);
  const client = createIamClient(meter, createPatience(systemClock), credentials);
  const quick = { firstPollMilliseconds: 20, pollMilliseconds: 5_000, jobBoundMilliseconds: 60_000 };
  return { meter, reports: createIdentityReports(client, clock, { ...quick, ...times }) };
}
