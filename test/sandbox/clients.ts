import {
  GenerateOrganizationsAccessReportCommand,
  GetOrganizationsAccessReportCommand,
  type GetOrganizationsAccessReportCommandOutput,
  IAMClient,
} from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { STSClient } from '@aws-sdk/client-sts';
import type { Scenario } from '../../sandbox/scenario.ts';
import type { Sandbox } from '../../sandbox/server.ts';

/** Credentials of a call: an access key id, or a whole session. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** SDK clients that talk to one sandbox with one set of credentials and never retry. */
export const clientsOf = (sandbox: Sandbox, credentials: Credentials | string = 'AKIATEST') => {
  const options = {
    endpoint: sandbox.endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials:
      typeof credentials === 'string' ? { accessKeyId: credentials, secretAccessKey: 'secret' } : credentials,
  };
  const clients = {
    organizations: new OrganizationsClient(options),
    iam: new IAMClient(options),
    sts: new STSClient(options),
  };
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
};

/** The error that a call ends with; fails if it succeeds. */
export const errorOf = async (
  call: Promise<unknown>,
): Promise<Record<string, unknown> & { readonly name: string; readonly message: string }> => {
  try {
    await call;
  } catch (error) {
    return error as Record<string, unknown> & { readonly name: string; readonly message: string };
  }
  throw new Error('the call succeeded');
};

/** Generates a report and polls until it is finished. */
export const finishedReport = async (
  iam: IAMClient,
  entityPath: string,
  extra: { readonly policyId?: string; readonly maxItems?: number } = {},
): Promise<GetOrganizationsAccessReportCommandOutput> => {
  const { JobId } = await iam.send(
    new GenerateOrganizationsAccessReportCommand({
      EntityPath: entityPath,
      OrganizationsPolicyId: extra.policyId,
    }),
  );
  for (;;) {
    const report = await iam.send(
      new GetOrganizationsAccessReportCommand({ JobId, MaxItems: extra.maxItems ?? 1000 }),
    );
    if (report.JobStatus !== 'IN_PROGRESS') return report;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** A small organization: `ou-ex01-development` with a nested team, and `ou-ex01-production`. */
export const smallScenario: Scenario = {
  organization: { id: 'o-exampleorg1', managementAccountId: '111111111111' },
  root: {
    id: 'r-ex01',
    children: [
      {
        ou: 'ou-ex01-development',
        name: 'Development',
        tags: { owner: 'john' },
        children: [
          {
            account: '222222222222',
            name: 'dev-1',
            joined: '2024-01-05',
            usage: { s3: { daysAgo: 2 }, lex: { daysAgo: 213, region: 'eu-west-1' } },
          },
          {
            account: '222222222223',
            name: 'dev-2',
            state: 'SUSPENDED',
            usage: { s3: { daysAgo: 9 }, dms: { daysAgo: 399 }, sqs: { daysAgo: 401 } },
          },
          {
            ou: 'ou-ex01-developteam',
            name: 'Team',
            children: [{ account: '222222222224', name: 'dev-3', usage: { lambda: { daysAgo: 0.5 } } }],
          },
        ],
      },
      {
        ou: 'ou-ex01-production',
        name: 'Production',
        children: [
          { account: '333333333333', name: 'prod-1', usage: { s3: { daysAgo: 1, region: 'eu-central-1' } } },
        ],
      },
      {
        account: '111111111111',
        name: 'management',
        usage: { organizations: { daysAgo: 0 }, s3: { daysAgo: 0 } },
      },
    ],
  },
  policies: [
    {
      id: 'p-newsvctest',
      name: 'NewServiceTest',
      content: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['lex:*', 'dms:*'], Resource: '*' }],
      },
      targets: ['ou-ex01-development'],
    },
    {
      id: 'p-unattached',
      name: 'Unattached',
      content: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] },
      tags: { team: 'security' },
    },
  ],
};
