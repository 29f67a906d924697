import { type AccessReport, namedAccount, type ServiceRow } from '../../core/finding/access-report.ts';
import {
  type Account,
  type AccountState,
  buildTree,
  entityOf,
  type OrganizationalUnit,
  type OrganizationTree,
} from '../../core/organization/organization.ts';
import type { ServiceControlPolicy } from '../../core/policy/service-control-policy.ts';
import { completedReport, day, now, policy, target } from './small-world.ts';

/** The account that no SCP binds. */
const management = 'management';

/** An OU with its children, or an account in words: `account`, `account SUSPENDED`, `account joined 10 days ago`, `account invited, joined 10 days ago`. Names are ids. */
export interface Children {
  readonly [name: string]: Children | string;
}

/** An SCP in a few words: services that it allows and denies. */
export interface PolicySketch {
  readonly id: string;
  readonly targets: readonly string[];
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** The condition of the deny. */
  readonly condition?: object;
}

/** Rows of a report by service: `never`, `213 days by dev-1, 2 accounts`, `180 days 1 second by dev-1`; or `failed CODE` for the whole. The key `made` says how long ago it was made: `20 hours ago`. */
export type ReportSketch = Readonly<Record<string, string>> | string;

/** Builds a tree below `root`. The management account lies in the root unless the sketch places it. */
export function treeOf(children: Children, at: number = now): OrganizationTree {
  const organizationalUnits: OrganizationalUnit[] = [];
  const accounts: Account[] = [];
  const add = (below: Children, parentId: string): void => {
    for (const [id, child] of Object.entries(below)) {
      if (typeof child === 'string') accounts.push(accountOf(id, child, parentId, at));
      else {
        organizationalUnits.push({ id, name: id, parentId });
        add(child, id);
      }
    }
  };
  add(children, 'root');
  if (!accounts.some(({ id }) => id === management))
    accounts.push(accountOf(management, 'account', 'root', at));
  return buildTree({
    id: 'o-example',
    managementAccountId: management,
    root: { id: 'root', name: 'root' },
    organizationalUnits,
    accounts,
  });
}

function accountOf(id: string, words: string, parentId: string, at: number): Account {
  const state = (/\b[A-Z_]{4,}\b/.exec(words)?.[0] ?? 'ACTIVE') as AccountState;
  const joined = /joined (.+) ago/.exec(words)?.[1];
  const joinedAt = at - (joined ? spanOf(joined) : 1000 * day);
  return { id, name: id, parentId, state, joinedAt, ...(/invited/.test(words) ? { invited: true } : {}) };
}

/** `213 days`, `180 days 1 second`, `40 days 0.5 seconds` in milliseconds. */
function spanOf(words: string): number {
  const days = /([\d.]+) days?/.exec(words)?.[1] ?? '0';
  const hours = /([\d.]+) hours?/.exec(words)?.[1] ?? '0';
  const seconds = /([\d.]+) seconds?/.exec(words)?.[1] ?? '0';
  return Number(days) * day + Number(hours) * 3_600_000 + Number(seconds) * 1000;
}

/** A report from its sketch, finished at `at`. */
export function reportOf(
  tree: OrganizationTree,
  entityId: string,
  sketch: ReportSketch,
  at: number = now,
): AccessReport {
  if (typeof sketch === 'string') {
    const code = sketch.replace('failed ', '');
    return { status: 'failed', entityId, failure: { code, message: 'it failed' } };
  }
  const { made = '', ...services } = sketch;
  const rows = Object.entries(services).map(([service, words]) => rowOf(tree, entityId, service, words, at));
  return completedReport(entityId, rows, at - spanOf(made));
}

function rowOf(
  tree: OrganizationTree,
  entityId: string,
  service: string,
  words: string,
  at: number,
): ServiceRow {
  const by = / by ([\w-]+)/.exec(words)?.[1];
  const named = { serviceNamespace: service, serviceName: service.toUpperCase() };
  if (by === undefined)
    return {
      ...named,
      lastAccessedAt: null,
      lastAccessedBy: null,
      lastAccessedRegion: null,
      accountsEverUsed: 0,
    };
  return {
    ...named,
    lastAccessedAt: at - spanOf(words),
    lastAccessedBy: namedAccount(tree.entities.get(by)?.path ?? `${entityOf(tree, entityId).path}/${by}`),
    lastAccessedRegion: 'us-east-1',
    accountsEverUsed: Number(/(\d+) accounts/.exec(words)?.[1] ?? '1'),
  };
}

/** SCPs from sketches. `FullAWSAccess` hangs on every entity but those named. */
export function policiesOf(
  tree: OrganizationTree,
  sketches: readonly PolicySketch[] = [],
  withoutFullAccess: readonly string[] = [],
): readonly ServiceControlPolicy[] {
  const everywhere = [...tree.entities.keys()].filter((id) => !withoutFullAccess.includes(id));
  const full: PolicySketch = { id: 'p-FullAWSAccess', targets: everywhere, allow: ['*'] };
  return [full, ...sketches].map((sketch) =>
    policy(
      sketch.id,
      textOf(sketch),
      sketch.targets.map((id) => target(tree, id)),
      { name: sketch.id, awsManaged: sketch.id === full.id },
    ),
  );
}

function textOf({ allow, deny, condition }: PolicySketch): string {
  const actions = (services: readonly string[]): string[] =>
    services.map((service) => (service.includes(':') || service === '*' ? service : `${service}:*`));
  const denial = condition ? { Condition: condition } : {};
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      ...(allow ? [{ Effect: 'Allow', Action: actions(allow), Resource: '*' }] : []),
      ...(deny ? [{ Effect: 'Deny', Action: actions(deny), Resource: '*', ...denial }] : []),
    ],
  });
}
