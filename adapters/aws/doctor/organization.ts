import { GetOrganizationsAccessReportCommand, type IAMClient } from '@aws-sdk/client-iam';
import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  ListOrganizationalUnitsForParentCommand,
  ListPoliciesCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { CallerReading, Readings, TriedCall } from '../../../core/doctor/readings.ts';
import type { Clock } from '../../ports.ts';
import { AwsRefusal, isAwsRefusal, refusing } from '../refusal.ts';

/** Attached to every entity by AWS, so that it is there wherever SCPs are enabled. */
const fullAccessPolicyId = 'p-FullAWSAccess';
/** The id of a report that no account has. */
const noReport = '00000000-0000-0000-0000-000000000000';

/** Who calls, with the time of the answer by AWS's clock (its Date header) and by ours. */
export async function readCaller(client: STSClient, clock: Clock): Promise<CallerReading> {
  let awsTime: number | null = null;
  let ourTime = clock.now();
  client.middlewareStack.add(
    (next) => async (call) => {
      const answer = await next(call);
      const { headers } = answer.response as { readonly headers?: Readonly<Record<string, string>> };
      const date = Date.parse(headers?.date ?? '');
      awsTime = Number.isNaN(date) ? null : date;
      ourTime = clock.now();
      return answer;
    },
    { step: 'deserialize', name: 'dateOfAnswer', override: true },
  );
  const operation = 'GetCallerIdentity';
  const { Account, Arn } = await refusing(operation, () => client.send(new GetCallerIdentityCommand({})));
  if (!Account || !Arn) throw unreadable(operation, 'the answer names no account');
  return { accountId: Account, arn: Arn, region: await client.config.region(), ourTime, awsTime };
}

/** The organization and its management account. */
export async function readOrganization(client: OrganizationsClient): Promise<Readings['organization']> {
  const operation = 'DescribeOrganization';
  const { Organization } = await refusing(operation, () => client.send(new DescribeOrganizationCommand({})));
  const { FeatureSet = '', Id, MasterAccountId } = Organization ?? {};
  if (!Id || !MasterAccountId) throw unreadable(operation, 'the answer names no organization');
  return { id: Id, managementAccountId: MasterAccountId, features: FeatureSet };
}

/** The root, and whether SCPs are enabled on it. */
export async function readRoot(client: OrganizationsClient): Promise<Readings['root']> {
  const operation = 'ListRoots';
  const { Roots } = await refusing(operation, () => client.send(new ListRootsCommand({})));
  const [root] = Roots ?? [];
  if (!root?.Id) throw unreadable(operation, 'the answer names no root');
  const scpsEnabled =
    root.PolicyTypes?.some(
      ({ Status, Type }) => Type === 'SERVICE_CONTROL_POLICY' && Status === 'ENABLED',
    ) === true;
  return { id: root.Id, scpsEnabled };
}

/** Calls of a review that change nothing, one of each. A report that does not exist is an answer: AWS looks at the permission first. */
export async function tryReads(
  organizations: OrganizationsClient,
  iam: IAMClient,
  rootId: string,
): Promise<readonly TriedCall[]> {
  const page = { MaxResults: 1 };
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    ListAccounts: () => organizations.send(new ListAccountsCommand(page)),
    ListAccountsForParent: () =>
      organizations.send(new ListAccountsForParentCommand({ ...page, ParentId: rootId })),
    ListOrganizationalUnitsForParent: () =>
      organizations.send(new ListOrganizationalUnitsForParentCommand({ ...page, ParentId: rootId })),
    ListPolicies: () =>
      organizations.send(new ListPoliciesCommand({ ...page, Filter: 'SERVICE_CONTROL_POLICY' })),
    ListTargetsForPolicy: () =>
      organizations.send(new ListTargetsForPolicyCommand({ ...page, PolicyId: fullAccessPolicyId })),
    DescribePolicy: () => organizations.send(new DescribePolicyCommand({ PolicyId: fullAccessPolicyId })),
    ListTagsForResource: () => organizations.send(new ListTagsForResourceCommand({ ResourceId: rootId })),
    ListAWSServiceAccessForOrganization: () =>
      organizations.send(new ListAWSServiceAccessForOrganizationCommand(page)),
    ListDelegatedAdministrators: () => organizations.send(new ListDelegatedAdministratorsCommand(page)),
    GetOrganizationsAccessReport: () =>
      iam.send(new GetOrganizationsAccessReportCommand({ JobId: noReport })),
  };
  const tried: TriedCall[] = [];
  for (const [operation, call] of Object.entries(calls)) {
    const prefix = operation === 'GetOrganizationsAccessReport' ? 'iam' : 'organizations';
    tried.push({ action: `${prefix}:${operation}`, ...(await refusalOf(operation, call)) });
  }
  return tried;
}

/** Null where the call was answered, or where what it names does not exist. */
async function refusalOf(
  operation: string,
  call: () => Promise<unknown>,
): Promise<Pick<TriedCall, 'isDenied' | 'refusal'>> {
  try {
    await refusing(operation, call);
    return { refusal: null, isDenied: false };
  } catch (error) {
    if (!isAwsRefusal(error)) throw error;
    const isAnswer = error.kind === 'other' && error.refusedByAws;
    return { refusal: isAnswer ? null : error.message, isDenied: error.kind === 'access-denied' };
  }
}

function unreadable(operation: string, said: string): AwsRefusal {
  return new AwsRefusal({ operation, code: 'UNREADABLE_ANSWER', kind: 'answer', said });
}
