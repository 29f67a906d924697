import {
  GenerateOrganizationsAccessReportCommand,
  GetOrganizationsAccessReportCommand,
  type GetOrganizationsAccessReportResponse,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { ListAccountsCommand, type OrganizationsClient } from '@aws-sdk/client-organizations';
import type { Clock } from '../adapters/ports.ts';
import { outcomeOf, type Point } from './points.ts';

/** What is needed to look at access reports. Paths as in the organization's tree: `o-…/r-…/ou-…`. */
export interface ReportSetup {
  readonly iam: IAMClient;
  readonly organizations: OrganizationsClient;
  readonly clock: Clock;
  readonly ouPath: string;
  readonly rootPath: string;
  /** How long AWS hands out the same job again, with some seconds to spare. */
  readonly reuseMilliseconds: number;
}

/** AWS's own reports took up to 12 seconds; more than this is not waited for. */
const mostSeconds = 120;
/** What the product assumes of access reports, in the order in which it is looked at: some look at a job that the one before started. */
export const reportPoints: readonly Point<ReportSetup>[] = [
  {
    name: 'a report of the OU, with every service in it',
    assumed: 'COMPLETED, as many rows as services that AWS counts',
    look: async (setup) => {
      const report = await finished(setup, await generate(setup, setup.ouPath));
      if (report.JobStatus !== 'COMPLETED') return failureOf(report);
      const { AccessDetails = [], IsTruncated, NumberOfServicesAccessible } = report;
      return !IsTruncated && AccessDetails.length === NumberOfServicesAccessible
        ? 'COMPLETED, as many rows as services that AWS counts'
        : `COMPLETED, ${AccessDetails.length} rows${IsTruncated ? ' and more' : ''}, ${NumberOfServicesAccessible} services by AWS's count`;
    },
  },
  {
    name: 'rows of services that nobody used',
    assumed: 'no time, no account, 0 entities',
    look: async (setup) => {
      const { AccessDetails = [] } = await finished(setup, await generate(setup, setup.ouPath));
      const unused = AccessDetails.filter(({ LastAuthenticatedTime }) => LastAuthenticatedTime === undefined);
      const odd = unused.find(
        ({ EntityPath, TotalAuthenticatedEntities }) => EntityPath || TotalAuthenticatedEntities !== 0,
      );
      return odd === undefined ? 'no time, no account, 0 entities' : JSON.stringify(odd);
    },
  },
  {
    name: 'the same report asked for again within a minute',
    assumed: 'the same job',
    look: async (setup) => {
      const first = await generate(setup, setup.ouPath);
      return first === (await generate(setup, setup.ouPath)) ? 'the same job' : 'another job';
    },
  },
  {
    name: 'another report asked for while one is being made',
    assumed: 'refused: ReportGenerationLimitExceededException',
    look: async (setup) => {
      // After the window a new job of the OU is made, and keeps the one slot busy.
      await setup.clock.wait(setup.reuseMilliseconds);
      const running = await generate(setup, setup.ouPath);
      const outcome = await outcomeOf(generate(setup, setup.rootPath));
      await finished(setup, running);
      return outcome;
    },
  },
  {
    name: 'a report of a path with a slash at its end',
    assumed: 'FAILED: INVALID_ORGANIZATIONS_ENTITY_PATH',
    look: async (setup) => failureOf(await finished(setup, await generate(setup, `${setup.ouPath}/`))),
  },
  {
    name: 'a report of another organization',
    assumed: 'refused: AccessDenied',
    look: (setup) => outcomeOf(generate(setup, `o-${'0'.repeat(10)}/r-0000`)),
  },
  {
    name: 'a job that nobody started',
    assumed: 'refused: NoSuchEntityException',
    look: ({ iam }) =>
      outcomeOf(
        iam.send(new GetOrganizationsAccessReportCommand({ JobId: '00000000-0000-4000-8000-000000000000' })),
      ),
  },
  {
    name: 'what a list of accounts tells',
    assumed: 'state and path of every account',
    look: async ({ organizations }) => {
      const { Accounts = [] } = await organizations.send(new ListAccountsCommand({}));
      const without = Accounts.find(({ Paths, State }) => State === undefined || Paths === undefined);
      return without === undefined
        ? 'state and path of every account'
        : `only ${Object.keys(without).join(', ')}`;
    },
  },
];

async function generate({ iam }: ReportSetup, path: string): Promise<string> {
  const { JobId = '' } = await iam.send(new GenerateOrganizationsAccessReportCommand({ EntityPath: path }));
  return JobId;
}

async function finished(
  { clock, iam }: ReportSetup,
  jobId: string,
): Promise<GetOrganizationsAccessReportResponse> {
  const giveUpAt = clock.now() + mostSeconds * 1000;
  for (;;) {
    const report = await iam.send(new GetOrganizationsAccessReportCommand({ JobId: jobId, MaxItems: 1000 }));
    if (report.JobStatus !== 'IN_PROGRESS' || clock.now() > giveUpAt) return report;
    await clock.wait(500);
  }
}

function failureOf({ ErrorDetails, JobStatus }: GetOrganizationsAccessReportResponse): string {
  return ErrorDetails ? `${JobStatus}: ${ErrorDetails.Code}` : String(JobStatus);
}
