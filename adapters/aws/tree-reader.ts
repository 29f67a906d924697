import {
  type Account as AwsAccount,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { organizationsLimits } from '../../core/base/limits.ts';
import type {
  Account,
  AccountState,
  OrganizationalUnit,
  OrganizationFacts,
} from '../../core/organization/organization.ts';
import { concurrently } from '../concurrently.ts';
import type { Clock, ReadingPages } from '../ports.ts';
import { orAnew, readAll, readPages } from './pages.ts';
import { shortAnswer } from './refusal.ts';

/** Reads in flight at a time: enough to use AWS's rate in spite of the latency, no more. */
const readsAtOnce = 8;

/** The OUs and accounts of an organization. */
export type Members = Pick<OrganizationFacts, 'organizationalUnits' | 'accounts'>;

/** Reads OUs and accounts with the fewest calls: ListAccounts where it gives paths, else ListAccountsForParent for every root and OU. */
export async function readMembers(
  client: OrganizationsClient,
  rootId: string,
  clock: Clock,
  pages?: ReadingPages,
): Promise<Members> {
  const [organizationalUnits, listed] = await Promise.all([
    readOrganizationalUnits(client, rootId, pages),
    readAccountsByPath(client, clock, pages),
  ]);
  if (listed) return { organizationalUnits, accounts: listed };
  const parentIds = [rootId, ...organizationalUnits.map(({ id }) => id)];
  const walked = await concurrently(parentIds, readsAtOnce, (parentId) =>
    readAccountsOf(client, parentId, clock, pages),
  );
  return { organizationalUnits, accounts: walked.flat() };
}

/** Level by level: an OU at the deepest level cannot hold another, so it is not asked. */
async function readOrganizationalUnits(
  client: OrganizationsClient,
  rootId: string,
  pages: ReadingPages | undefined,
): Promise<OrganizationalUnit[]> {
  const all: OrganizationalUnit[] = [];
  let parentIds = [rootId];
  for (
    let depth = 1;
    depth <= organizationsLimits.organizationalUnitDepth && parentIds.length > 0;
    depth += 1
  ) {
    const level = await concurrently(parentIds, readsAtOnce, (parentId) =>
      readChildUnits(client, parentId, pages),
    );
    const units = level.flat();
    all.push(...units);
    parentIds = units.map(({ id }) => id);
  }
  return all;
}

async function readChildUnits(
  client: OrganizationsClient,
  parentId: string,
  pages: ReadingPages | undefined,
): Promise<OrganizationalUnit[]> {
  const readPage = async (token: string | undefined) => {
    const page = await client.send(
      new ListOrganizationalUnitsForParentCommand({ ParentId: parentId, NextToken: token }),
    );
    const items = page.OrganizationalUnits?.map(({ Id, Name }) => {
      return { id: Id ?? '', name: Name ?? Id ?? '', parentId };
    });
    return { items, nextToken: page.NextToken };
  };
  return readAll('ListOrganizationalUnitsForParent', readPage, { pages, of: parentId });
}

/** Every account with its parent, from ListAccounts alone. Null where the API gives no paths (emulators, older partitions): then the rest of the list is of no use and is not read. */
export function readAccountsByPath(
  client: OrganizationsClient,
  clock: Clock,
  kept?: ReadingPages,
): Promise<Account[] | null> {
  const readPage = async (token: string | undefined) => {
    const page = await client.send(new ListAccountsCommand({ NextToken: token }));
    const items = page.Accounts?.map((account) => {
      const parentId = parentOf(account);
      return parentId === null ? null : toAccount(account, parentId, clock);
    });
    return { items, nextToken: page.NextToken };
  };
  return orAnew(kept, async (pages) => {
    const accounts: Account[] = [];
    for await (const page of readPages('ListAccounts', readPage, { pages })) {
      for (const account of page) {
        if (account === null) return null;
        accounts.push(account);
      }
    }
    if (accounts.length === 0) throw shortAnswer('ListAccounts', 'the list is empty, which it never is');
    return accounts;
  });
}

/** The path ends with the account itself and a slash, or with its parent: both were seen in AWS's documentation. */
function parentOf({ Id, Paths }: AwsAccount): string | null {
  const segments = (Paths?.[0] ?? '').split('/').filter((segment) => segment !== '');
  if (segments.at(-1) === Id) segments.pop();
  return segments.at(-1) ?? null;
}

async function readAccountsOf(
  client: OrganizationsClient,
  parentId: string,
  clock: Clock,
  pages: ReadingPages | undefined,
): Promise<Account[]> {
  const readPage = async (token: string | undefined) => {
    const page = await client.send(
      new ListAccountsForParentCommand({ ParentId: parentId, NextToken: token }),
    );
    const items = page.Accounts?.map((account) => toAccount(account, parentId, clock));
    return { items, nextToken: page.NextToken };
  };
  return readAll('ListAccountsForParent', readPage, { pages, of: parentId });
}

const states: readonly AccountState[] = [
  'PENDING_ACTIVATION',
  'ACTIVE',
  'SUSPENDED',
  'PENDING_CLOSURE',
  'CLOSED',
];

/** An account whose state is not known, or new to this program, is SUSPENDED to us: it counts in the blast radius and makes no finding. One without a date joined just now: young. One that AWS does not say it created may have a past elsewhere. */
function toAccount(account: AwsAccount, parentId: string, clock: Clock): Account {
  const id = account.Id ?? '';
  const state = states.find((known) => known === (account.State ?? account.Status)) ?? 'SUSPENDED';
  return {
    id,
    name: account.Name ?? id,
    parentId,
    state,
    joinedAt: account.JoinedTimestamp?.getTime() ?? clock.now(),
    invited: account.JoinedMethod !== 'CREATED',
  };
}
