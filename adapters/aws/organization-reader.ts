import {
  DescribeOrganizationCommand,
  ListRootsCommand,
  type OrganizationsClient,
  type Root,
} from '@aws-sdk/client-organizations';
import type { OrganizationFacts } from '../../core/organization/organization.ts';
import type { Caller, Clock, Organization, ReadingPages } from '../ports.ts';
import { anew, readAll } from './pages.ts';
import { readPolicyTexts, readServiceControlPolicies } from './policy-reader.ts';
import { AwsRefusal, refusing } from './refusal.ts';
import { readAccountsByPath, readMembers } from './tree-reader.ts';
import { readTrustedServices } from './trusted-services.ts';

/** A tree that keeps changing while it is read is read so many times in all. */
const treeReads = 3;

/** Reads the organization through the Organizations API. The reads run beside each other; the client's meter keeps them within AWS's rates. */
export function createOrganizationReader(
  client: OrganizationsClient,
  caller: Caller,
  clock: Clock,
): Organization {
  return {
    readTree: (pages) => readTree(client, caller, clock, pages),
    readAccountParents: () => readParents(client, caller, clock),
    readPolicies: (textsUntil = Number.NEGATIVE_INFINITY, pages) =>
      readServiceControlPolicies(client, { clock, until: textsUntil, pages }),
    readTexts: (policies, policyIds, deadline = Number.POSITIVE_INFINITY, pages) =>
      readPolicyTexts(client, policies, policyIds, { clock, until: deadline, pages }),
    readTrustedServices: (pages) => readTrustedServices(client, pages),
  };
}

async function readTree(
  client: OrganizationsClient,
  caller: Caller,
  clock: Clock,
  pages?: ReadingPages,
): Promise<OrganizationFacts> {
  // Both are waited for: a member account may not list roots either, but that it is a member account says more.
  const [organizationRead, rootsRead] = await Promise.allSettled([
    readOrganization(client, caller),
    readRoots(client),
  ]);
  const organization = settledValue(organizationRead);
  const root = checkedRoot(settledValue(rootsRead));
  for (let reads = 1; ; reads += 1) {
    const members = await readMembers(client, root.id, clock, reads === 1 ? pages : anew(pages));
    const unplaced = findUnplaced(root.id, members);
    if (unplaced === null) return { ...organization, root, ...members };
    if (reads === treeReads) {
      const said = `${unplaced} moved, came or went while the tree was read, ${treeReads} times in a row`;
      throw new AwsRefusal({
        operation: 'ListAccounts',
        code: 'TREE_CHANGING',
        kind: 'other',
        said,
        hint: 'try again later',
      });
    }
  }
}

function settledValue<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

async function readParents(
  client: OrganizationsClient,
  caller: Caller,
  clock: Clock,
): Promise<ReadonlyMap<string, string>> {
  const accounts =
    (await readAccountsByPath(client, clock)) ?? (await readTree(client, caller, clock)).accounts;
  return new Map(accounts.map((account) => [account.id, account.parentId]));
}

/** Access reports are for the management account alone, so nobody else gets any further. */
async function readOrganization(client: OrganizationsClient, caller: Caller) {
  const operation = 'DescribeOrganization';
  const [{ Organization: organization }, { accountId }] = await Promise.all([
    refusing(operation, () => client.send(new DescribeOrganizationCommand({}))),
    caller.identity(),
  ]);
  const id = organization?.Id;
  const managementAccountId = organization?.MasterAccountId;
  if (!id || !managementAccountId) {
    throw new AwsRefusal({
      operation,
      code: 'UNREADABLE_ANSWER',
      kind: 'answer',
      said: 'the answer names no organization',
    });
  }
  if (managementAccountId !== accountId) {
    const said = `the caller belongs to account ${accountId}, the management account is ${managementAccountId}`;
    const hint = 'run with credentials of the management account';
    throw new AwsRefusal({ operation, code: 'NOT_MANAGEMENT_ACCOUNT', kind: 'set-up', said, hint });
  }
  return { id, managementAccountId };
}

function readRoots(client: OrganizationsClient): Promise<Root[]> {
  return readAll('ListRoots', async (token) => {
    const page = await client.send(new ListRootsCommand({ NextToken: token }));
    return { items: page.Roots, nextToken: page.NextToken };
  });
}

function checkedRoot(roots: readonly Root[]): OrganizationFacts['root'] {
  const operation = 'ListRoots';
  const [root] = roots;
  if (!root?.Id)
    throw new AwsRefusal({
      operation,
      code: 'UNREADABLE_ANSWER',
      kind: 'answer',
      said: 'the answer names no root',
    });
  const enabled = root.PolicyTypes?.some(
    ({ Type, Status }) => Type === 'SERVICE_CONTROL_POLICY' && Status === 'ENABLED',
  );
  if (!enabled) {
    const said = `SCPs are not enabled on the root ${root.Id}`;
    const hint = 'enable the policy type SERVICE_CONTROL_POLICY';
    throw new AwsRefusal({ operation, code: 'SCPS_NOT_ENABLED', kind: 'set-up', said, hint });
  }
  return { id: root.Id, name: root.Name ?? 'Root' };
}

/** The first entity that was seen twice or whose parent was not seen: pages of one list are not one instant. */
function findUnplaced(
  rootId: string,
  members: Pick<OrganizationFacts, 'organizationalUnits' | 'accounts'>,
): string | null {
  const holders = new Set([rootId, ...members.organizationalUnits.map(({ id }) => id)]);
  const seen = new Set<string>();
  for (const { id, parentId } of [...members.organizationalUnits, ...members.accounts]) {
    if (seen.has(id) || !holders.has(parentId)) return id;
    seen.add(id);
  }
  return null;
}
