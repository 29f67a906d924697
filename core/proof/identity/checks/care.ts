import { counted, list } from '../../../base/counted.ts';
import { nearestTo } from '../../../base/nearest.ts';
import { mayName } from '../../../base/principal-arn.ts';
import type { PrincipalName, Role } from '../../../identity/account-identities.ts';
import { bearersOf, policyOf, principalOf } from '../../../identity/account-lookup.ts';
import { administrationAfter, areControlsKnown, mayAdminister } from '../../../identity/administrators.ts';
import type { IdentityResource } from '../../../identity/identity-step.ts';
import { principalsTouched } from '../../../identity/identity-values.ts';
import { lastUseOfRole } from '../../../identity/last-use-of-role.ts';
import { namersOf } from '../../../identity/naming-texts.ts';
import {
  isOwnerUnknown,
  uneditable,
  untouchable,
  untouchableItself,
} from '../../../identity/never-touched.ts';
import { trustOf } from '../../../identity/trust.ts';
import { day, fails, holds, notProven, type Outcome } from '../../subject.ts';
import { effectOf } from '../losses.ts';
import { finishedReports } from '../raw-use.ts';
import type { IdentityCheck, IdentitySubject } from '../subject.ts';

/** Nobody loses the way in: break-glass principals lose nothing, and somebody who may do everything in IAM stays. Groups, Denies, boundaries and SCPs count. */
export const noLockOut: IdentityCheck = {
  name: 'no-lock-out',
  check: (subject) => {
    const { configuration } = subject;
    for (const { principal, lost } of effectOf(subject).losses) {
      const pattern = configuration.breakGlass.find((each) => mayName(each, principal.arn));
      if (pattern !== undefined && lost.length > 0)
        return fails(`${principal.arn} is named in breakGlass (${pattern}) and would lose permissions`);
    }
    return withNobody(subject, administrationStays(subject));
  },
};

/** Says which entries protect nobody. One whose name is near to that of somebody who loses permissions may be mistyped and mean him. */
function withNobody(subject: IdentitySubject, outcome: Outcome): Outcome {
  const { account, configuration } = subject;
  const nobody = breakGlassOfNobody(account, configuration.breakGlass);
  if (outcome.verdict === 'failed' || nobody.length === 0) return outcome;
  const noted = `${outcome.detail}; breakGlass names ${list(nobody)}, and the account has no such user or role: correct the entry, or whoever it should protect is not protected`;
  const losing = effectOf(subject).losses.flatMap(({ lost, principal }) =>
    lost.length > 0 ? [lastPart(principal.arn)] : [],
  );
  const near = nobody.flatMap((entry) => nearestTo(lastPart(entry), losing) ?? []);
  if (near.length === 0 || outcome.verdict !== 'ok') return { ...outcome, detail: noted };
  return notProven(`${noted}; it may mean ${list([...new Set(near)])}`, 'BREAK_GLASS_OF_NOBODY');
}

/** The name at the end of an ARN, or of a pattern of one. */
function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1).replaceAll('*', '');
}

/** Entries that name this account and none of its users and roles. The root user, whom no policy of the account binds, is none of them. */
function breakGlassOfNobody(
  { accountId, roles, users }: IdentitySubject['account'],
  breakGlass: readonly string[],
): readonly string[] {
  return breakGlass.filter((pattern) => {
    const [, , service, , account, resource] = pattern.split(':');
    if (service !== 'iam' || account !== accountId || resource === 'root') return false;
    return ![...users, ...roles].some(({ arn }) => mayName(pattern, arn));
  });
}

function administrationStays(subject: IdentitySubject): Outcome {
  const { account, controls } = subject;
  const { after, losses } = effectOf(subject);
  const { isLost, losing, shutOut, staying, why } = administrationAfter(account, after, controls);
  if (shutOut.length > 0)
    return fails(
      `nobody would be sure to come in as ${list(shutOut)} any more, and nobody else in the account is sure to administer it${why}`,
    );
  if (isLost)
    return fails(
      `${list(losing)} would lose some of IAM, and nobody else in the account is sure to administer it${why}`,
    );
  const touched = new Set(losses.map(({ principal }) => principal.arn));
  if (!mayAdminister(account, controls).some((arn) => touched.has(arn)))
    return holds('nobody who may administer the account is touched', 'PROVEN');
  if (losing.length === 0) return holds('whoever may administer the account loses nothing in IAM', 'PROVEN');
  const still = `${counted(staying.length, 'principal')} surely ${staying.length === 1 ? 'administers' : 'administer'} IAM: ${list(staying)}`;
  if (!areControlsKnown(controls))
    return notProven(
      `${still}, as far as SCPs were read, and not all that bind the account were`,
      'CONTROLS_UNREAD',
    );
  const isByUsers = staying.every((arn) => arn.includes(':user/'));
  return holds(
    `${still}${isByUsers ? '; whether such a user has a password or an access key is not read' : ''}`,
    'PROVEN',
  );
}

