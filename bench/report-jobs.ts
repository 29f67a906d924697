import { sum } from '../core/base/lists.ts';
import {
  type Account,
  buildTree,
  entityOf,
  type OrganizationTree,
} from '../core/organization/organization.ts';
import { serviceCatalogue } from '../core/policy/service-catalogue.ts';
import { judge } from '../core/review/judgement.ts';
import { reportsToAsk } from '../core/review/next-questions.ts';
import type { ReviewRequest } from '../core/review/review-facts.ts';
import { fewestJobs, fewestJobsFormula, type PlainUnit } from './baseline-jobs.ts';
import { atMost, below, type FigureOptions, type Row } from './figure.ts';
import { reviewOf } from './review-of.ts';
import { day, now, scattered, trueReport } from './true-reports.ts';

const services = [...serviceCatalogue.namespaces].sort().slice(0, 60);
const accountsPerUnit = 8;
const thresholdDays = 180;

/** An organization of made-up use: its tree, and the same as plain data for the baseline. */
interface World {
  readonly tree: OrganizationTree;
  readonly plain: PlainUnit;
  /** Days since use, by service, then by account index. */
  readonly use: readonly ReadonlyMap<number, number>[];
}

/** Report jobs that a review asks for, beside asking every entity and beside the fewest that could do. */
export async function measureReportJobs({ quick }: FigureOptions): Promise<readonly Row[]> {
  const small = Array.from({ length: quick ? 12 : 48 }, (_, seed) => worldOf(seed, 12, habits(seed)));
  const jobs = sum(small.map((world) => countJobs(world, 'ou')));
  const fewest = sum(small.map((world) => fewestJobs(world.plain, world.use, thresholdDays)));
  const units = small.length * 13;
  const entities = sum(small.map(({ tree }) => tree.entities.size));
  const accountJobs = sum(small.map((world) => countJobs(world, 'account')));
  return [
    atMost(1.05, {
      name: 'report jobs of a review of OUs, fewest possible',
      value: jobs / fewest,
      unit: '×',
      against: `${fewest} jobs for ${small.length} organizations of 12 OUs: ${fewestJobsFormula}`,
    }),
    below(1, {
      name: 'report jobs of a review of OUs, asking everywhere',
      value: jobs / units,
      unit: '×',
      against: `asking root and every OU of the same organizations: ${units} jobs`,
    }),
    below(1, {
      name: 'report jobs of a review of accounts, asking everywhere',
      value: accountJobs / entities,
      unit: '×',
      against: `asking root, every OU and every account of the same organizations: ${entities} jobs`,
    }),
  ];
}

/** How many services nearly every account uses, and how many are used here and there; the rest of the sixty by a few accounts. */
interface Habits {
  readonly everywhere: number;
  readonly oftenUsed: number;
}

/** From an organization with a short allow list to one that uses everything: conclusions help where few use few. */
function habits(seed: number): Habits {
  return { everywhere: seed % 4 === 3 ? 8 : 0, oftenUsed: (seed % 4) * 4 };
}

/** Asks as a review does, one after another, until nothing is open. */
function countJobs({ tree, use }: World, depth: ReviewRequest['depth']): number {
  const { facts, request } = reviewOf({ tree, policies: [fullAccess(tree)], reports: [] }, depth);
  const indexes = new Map(tree.accounts.map((account) => [account.id, indexOf(account)]));
  let reports = facts.reports;
  for (;;) {
    const open = reportsToAsk({ judgement: judge({ ...facts, reports }, request), request, facts });
    if (open.length === 0) return reports.length;
    const made = open.map((id) =>
      trueReport(tree, entityOf(tree, id), services, (account, service) => {
        return use[service]?.get(indexes.get(account.id) ?? -1) ?? null;
      }),
    );
    reports = [...reports, ...made];
  }
}

function fullAccess(tree: OrganizationTree) {
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  return {
    id: 'p-FullAWSAccess',
    name: 'FullAWSAccess',
    awsManaged: true,
    text: JSON.stringify({ Version: '2012-10-17', Statement }),
    targets: [...tree.entities.values()].map(({ id, name, type }) => ({ id, name, type })),
    tags: null,
  };
}

function indexOf(account: Account): number {
  return Number(account.id.slice(-6));
}

/** Each OU hangs below a scattered earlier one. */
function worldOf(seed: number, unitCount: number, { everywhere, oftenUsed }: Habits): World {
  const idOf = (unit: number): string =>
    unit === 0 ? 'r-ex01' : `ou-ex01-unit${String(unit).padStart(6, '0')}`;
  const parents = Array.from(
    { length: unitCount },
    (_, index) => scattered(seed * 131, index) % Math.ceil((index + 1) / 2),
  );
  const accountCount = unitCount * accountsPerUnit;
  const tree = buildTree({
    id: 'o-exampleorg1',
    managementAccountId: '111111111111',
    root: { id: idOf(0), name: 'Root' },
    organizationalUnits: parents.map((parent, index) => ({
      id: idOf(index + 1),
      name: `Unit${index + 1}`,
      parentId: idOf(parent),
    })),
    accounts: Array.from({ length: accountCount }, (_, index) => ({
      id: String(200_000_000_000 + index),
      name: `account-${index}`,
      parentId: idOf(1 + (index % unitCount)),
      state: 'ACTIVE',
      joinedAt: now - 900 * day,
    })),
  });
  const plainOf = (unit: number): PlainUnit => ({
    id: idOf(unit),
    children: parents.flatMap((parent, index) => (parent === unit ? [plainOf(index + 1)] : [])),
    accounts: Array.from({ length: accountCount }, (_, index) => index).filter(
      (index) => 1 + (index % unitCount) === unit,
    ),
  });
  const use = services.map((_, service) => {
    const rarely = Math.ceil(1_500 / accountCount);
    const share = service < everywhere ? 800 : service < everywhere + oftenUsed ? 60 : rarely;
    const uses = new Map<number, number>();
    for (let account = 0; account < accountCount; account += 1) {
      const chance = scattered(seed * 7919 + account, service);
      // Different days for different accounts: two equal last uses would let AWS name either.
      if (chance % 1_000 < share) uses.set(account, 1 + ((chance >> 10) % 250) + account / 10_000);
    }
    return uses;
  });
  return { tree, plain: plainOf(0), use };
}
