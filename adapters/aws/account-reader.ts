import {
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  type IAMClient,
  type SummaryKeyType,
} from '@aws-sdk/client-iam';
import { identityLimits } from '../../core/base/limits.ts';
import type {
  AccountIdentities,
  Group,
  IdentityQuotas,
  ManagedPolicy,
  Role,
  User,
} from '../../core/identity/account-identities.ts';
import { concurrently } from '../concurrently.ts';
import type { AccountReader } from '../identity-ports.ts';
import type { Clock } from '../ports.ts';
import { type AccountPage, toAccountPage } from './account-details.ts';
import { nextMarker, unlessAbsent } from './iam-pages.ts';
import { readManagedPolicy, readMarksOfPolicy } from './managed-policy-reader.ts';
import { readPages } from './pages.ts';
import { isAwsRefusal, refusing } from './refusal.ts';

/** Policies looked into at a time. */
const policiesAtOnce = 8;

/** Reads the account that the client's credentials are of. */
export function createAccountReader(
  client: IAMClient,
  account: { readonly accountId: string; readonly partition: string },
  clock: Clock,
): AccountReader {
  return {
    readIdentities: () => readIdentities(client, account, clock),
    rolePages: () => rolePages(client),
    readPolicyMarks: async (policyArns) => {
      const marks = await concurrently(policyArns, policiesAtOnce, (arn) =>
        // Gone is told from denied by being left out.
        unlessAbsent(async () => [arn, await readMarksOfPolicy(client, arn)] as const),
      );
      return new Map(marks.filter((entry) => entry !== null));
    },
  };
}

async function readIdentities(
  client: IAMClient,
  account: { readonly accountId: string; readonly partition: string },
  clock: Clock,
): Promise<AccountIdentities> {
  const readAt = clock.now();
  const quotas = await readQuotas(client);
  const users: User[] = [];
  const groups: Group[] = [];
  const roles: Role[] = [];
  const listed: ManagedPolicy[] = [];
  for await (const page of accountPages(client)) {
    users.push(...page.users);
    groups.push(...page.groups);
    roles.push(...page.roles);
    listed.push(...page.policies);
  }
  const inUse = policiesInUse([...users, ...groups, ...roles]);
  const policies = await withTexts(
    client,
    listed.filter(({ arn, isAwsManaged }) => !isAwsManaged || inUse.has(arn)),
    inUse,
  );
  return { ...account, users, groups, roles, policies, quotas, readAt };
}

/** ARNs of every managed policy that is attached to something or bounds it. */
function policiesInUse(principals: readonly (User | Group | Role)[]): ReadonlySet<string> {
  const arns = principals.flatMap((principal) => [
    ...principal.attached,
    ...(principal.type !== 'group' && principal.boundary ? [principal.boundary] : []),
  ]);
  return new Set(arns);
}

/** Adds the policies in use that were not delivered, or not with the text in force: those of AWS, and those made while the pages were read. */
async function withTexts(
  client: IAMClient,
  policies: readonly ManagedPolicy[],
  inUse: ReadonlySet<string>,
): Promise<readonly ManagedPolicy[]> {
  const whole = policies.filter(({ defaultVersionId, versions }) =>
    versions.some(({ id }) => id === defaultVersionId),
  );
  const known = new Set(whole.map(({ arn }) => arn));
  const wanted = new Set([...policies.map(({ arn }) => arn), ...inUse]);
  const missing = [...wanted].filter((arn) => !known.has(arn));
  const read = await concurrently(missing, policiesAtOnce, (arn) => readManagedPolicy(client, arn));
  return [...whole, ...read.filter((policy) => policy !== null)];
}

/** One page at a time: what AWS sent of it is let go before the next is asked for. */
async function* accountPages(client: IAMClient, filter?: 'Role'): AsyncGenerator<AccountPage> {
  const operation = 'GetAccountAuthorizationDetails';
  const pages = readPages<AccountPage>(operation, async (marker) => {
    const input = {
      MaxItems: identityLimits.detailItems,
      Marker: marker,
      ...(filter === undefined ? {} : { Filter: [filter] }),
    };
    const page = await client.send(new GetAccountAuthorizationDetailsCommand(input));
    return { items: [toAccountPage(page)], nextToken: nextMarker(operation, page) };
  });
  for await (const page of pages) yield* page;
}

async function* rolePages(client: IAMClient): AsyncGenerator<readonly Role[]> {
  for await (const { roles } of accountPages(client, 'Role')) if (roles.length > 0) yield roles;
}

const quotaKeys = {
  attachedPoliciesPerUser: 'AttachedPoliciesPerUserQuota',
  attachedPoliciesPerGroup: 'AttachedPoliciesPerGroupQuota',
  attachedPoliciesPerRole: 'AttachedPoliciesPerRoleQuota',
  groupsPerUser: 'GroupsPerUserQuota',
  policies: 'PoliciesQuota',
  policiesInUse: 'Policies',
  policyCharacters: 'PolicySizeQuota',
  versionsPerPolicy: 'VersionsPerPolicyQuota',
  userInlineCharacters: 'UserPolicySizeQuota',
  groupInlineCharacters: 'GroupPolicySizeQuota',
  roleInlineCharacters: 'RolePolicySizeQuota',
} as const satisfies Readonly<Record<keyof IdentityQuotas, SummaryKeyType>>;

/** Null where the caller may not read them, or AWS gives only some: half of them would be taken for all. */
async function readQuotas(client: IAMClient): Promise<IdentityQuotas | null> {
  try {
    const { SummaryMap } = await refusing('GetAccountSummary', () =>
      client.send(new GetAccountSummaryCommand({})),
    );
    const figures = Object.entries(quotaKeys).map(([name, key]) => [name, SummaryMap?.[key]] as const);
    if (figures.some(([, figure]) => !Number.isInteger(figure))) return null;
    return Object.fromEntries(figures) as unknown as IdentityQuotas;
  } catch (error) {
    if (isAwsRefusal(error) && error.kind === 'access-denied') return null;
    throw error;
  }
}