/** Nobody else runs what the steps write, and everybody who is touched may be. */
export const owner: IdentityCheck = {
  name: 'owner',
  check: (subject) => {
    const { account, care, steps } = subject;
    for (const step of steps) {
      const why =
        step.resource.type === 'managed-policy'
          ? ofPolicy(subject, step.resource, step.before)
          : onPrincipal(subject, step.resource);
      if (why !== null) return fails(why);
    }
    for (const principal of principalsTouched(account, steps)) {
      const why = untouchable(principal, care);
      if (why !== null) return fails(why.detail);
    }
    const unread = steps.flatMap(({ resource, before }) => {
      if (resource.type !== 'managed-policy' || before === null) return [];
      const policy = policyOf(account, resource.arn);
      return policy && isOwnerUnknown(policy, care) ? [policy.name] : [];
    });
    if (unread.length > 0)
      return notProven(`whose it is was not read, since the tags may not be: ${list(unread)}`, 'TAGS_UNREAD');
    return holds('no mark of another owner on what would be written, nor on anybody who has it', 'PROVEN');
  },
};

type ManagedPolicyResource = Extract<IdentityResource, { readonly type: 'managed-policy' }>;

/** Why a managed policy is not ours to write, or somebody who bears it may not be touched; null: it may be written. `before`: null where it is made anew. */
function ofPolicy(
  { account, care }: IdentitySubject,
  { arn }: ManagedPolicyResource,
  before: string | null,
): string | null {
  const policy = before === null ? undefined : policyOf(account, arn);
  if (policy?.isAwsManaged) return `${arn} is AWS-managed: nobody but AWS edits it`;
  const why = policy ? uneditable({ managed: policy, name: policy.name }, care, account) : null;
  if (why !== null) return why.detail;
  for (const bearer of bearersOf(account, arn)) {
    const untouched = untouchable(bearer, care);
    if (untouched !== null) return untouched.detail;
  }
  return null;
}

/** Why the user, group or role that a step writes on is not ours to write; null: it may be written. */
function onPrincipal(
  { account, care }: IdentitySubject,
  resource: Exclude<IdentityResource, ManagedPolicyResource>,
): string | null {
  const name: PrincipalName =
    resource.type === 'membership' ? { type: 'user', name: resource.user } : resource.principal;
  const principal = principalOf(account, name);
  return principal ? (untouchableItself(principal, care)?.detail ?? null) : null;
}

/** Roles that services, other accounts or identity providers use show little of that use in reports. */
export const inService: IdentityCheck = {
  name: 'in-service',
  check: (subject) => {
    const served = effectOf(subject).losses.flatMap(({ lost, principal }) => {
      if (principal.type !== 'role' || lost.length === 0) return [];
      const why = serviceOf(principal, subject.account.accountId);
      return why.length > 0 ? [{ role: principal, words: `${principal.name} (${list(why)})` }] : [];
    });
    if (served.length === 0) return holds('no role that a service, an instance or somebody outside uses');
    const named = `what would stop there cannot be read: ${list(served.map(({ words }) => words))}`;
    return notProven(
      withUse(
        subject,
        named,
        served.map(({ role }) => role),
      ),
    );
  },
};

// What stands before it is what people accept; dates and Regions after it change with every use.
const useFollows = "; by AWS's own record ";

/** What is said of roles in service, with the last use of each. */
export function withUse(subject: IdentitySubject, detail: string, roles: readonly Role[]): string {
  const reports = finishedReports(subject);
  const uses = roles.map((role) => {
    const { arn, lastUsed, name } = role;
    const latest = lastUseOfRole(role, reports.get(arn));
    if (latest === null) return `${name} shows no use`;
    if (lastUsed !== null && day(latest.at) === day(lastUsed.at))
      return `${name} was last used ${whenAndWhere(lastUsed)}`;
    const own = lastUsed === null ? 'no use' : `a last use ${whenAndWhere(lastUsed)}`;
    return `${name} shows ${own}, and its report one ${whenAndWhere(latest)}`;
  });
  return `${detail}${useFollows}${list(uses)}`;
}

function whenAndWhere({ at, region }: NonNullable<Role['lastUsed']>): string {
  return `on ${day(at)}${region === null ? '' : ` in ${region}`}`;
}

/** The same without the last use: whether it names the same roles and the same trust is compared by this. */
export function withoutUse(detail: string): string {
  const [named = detail] = detail.split(useFollows);
  return named;
}

/** Nothing else names a policy that would be deleted: whether a text of the account does is read, what is set up elsewhere is not. */
export const referencedElsewhere: IdentityCheck = {
  name: 'referenced-elsewhere',
  check: (subject) => {
    const deleted = subject.steps.flatMap(({ resource, after }) =>
      resource.type === 'managed-policy' && after === null ? [resource.arn] : [],
    );
    if (deleted.length === 0) return holds('nothing would be deleted');
    const { after } = effectOf(subject);
    for (const arn of deleted) {
      const namers = namersOf(after, arn);
      if (namers.length > 0) return fails(`${arn} would be deleted and is named by ${list(namers)}`);
    }
    return notProven(
      `no trust and no policy of the account names ${list(deleted)}; permission sets, resource policies, Roles Anywhere and other accounts are not read`,
    );
  },
};

/** Who may use a role without being one of the account's own: instances, services, providers, other accounts. */
export function serviceOf(role: Role, accountId: string): readonly string[] {
  const trust = trustOf(role);
  return [
    ...role.instanceProfiles.map((arn) => `instance profile ${arn.slice(arn.lastIndexOf('/') + 1)}`),
    ...trust.services,
    ...trust.providers,
    ...trust.accountIds.filter((id) => id !== accountId).map((id) => `account ${id}`),
    ...(trust.isUnknown ? ['a trust policy that cannot be read'] : []),
  ];
}
