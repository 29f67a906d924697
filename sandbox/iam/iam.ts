import type { Caller, Callers } from '../callers.ts';
import type { FaultBox } from '../faults.ts';
import type { QueryDialect } from '../query-protocol.ts';
import { type QueryOperations, queryService } from '../query-service.ts';
import type { ReportPace } from '../report-jobs.ts';
import type { SandboxService } from '../service.ts';
import type { World } from '../world.ts';
import { accountReads } from './account-reads.ts';
import type { IamAccounts } from './accounts.ts';
import { authorize, resourceOf } from './authorize.ts';
import { credentialReads } from './credential-reads.ts';
import { createIdentityJobs } from './identity-jobs.ts';
import { identityReportOperations } from './identity-reports.ts';
import type { IamOperations } from './operation.ts';
import { organizationReportOperations } from './organization-reports.ts';
import { policyReads } from './policy-reads.ts';
import { policyWrites } from './policy-writes.ts';
import { principalWrites } from './principal-writes.ts';
import { principalReads } from './reads.ts';
import { simulations } from './simulate.ts';

const dialect: QueryDialect = { xmlns: 'https://iam.amazonaws.com/doc/2010-05-08/', version: '2010-05-08' };

/** Operations on the account of whoever calls, each allowed or refused before it begins. */
const ofCallersAccount = (world: World, accounts: IamAccounts, operations: IamOperations): QueryOperations =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (caller: Caller, input: URLSearchParams) => {
        const account = accounts.of(caller.accountId);
        const resource = resourceOf(account.written, input);
        authorize(caller, account, `iam:${name}`, resource, input.get('PolicyArn'));
        return operation({ caller, account, state: account.visible(name), now: world.now() }, input);
      },
    ]),
  );

/** IAM (Query, version 2010-05-08): identities of every account, last accessed reports, organizations access reports. */
export const createIam = (
  world: World,
  accounts: IamAccounts,
  callers: Callers,
  faults: FaultBox,
  pace: ReportPace,
): SandboxService =>
  queryService('iam', dialect, callers, {
    ...ofCallersAccount(world, accounts, {
      ...principalReads,
      ...policyReads,
      ...accountReads,
      ...credentialReads,
      ...principalWrites,
      ...policyWrites,
      ...simulations,
      ...identityReportOperations(world, createIdentityJobs(world, faults, pace)),
    }),
    ...organizationReportOperations(world, faults, pace),
  });
