import { type CompletedReport, namedAccount, type ServiceRow } from '../core/finding/access-report.ts';
import {
  type Account,
  accountsBelow,
  type Entity,
  entityOf,
  type OrganizationTree,
} from '../core/organization/organization.ts';

/** Milliseconds of a day. */
export const day = 86_400_000;
/** The instant that every made-up review judges from. */
export const now = Date.parse('2026-11-22T09:00:00Z');

/** Days since an account's last use of a service, given by its index; null: none. */
export type DaysSinceUse = (account: Account, service: number) => number | null;

/** The report that AWS would make of an entity: a row for each service. */
export function trueReport(
  tree: OrganizationTree,
  entity: Entity,
  services: readonly string[],
  daysSinceUse: DaysSinceUse,
): CompletedReport {
  const accounts = accountsBelow(tree, entity.id);
  const rows = new Map(
    services.map((service, index) => [
      service,
      rowOf(tree, accounts, service, (one) => daysSinceUse(one, index)),
    ]),
  );
  const times = { createdAt: now - 3_000, completedAt: now - 1_000 };
  return { status: 'completed', entityId: entity.id, jobId: `job-${entity.id}`, ...times, rows };
}

function rowOf(
  tree: OrganizationTree,
  accounts: readonly Account[],
  service: string,
  daysSinceUse: (account: Account) => number | null,
): ServiceRow {
  let last: { readonly account: Account; readonly daysAgo: number } | null = null;
  let users = 0;
  for (const account of accounts) {
    const daysAgo = daysSinceUse(account);
    if (daysAgo === null) continue;
    users += 1;
    if (last === null || daysAgo < last.daysAgo) last = { account, daysAgo };
  }
  return {
    serviceNamespace: service,
    serviceName: `Service ${service}`,
    lastAccessedAt: last === null ? null : now - last.daysAgo * day,
    lastAccessedBy: namedAccount(last === null ? null : entityOf(tree, last.account.id).path),
    lastAccessedRegion: last === null ? null : 'eu-west-1',
    accountsEverUsed: users,
  };
}

/** A number that looks like chance and is always the same for the same two numbers: below 2^24. */
export function scattered(one: number, other: number): number {
  const mixed = Math.imul(one + 1, 0x9e3779b1) ^ Math.imul(other + 1, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 8;
}
