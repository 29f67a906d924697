import { grantsOf, type Statement, statementsOf, takes } from '../policy-statements.ts';
import { covers, overlap } from '../wildcards.ts';
import type { IamAccount } from './accounts.ts';
import { actionsOf } from './action-catalogue.ts';
import type { Subject } from './identity-arn.ts';
import { type GrantingPolicy, holdersOf, policiesOf } from './policy-sets.ts';
import type { IamState, IdentityUse } from './state.ts';

/** The last attempt of one principal. */
export interface Attempt {
  readonly by: IdentityUse['by'];
  readonly at: number;
  readonly region: string;
}

/** One service of an identity's report, still without AWS's spelling. */
export interface ServiceRow {
  readonly namespace: string;
  readonly name: string;
  /** The last attempt of each principal in the tracking period, newest first. */
  readonly attempts: readonly Attempt[];
  /** Null where AWS tracks no action of the service that the policies allow. */
  readonly actions: readonly { readonly name: string; readonly last: Attempt | null }[] | null;
}

/** What a report is made from, fixed when it is asked for. */
export interface FrozenSubject {
  readonly statements: readonly Statement[];
  readonly uses: readonly IdentityUse[];
}

// IAM User Guide, "last accessed information": at least 400 days; the sandbox keeps exactly 400.
const trackingMs = 400 * 86_400_000;

const names = (policies: readonly GrantingPolicy[]): ReadonlySet<string> =>
  new Set(policies.flatMap(({ name, arn }) => (arn === null ? [name] : [name, arn])));

/** Policies and uses of a subject as they are now. A use by one named policy counts for a group or policy only if it is that one. */
export const freeze = (
  account: IamAccount,
  state: IamState,
  subject: Subject,
  now: number,
): FrozenSubject => {
  const policies = policiesOf(state, subject);
  const shared = subject.type === 'group' || subject.type === 'policy' ? names(policies) : null;
  const holders = new Set(holdersOf(state, subject).map(({ type, name }) => `${type}/${name}`));
  return {
    statements: policies.flatMap(({ text }) => statementsOf(text)),
    uses: account.uses.filter(
      ({ by, at, byPolicy }) =>
        at >= now - trackingMs &&
        holders.has(`${by.type}/${by.name}`) &&
        (shared === null || byPolicy === null || shared.has(byPolicy)),
    ),
  };
};

const newestFirst = (left: Attempt, right: Attempt): number => right.at - left.at;

const attemptsOf = (uses: readonly IdentityUse[]): readonly Attempt[] => {
  const latest = new Map<string, Attempt>();
  for (const { by, at, region } of uses) {
    const key = `${by.type}/${by.name}`;
    if ((latest.get(key)?.at ?? 0) < at) latest.set(key, { by, at, region });
  }
  return [...latest.values()].sort(newestFirst);
};

const lastOf = (uses: readonly IdentityUse[], action: string): Attempt | null =>
  uses
    .flatMap(({ by, region, actions }): readonly Attempt[] => {
      const at = actions.get(action);
      return at === undefined ? [] : [{ by, at, region }];
    })
    .sort(newestFirst)[0] ?? null;

/** True if a known action of the service matches the pattern; of a service that the catalogue lacks every pattern does. */
const opens = (pattern: string, namespace: string, known: ReadonlyMap<string, string>): boolean =>
  known.size === 0 || [...known.keys()].some((name) => covers(pattern, `${namespace}:${name}`));

/** True if a statement allows the action on something that no Deny takes away; conditions are not judged (observed). */
const isAllowed = (statements: readonly Statement[], namespace: string, action: string): boolean =>
  statements.some(({ allow, actions, notActions, resources, notResources }) => {
    const named =
      notActions.length > 0
        ? !notActions.some((pattern) => covers(pattern, action))
        : actions.some((pattern) => covers(pattern, action));
    return (
      allow &&
      named &&
      (notResources.length > 0 ? ['*'] : resources).some(
        (resource) => !statements.some((other) => takes(other, { action, resource }, namespace)),
      )
    );
  });

const trackedRows = (
  namespace: string,
  tracked: readonly string[],
  { statements }: FrozenSubject,
  uses: readonly IdentityUse[],
): ServiceRow['actions'] => {
  const rows = tracked
    .filter((name) => isAllowed(statements, namespace, `${namespace}:${name.toLowerCase()}`))
    .map((name) => ({ name, last: lastOf(uses, name) }));
  return rows.length === 0 ? null : rows;
};

/** The rows of a report in byte order of the namespace; action rows where `actionLevel` is asked for. */
export const serviceRows = async (
  services: ReadonlyMap<string, string>,
  frozen: FrozenSubject,
  tracked: IamAccount['tracked'],
  actionLevel: boolean,
): Promise<readonly ServiceRow[]> => {
  const denies = frozen.statements.filter(({ allow, conditional }) => !allow && !conditional);
  const rows: ServiceRow[] = [];
  for (const [namespace, name] of services) {
    const open = grantsOf(frozen.statements, namespace).filter(
      (grant) => !denies.some((deny) => takes(deny, grant, namespace)),
    );
    if (open.length === 0) continue;
    const whole = open.some(({ action }) => action === `${namespace}:*`);
    const catalogue = whole && !actionLevel ? null : await actionsOf(namespace);
    if (!whole && !open.some(({ action }) => opens(action, namespace, catalogue?.known ?? new Map())))
      continue;
    const uses = frozen.uses.filter(({ service }) => service === namespace);
    const actions = tracked === null ? (catalogue?.tracked ?? []) : (tracked[namespace] ?? []);
    rows.push({
      namespace,
      name,
      attempts: attemptsOf(uses),
      actions: actionLevel ? trackedRows(namespace, actions, frozen, uses) : null,
    });
  }
  return rows;
};

/** True if the policy by itself grants something of the service, as ListPoliciesGrantingServiceAccess sees it (observed). */
export const grantsService = (text: string, namespace: string): boolean => {
  const statements = statementsOf(text);
  const denied = statements.some(
    ({ allow, conditional, actions, resources }) =>
      !allow &&
      !conditional &&
      resources.includes('*') &&
      actions.some((pattern) => covers(pattern, `${namespace}:*`)),
  );
  if (denied) return false;
  return statements.some(({ allow, actions, notActions, resources, notResources }) => {
    if (!allow) return false;
    const named =
      notActions.length > 0
        ? !notActions.some((pattern) => covers(pattern, `${namespace}:*`))
        : actions.some((pattern) => overlap(pattern, `${namespace}:*`));
    const reachable =
      notResources.length > 0
        ? !notResources.includes('*')
        : resources.some((item) => canBe(item, namespace));
    return named && reachable;
  });
};

/** An Amazon S3 action never reaches what an ARN of another service names (observed); others are not judged. */
const canBe = (resource: string, namespace: string): boolean =>
  namespace !== 's3' || resource === '*' || overlap(resource, 'arn:*:s3*:*');
