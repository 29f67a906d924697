import type { AccessReport } from '../core/finding/access-report.ts';
import {
  type Account,
  buildTree,
  type Entity,
  type OrganizationalUnit,
  type OrganizationTree,
} from '../core/organization/organization.ts';
import { serviceCatalogue } from '../core/policy/service-catalogue.ts';
import type { ServiceControlPolicy } from '../core/policy/service-control-policy.ts';
import { reportBeside } from '../core/review/kept-once.ts';
import type { ReviewFacts, ReviewRequest } from '../core/review/review-facts.ts';
import { reviewOf } from './review-of.ts';
import { day, now, scattered, trueReport } from './true-reports.ts';

const rootId = 'r-ex01';
const services = [...serviceCatalogue.namespaces].sort().slice(0, 455);
/** Accounts for each OU: 50,000 make 2,000. */
const accountsPerUnit = 25;
/** One service in eight is used somewhere; each of these by every second OU of the lowest level. */
const usedShare = 8;

/** What a review of a large organization reads: every OU asked, 455 rows a report, and SCPs as AWS attaches them. The same every time. */
export function largeOrganization(accountCount: number): { facts: ReviewFacts; request: ReviewRequest } {
  const tree = treeOf(accountCount);
  return reviewOf({ tree, policies: policiesOf(tree), reports: reportsOf(tree) });
}

/** Ten OUs below the root, a tenth of all in the middle, the rest below these with all the accounts. */
function treeOf(accountCount: number): OrganizationTree {
  const unitCount = accountCount / accountsPerUnit;
  const middle = Math.max(10, unitCount / 10);
  const lowest = unitCount - 10 - middle;
  const unit = (level: string, index: number, parentId: string): OrganizationalUnit => {
    const name = `${level}${String(index).padStart(7, '0')}`;
    return { id: `ou-ex01-${name}`, name, parentId };
  };
  const units = [
    ...Array.from({ length: 10 }, (_, index) => unit('top', index, rootId)),
    ...Array.from({ length: middle }, (_, index) => unit('mid', index, unit('top', index % 10, '').id)),
    ...Array.from({ length: lowest }, (_, index) => unit('low', index, unit('mid', index % middle, '').id)),
  ];
  const accounts = Array.from({ length: accountCount }, (_, index): Account => {
    const id = String(200_000_000_000 + index);
    const parentId = unit('low', index % lowest, '').id;
    return { id, name: `account-${index}`, parentId, state: 'ACTIVE', joinedAt: now - 900 * day };
  });
  return buildTree({
    id: 'o-exampleorg1',
    managementAccountId: '111111111111',
    root: { id: rootId, name: 'Root' },
    organizationalUnits: units,
    accounts,
  });
}

const statement = (Effect: string, ...Action: string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] });

/** FullAWSAccess on everything, a deny list on every OU of the lowest level, an SCP on all middle OUs of each top one, and a guardrail on every tenth OU. */
function policiesOf(tree: OrganizationTree): readonly ServiceControlPolicy[] {
  const entities = [...tree.entities.values()];
  const units = entities.filter(({ type }) => type === 'ou');
  const scp = (name: string, text: string, targets: readonly Entity[]): ServiceControlPolicy => ({
    id: `p-${name.toLowerCase()}`,
    name,
    awsManaged: false,
    text,
    targets: targets.map(({ id, type, name: targetName }) => ({ id, type, name: targetName })),
    tags: {},
  });
  const lowest = units.filter(({ name }) => name.startsWith('low'));
  const tops = units.filter(({ name }) => name.startsWith('top'));
  const tenth = units.filter((_, index) => index % 10 === 0);
  return [
    { ...scp('FullAWSAccess', statement('Allow', '*'), entities), id: 'p-FullAWSAccess', awsManaged: true },
    scp('DenyList', statement('Deny', ...services.slice(1, 41).map((service) => `${service}:*`)), lowest),
    ...tops.map((top, index) => {
      const middle = units.filter(({ parentId }) => parentId === top.id);
      return scp(`Shared${index}`, statement('Deny', 'braket:CancelJob'), middle);
    }),
    ...tenth.map((unit, index) => scp(`Guardrail${index}`, statement('Deny', 'braket:CancelJob'), [unit])),
  ];
}

/** A report of the root and of each OU, as AWS would make it and a review keeps it. */
function reportsOf(tree: OrganizationTree): readonly AccessReport[] {
  const asked = [...tree.entities.values()].filter(({ type }) => type !== 'account');
  return asked.map((entity) => reportBeside(tree, trueReport(tree, entity, services, daysSinceUse)));
}

function daysSinceUse(account: Account, service: number): number | null {
  if (service % usedShare !== 0) return null;
  if (scattered(Number(account.parentId.slice(-7)), service) % 2 !== 0) return null;
  const days = scattered(Number(account.id.slice(-7)), service) % 1_000;
  return days < 250 ? days + 1 : null;
}
