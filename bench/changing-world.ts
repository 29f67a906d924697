import { type CompletedReport, namedAccount, type ServiceRow } from '../core/finding/access-report.ts';
import { buildTree, entityOf, type OrganizationTree } from '../core/organization/organization.ts';
import { type PolicyIndex, standingAt } from '../core/policy/policy-index.ts';
import type { ServiceControlPolicy } from '../core/policy/service-control-policy.ts';
import type { ScenarioAccount, ScenarioChild, ScenarioUnit } from '../sandbox/scenario.ts';
import { type LargeOptions, largeScenario } from '../sandbox/scenario-large.ts';
import serviceNames from '../sandbox/service-names.json' with { type: 'json' };
import { day, now } from './true-reports.ts';

/** Use of one service by one account: every so many days from one instant to another. */
interface Use {
  readonly service: number;
  readonly from: number;
  readonly until: number;
  readonly every: number;
}

/** The organization of the scenario `large` in memory, without the wire: its use goes on as time does. */
export interface ChangingWorld {
  readonly tree: OrganizationTree;
  readonly policies: readonly ServiceControlPolicy[];
  readonly services: readonly string[];
  /** What each account uses, by account index of the tree. */
  readonly uses: readonly (readonly Use[])[];
}

/** AWS's tracking period, and how far its data lags behind (IAM User Guide, "last accessed information"). */
const tracked = { milliseconds: 400 * day, lag: 4 * 3_600_000 };

/** Makes the world of a size and a seed. */
export function changingWorld(options: LargeOptions): ChangingWorld {
  const scenario = largeScenario(options);
  const units: { id: string; name: string; parentId: string }[] = [];
  const accounts: { readonly account: ScenarioAccount; readonly parentId: string }[] = [];
  const walk = (children: readonly ScenarioChild[], parentId: string): void => {
    for (const child of children) {
      if ('account' in child) accounts.push({ account: child, parentId });
      else {
        units.push({ id: child.ou, name: child.name, parentId });
        walk((child as ScenarioUnit).children ?? [], child.ou);
      }
    }
  };
  walk(scenario.root.children ?? [], scenario.root.id);
  const tree = buildTree({
    ...scenario.organization,
    root: { id: scenario.root.id, name: 'Root' },
    organizationalUnits: units,
    accounts: accounts.map(({ account, parentId }) => ({
      id: account.account,
      name: account.name,
      parentId,
      state: account.state ?? 'ACTIVE',
      joinedAt: now - (account.joinedDaysAgo ?? 0) * day,
    })),
  });
  const services = serviceNames.map(({ namespace }) => namespace);
  const indexes = new Map(services.map((service, index) => [service, index]));
  const usage = new Map(accounts.map(({ account }) => [account.account, account.usage ?? {}]));
  const uses = tree.accounts.map(({ id }, index) =>
    Object.entries(usage.get(id) ?? {}).flatMap(([service, use]) =>
      [use].flat().map(({ daysAgo, everyDays, untilDaysAgo }) => ({
        service: indexes.get(service) ?? -1,
        // Different seconds for different accounts: two equal last uses would let AWS name either.
        from: now - daysAgo * day + index * 1_000,
        until: untilDaysAgo === undefined ? Number.POSITIVE_INFINITY : now - untilDaysAgo * day,
        every: (everyDays ?? Number.POSITIVE_INFINITY) * day,
      })),
    ),
  );
  return { tree, services, uses, policies: policiesOf(tree, scenario.policies ?? []) };
}

function policiesOf(
  tree: OrganizationTree,
  own: NonNullable<ReturnType<typeof largeScenario>['policies']>,
): readonly ServiceControlPolicy[] {
  const target = (id: string) => {
    const { name, type } = entityOf(tree, id);
    return { id, name, type };
  };
  const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  return [
    {
      id: 'p-FullAWSAccess',
      name: 'FullAWSAccess',
      awsManaged: true,
      text: JSON.stringify(allow),
      targets: [...tree.entities.keys()].map(target),
      tags: {},
    },
    ...own.map(({ content, id, name, targets }) => ({
      id,
      name,
      awsManaged: false,
      text: JSON.stringify(content),
      tags: {},
      targets: (targets ?? []).map(target),
    })),
  ];
}

/** When a use was last seen at an instant, in epoch milliseconds; null: not in the tracking period. */
function lastUse({ every, from, until }: Use, at: number): number | null {
  const end = Math.min(at - tracked.lag, until);
  if (end < from) return null;
  const last = from + (every === Number.POSITIVE_INFINITY ? 0 : Math.floor((end - from) / every) * every);
  return last > at - tracked.milliseconds ? last : null;
}

/** The report that AWS would make of an entity at an instant, under the SCPs of the index. */
export function reportAt(
  { services, tree, uses }: ChangingWorld,
  policyIndex: PolicyIndex,
  entityId: string,
  at: number,
): CompletedReport {
  const { endAccount, firstAccount } = entityOf(tree, entityId);
  const last = new Float64Array(services.length);
  const by = new Int32Array(services.length).fill(-1);
  const counts = new Int32Array(services.length);
  for (let account = firstAccount; account < endAccount; account += 1) {
    for (const use of uses[account] ?? []) {
      const seen = lastUse(use, at);
      if (seen === null) continue;
      counts[use.service] = (counts[use.service] ?? 0) + 1;
      if (seen <= (last[use.service] ?? 0)) continue;
      last[use.service] = seen;
      by[use.service] = account;
    }
  }
  const rows = new Map<string, ServiceRow>();
  for (const [index, service] of services.entries()) {
    if (!standingAt(policyIndex, entityId, service).listed) continue;
    const account = tree.accounts[by[index] ?? -1];
    rows.set(service, {
      serviceNamespace: service,
      serviceName: service,
      accountsEverUsed: counts[index] ?? 0,
      lastAccessedAt: account === undefined ? null : (last[index] ?? null),
      lastAccessedBy: namedAccount(account && entityOf(tree, account.id).path),
      lastAccessedRegion: account === undefined ? null : 'eu-west-1',
    });
  }
  return { status: 'completed', entityId, jobId: `job-${entityId}`, createdAt: at, completedAt: at, rows };
}
