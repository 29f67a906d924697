import { randomUUID } from 'node:crypto';
import type { Callers } from './callers.ts';
import type { IamAccounts } from './iam/accounts.ts';
import { authorize } from './iam/authorize.ts';
import { QueryError } from './query-protocol.ts';
import type { SandboxService, WireRequest, WireResponse } from './service.ts';
import type { World } from './world.ts';

// AWS General Reference, "AWS Regions": enabled in every account, and those that an account opts in to.
const byDefault = [
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
  ...['ca-central-1', 'eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'sa-east-1'],
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
];
const optIn = [
  ...['af-south-1', 'ap-east-1', 'ap-east-2', 'ap-south-2', 'ap-southeast-3', 'ap-southeast-4'],
  ...['ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1', 'eu-central-2', 'eu-south-1'],
  ...['eu-south-2', 'il-central-1', 'me-central-1', 'me-south-1', 'mx-central-1'],
];

/** The Regions that each account opted in to, by its id. */
export type OptedInRegions = Map<string, readonly string[]>;

/** Items a page here: AWS takes up to 50 and may answer fewer. */
const pageItems = 15;

const headers = (): Record<string, string> => ({
  'content-type': 'application/json',
  'x-amzn-requestid': randomUUID(),
});

const refused = (status: number, code: string, message: string): WireResponse => ({
  status,
  headers: { ...headers(), 'x-amzn-errortype': code },
  body: JSON.stringify({ message }),
});

/** AWS Account Management's ListRegions (REST JSON), with trusted access where the scenario names `account.amazonaws.com`. */
export const createAccountManagement = (
  world: World,
  callers: Callers,
  accounts: IamAccounts,
  optedIn: OptedInRegions,
): SandboxService => {
  const list = (request: WireRequest): WireResponse => {
    const caller = callers.callerOf(request.accessKeyId ?? '');
    const { AccountId, MaxResults, NextToken } = JSON.parse(request.body.toString() || '{}');
    const accountId = String(AccountId ?? caller.accountId);
    authorize(caller, accounts.of(caller.accountId), 'account:ListRegions', '*');
    const isOther = AccountId !== undefined;
    if (isOther && accountId === world.managementAccountId)
      return refused(403, 'AccessDeniedException', 'The management account must be asked without AccountId.');
    const isTrusted = world.scenario.trustedServices?.includes('account.amazonaws.com') === true;
    if (isOther && (caller.accountId !== world.managementAccountId || !isTrusted)) {
      const why = 'Your organization must first enable trusted access with AWS Account Management.';
      return refused(
        403,
        'AccessDeniedException',
        `User: ${caller.arn} is not authorized to perform: account:ListRegions (${why})`,
      );
    }
    if (!world.accounts.has(accountId))
      return refused(404, 'ResourceNotFoundException', `No account ${accountId} in the organization.`);
    const enabled = optedIn.get(accountId) ?? [];
    const regions = [
      ...byDefault.map((name) => ({ RegionName: name, RegionOptStatus: 'ENABLED_BY_DEFAULT' })),
      ...[...new Set([...optIn, ...enabled])].map((name) => ({
        RegionName: name,
        RegionOptStatus: enabled.includes(name) ? 'ENABLED' : 'DISABLED',
      })),
    ];
    const start = Number(NextToken ?? 0);
    const end = start + Math.min(Number(MaxResults ?? pageItems), pageItems);
    const next = end < regions.length ? { NextToken: String(end) } : {};
    return {
      status: 200,
      headers: headers(),
      body: JSON.stringify({ Regions: regions.slice(start, end), ...next }),
    };
  };
  return {
    identify: (request) =>
      request.method === 'POST' && request.url === '/listRegions'
        ? { service: 'account', name: 'ListRegions' }
        : null,
    answer: async (request) => {
      try {
        return list(request);
      } catch (error) {
        if (error instanceof SyntaxError) return refused(400, 'ValidationException', error.message);
        if (error instanceof QueryError) return refused(403, 'AccessDeniedException', error.message);
        throw error;
      }
    },
    refuse: (_operation, { code, message, status }) =>
      code === 'Throttling'
        ? refused(429, 'TooManyRequestsException', message)
        : refused(status, code, message),
    close: async () => undefined,
  };
};
